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
    """Give every company an inbox."""
    for company in env["res.company"].search([]):
        env["messaging.inbox"].with_company(company)._get_default(company)


def uninstall_hook(env):
    """Turn conversations into ordinary channels that managers read: nothing is lost.

    Written in SQL because the ORM refuses to change a channel's type.
    """
    group = env.ref("helpdesk_mgmt.group_helpdesk_manager")
    env.cr.execute(
        """
        UPDATE discuss_channel
           SET channel_type = 'channel', group_public_id = %s
         WHERE channel_type = 'helpdesk'
        """,
        [group.id],
    )
    env.cr.execute(
        "UPDATE mail_message SET message_type = 'comment' "
        "WHERE message_type = 'helpdesk_message'"
    )
    env.invalidate_all()
