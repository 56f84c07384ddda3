from odoo.exceptions import UserError


def pre_init_hook(env):
    """Refuse next to Enterprise Helpdesk: it defines models of the same names."""
    enterprise = env["ir.module.module"].search(
        [
            ("name", "=", "helpdesk"),
            ("state", "in", ("installed", "to install", "to upgrade")),
        ]
    )
    if enterprise:
        raise UserError(
            env._(
                "WhatsApp Helpdesk works with the OCA app Helpdesk Management. The "
                "Helpdesk app of Odoo Enterprise defines the same models, so the two "
                "cannot be installed in one database. Uninstall Helpdesk first, or use "
                "another database."
            )
        )


def post_init_hook(env):
    """Make the first hour easy: every company can take a customer at once."""
    env["res.company"].search([])._prepare_first_hour()
    env["mail.canned.response"]._prepare_quick_replies()


def uninstall_hook(env):
    """Turn conversations into ordinary channels: nothing that was said is lost.

    Managers read them, but those of a private team stay with its members and leader.
    Written in SQL because the ORM refuses to change a channel's type, and because our
    own protection of conversations is still in place.
    """
    env.flush_all()
    _convert_private_conversations(env)
    env.cr.execute(
        """
        UPDATE discuss_channel
           SET channel_type = 'channel',
               group_public_id = %s,
               uuid = COALESCE(uuid, replace(gen_random_uuid()::text, '-', ''))
         WHERE channel_type = 'helpdesk'
        """,
        [env.ref("helpdesk_mgmt.group_helpdesk_manager").id],
    )
    env.cr.execute(
        "UPDATE mail_message SET message_type = 'comment' "
        "WHERE message_type = 'helpdesk_message'"
    )
    env.invalidate_all()


def _convert_private_conversations(env):
    """Make groups of them: their members are the private team and nobody else."""
    env.cr.execute(
        """
        INSERT INTO discuss_channel_member (
               channel_id, partner_id, new_message_separator,
               create_uid, create_date, write_uid, write_date)
        SELECT channel.id, res_users.partner_id, newest.id + 1,
               1, now() AT TIME ZONE 'utc', 1, now() AT TIME ZONE 'utc'
          FROM discuss_channel channel
          JOIN helpdesk_ticket_team team ON team.id = channel.helpdesk_private_team_id
          JOIN res_users
            ON res_users.active
           AND (res_users.id = team.user_id OR res_users.id IN (
               SELECT res_users_id FROM helpdesk_ticket_team_res_users_rel
                WHERE helpdesk_ticket_team_id = team.id))
    CROSS JOIN LATERAL (
               SELECT COALESCE(max(id), 0) AS id FROM mail_message
                WHERE model = 'discuss.channel' AND res_id = channel.id) newest
         WHERE channel.channel_type = 'helpdesk'
   ON CONFLICT DO NOTHING
        """
    )
    env.cr.execute(
        """
        UPDATE discuss_channel
           SET channel_type = 'group',
               uuid = COALESCE(uuid, replace(gen_random_uuid()::text, '-', ''))
         WHERE channel_type = 'helpdesk' AND helpdesk_private_team_id IS NOT NULL
        """
    )
