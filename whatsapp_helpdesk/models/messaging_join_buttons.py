"""What people press in the journal, and how they are told what was done."""

from odoo import models
from odoo.exceptions import UserError


class MessagingJoin(models.Model):
    _inherit = "messaging.join"

    def _get_done_action(self, text):
        """Return the action that says what was done, with a button to take it back.

        Of joins in several companies the others are taken back in the journal.
        """
        latest = self[-1:]
        is_split = latest.kind == "split"
        return {
            "type": "ir.actions.client",
            "tag": "helpdesk_join_done",
            "params": {
                "message": text,
                "join_id": latest.id,
                "undo": "action_join_back" if is_split else "action_undo",
                "open_count": len(self.open_ids),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_join_back(self):
        """Take a split back: the addresses return to the contact they were of."""
        self.ensure_one()
        self.check_access("read")
        if self.kind != "split" or self.state != "done":
            raise UserError(self.env._("There is nothing to take back."))
        identities, partner = self.identity_ids, self.source_partner_id
        was_erased = not self.source_name
        if not partner or was_erased or identities.partner_id != self.partner_id:
            raise UserError(
                self.env._(
                    "These addresses were changed meanwhile. Reload and look again."
                )
            )
        self._check_may_join(identities, partner)
        # sudo: messaging.join - whether this user may was just checked
        join = self.sudo()._join(
            identities.sudo(), partner.sudo(), "agent", user=self.env.user
        )
        return join.sudo(False)._get_done_action(
            self.env._("%(name)s is one customer again.", name=partner.display_name)
        )

    def action_open_undecided(self):
        """List what nobody can decide but a person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "whatsapp_helpdesk.action_messaging_join_open"
        )
        return {**action, "domain": [("join_id", "=", self.id)], "context": {}}


class MessagingJoinOpen(models.Model):
    _inherit = "messaging.join.open"

    def action_open_record(self):
        """Look at what is undecided."""
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("This record no longer exists."))
        if record == self.conversation_id or not record.has_access("read"):
            return self.conversation_id.action_open_conversation()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
