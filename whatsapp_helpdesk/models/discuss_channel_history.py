"""Conversations with imported history are shown in the order of time."""

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    helpdesk_has_history = fields.Boolean(
        help="Older messages were imported: ids do not tell the order."
    )

    def _helpdesk_note_history(self):
        """Call after storing messages from before."""
        fresh = self.filtered(lambda channel: not channel.helpdesk_has_history)
        if fresh:
            # sudo: discuss.channel - conversations change by their own methods only
            fresh.sudo().write({"helpdesk_has_history": True})

    def _prepare_history_message(self, identity, author, author_kind, when, body):
        """Return values of a message from before, as it is stored: nobody is told."""
        self.ensure_one()
        return {
            "model": "discuss.channel",
            "res_id": self.id,
            "message_type": "helpdesk_message",
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment"),
            "author_id": author.id,
            "email_from": author.email_formatted or identity.account_id.name,
            "reply_to": False,
            "record_name": self.name,
            "date": when,
            "body": body,
            "messaging_identity_id": identity.id,
            "messaging_direction": "in" if author_kind == "customer" else "out",
            "helpdesk_author_kind": author_kind,
            "helpdesk_occurred_at": when,
            "helpdesk_is_history": True,
        }

    def _get_last_messages(self):
        """Override: the last one said, not the one that was imported last."""
        imported = self.filtered("helpdesk_has_history")
        last = super(DiscussChannel, self - imported)._get_last_messages()
        if not imported:
            return last
        self.env["mail.message"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ON (res_id) id FROM mail_message "
                "WHERE model = 'discuss.channel' AND res_id IN %s "
                "ORDER BY res_id, date DESC, id DESC",
                tuple(imported.ids),
            )
        )
        return last + last.browse(row[0] for row in rows)

    def helpdesk_reopen(self):
        """Override: where there is only history, the button opens the first case."""
        self.ensure_one()
        # sudo: discuss.channel - who may act is checked below
        channel_sudo = self.sudo()
        identity = channel_sudo.messaging_identity_id
        if not self.is_helpdesk or channel_sudo.helpdesk_ticket_id or not identity:
            return super().helpdesk_reopen()
        self._helpdesk_check_readable()
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            raise AccessError(self.env._("Only helpdesk agents write to customers."))
        # sudo: helpdesk.ticket - no case is handed in, the method makes one
        no_case = self.env["helpdesk.ticket"].sudo()
        channel_sudo._helpdesk_take_for_writing(self.env.user, identity, no_case)
        return True
