"""What a person decides about what nobody could tell apart."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class MessagingJoinOpen(models.Model):
    _inherit = "messaging.join.open"

    def action_stay(self):
        """It belongs where it is."""
        return self._decide("here")

    def action_go(self):
        """It belongs to the other one: it goes there with its notes."""
        return self._decide("there")

    def action_both(self):
        """It concerns both: it stays, and the other conversation says so."""
        return self._decide("both")

    def _decide(self, decision):
        for item in self:
            item._check_may_decide()
            item_sudo = item.sudo()  # sudo: messaging.join.open - checked above
            if decision == "there":
                item_sudo._move_there()
            elif decision == "both":
                item_sudo.other_conversation_id._messaging_note(
                    self.env._("See also: %(name)s.", name=item_sudo.record_name)
                )
            item_sudo.write(
                {
                    "decision": decision,
                    "decided_by_id": self.env.uid,
                    "decided_at": fields.Datetime.now(),
                }
            )
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_may_decide(self):
        """:raise AccessError: it needs somebody who works with both."""
        self.ensure_one()
        self.with_user(self.env.user).sudo(False).check_access("read")
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            raise AccessError(self.env._("Only agents join and split customers."))
        item_sudo = self.sudo()  # sudo: to find what is concerned
        if item_sudo.decision:
            raise UserError(self.env._("This was decided already."))
        if not item_sudo.other_conversation_id or not item_sudo.conversation_id:
            raise UserError(self.env._("One of the conversations is gone."))
        places = item_sudo.conversation_id | item_sudo.other_conversation_id
        for place in places:
            places |= place._helpdesk_get_survivor()
        self.env["messaging.join"]._check_may_work_in(places)

    def _move_there(self):
        """Move a case or a note; messages stay with their identity."""
        record = self.env[self.model].browse(self.res_id).exists()
        target = self.other_conversation_id._helpdesk_get_survivor()
        if not record:
            raise UserError(self.env._("This case or note no longer exists."))
        (self.conversation_id | target)._helpdesk_touch()
        if not self._is_still_here(record):
            raise UserError(
                self.env._("It was moved meanwhile, so this decides nothing any more.")
            )
        if self.model == "helpdesk.ticket":
            message_ids = record._find_message_ids(
                SQL("m.messaging_identity_id IS NULL")
            )
            self._move_notes(message_ids, target)
            contact = record._prepare_contact_values(target.helpdesk_partner_id)
            before = record.partner_id
            record._without_emails()._write_quietly(
                {**contact, "conversation_id": target.id}
            )
            record._move_followers(before, target.helpdesk_partner_id)
            if record.legal_hold:  # messages of it stay here
                self.conversation_id.helpdesk_partner_id.messaging_legal_hold = True
            record._settle_identities(target)
        else:
            self._move_notes(record.ids, target)
        (self.conversation_id | target)._helpdesk_settle()

    def _is_still_here(self, record):
        """A case may be with a private team by now, where the user reads nothing."""
        places = self.conversation_id | self.conversation_id._helpdesk_get_survivor()
        if record._name == "helpdesk.ticket":
            return record.conversation_id in places
        return record.model == "discuss.channel" and record.res_id in places.ids

    def _move_notes(self, message_ids, target):
        self.env.flush_all()
        for statement in (
            "UPDATE mail_message SET res_id = %s WHERE id = ANY(%s)",
            "UPDATE helpdesk_message_fact SET conversation_id = %s "
            "WHERE mail_message_id = ANY(%s)",
            "UPDATE ir_attachment SET res_id = %s "
            "WHERE res_model = 'discuss.channel' AND id IN (SELECT attachment_id "
            "FROM message_attachment_rel WHERE message_id = ANY(%s))",
        ):
            self.env.cr.execute(SQL(statement, target.id, message_ids))
        self.env.invalidate_all()
