"""What an older database holds is not searched for doubles: that would be thousands of
questions at once. Whoever is new from now on is looked at."""


def migrate(cr, version):
    cr.execute(
        """
        INSERT INTO messaging_join_progress (name, position, moment)
             SELECT 'messages', COALESCE(max(id), 0), now() AT TIME ZONE 'UTC'
               FROM messaging_message
              UNION ALL
             SELECT 'customers', COALESCE(max(id), 0), now() AT TIME ZONE 'UTC'
               FROM messaging_identity
              UNION ALL
             SELECT 'contacts', 0, now() AT TIME ZONE 'UTC'
        ON CONFLICT (name) DO NOTHING
        """
    )
