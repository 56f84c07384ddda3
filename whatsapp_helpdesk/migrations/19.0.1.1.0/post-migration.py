"""What accounts of version 19.0.1.0.0 need, and what it left behind."""


def migrate(cr, version):
    # Nothing leaves an account without a pace.
    cr.execute(
        """
        INSERT INTO messaging_pace (account_id, due, bulk_due)
        SELECT account.id, 0, 0
          FROM messaging_account account
         WHERE NOT EXISTS (
               SELECT FROM messaging_pace pace
                WHERE pace.account_id = account.id AND pace.identity_id IS NULL)
            ON CONFLICT DO NOTHING
        """
    )
    # Agents are claimed in helpdesk.assignment now.
    cr.execute(
        "ALTER TABLE helpdesk_ticket_team DROP COLUMN IF EXISTS last_assigned_at"
    )
    # Partial indexes took its place; every delivery would go on paying for it.
    cr.execute("DROP INDEX IF EXISTS messaging_event__received_at_index")
