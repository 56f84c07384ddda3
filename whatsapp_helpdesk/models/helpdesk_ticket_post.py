"""Posting on a ticket that has a conversation.

Its chatter is for notes only. What the customer writes in the portal goes into the
conversation, where the agent answers; other tickets keep `helpdesk_mgmt`'s way.
"""

from odoo import SUPERUSER_ID, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

#: Types that people send; everything else is the system's and stays as it is.
PERSONAL_TYPES = ("comment", "email", "email_outgoing")


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def message_post(self, *, message_type="notification", **kwargs):
        if not self._is_chatter_for_notes(message_type):
            return super().message_post(message_type=message_type, **kwargs)
        if self._get_post_author(kwargs).partner_share:
            return self._post_portal_reply(kwargs)
        return super().message_post(
            message_type=message_type, **self._prepare_note_values(kwargs)
        )

    def _is_chatter_for_notes(self, message_type):
        # sudo: helpdesk.ticket - a portal user does not see the conversation
        return (
            len(self) == 1
            and message_type in PERSONAL_TYPES
            and bool(self.sudo().conversation_id)
        )

    def _get_post_author(self, kwargs):
        """Return who really speaks; only the server may name somebody else."""
        user = self.env.user
        may_name = self.env.uid == SUPERUSER_ID or (self.env.su and user._is_public())
        author_id = may_name and kwargs.get("author_id")
        # sudo: res.partner - only whether it is a customer
        return self.env["res.partner"].sudo().browse(author_id or user.partner_id.id)

    def _prepare_note_values(self, kwargs):
        """Whatever subtype was asked for, it is a note, and no customer is told."""
        values = {k: v for k, v in kwargs.items() if k != "subtype_id"}
        values["subtype_xmlid"] = "mail.mt_note"
        if values.get("partner_ids"):
            # sudo: res.partner - only whether they are employees
            partners = self.env["res.partner"].sudo().browse(values["partner_ids"])
            values["partner_ids"] = partners.filtered(lambda p: not p.partner_share).ids
        return values

    def _post_portal_reply(self, kwargs):
        """Put what the customer wrote in the portal into the conversation."""
        ticket_sudo = self.sudo()  # sudo: helpdesk.ticket - see above
        if not self.env.su:
            self.check_access("read")
        if not ticket_sudo.messaging_identity_id:
            raise AccessError(self.env._("This ticket takes no messages here."))
        if ticket_sudo.closed:
            # Nobody could answer on a closed case.
            ticket_sudo._reopen_case()
        return ticket_sudo.conversation_id._helpdesk_post_inbound(
            identity=ticket_sudo.messaging_identity_id,
            ticket=ticket_sudo,
            body=kwargs.get("body"),
            author=self._get_post_author(kwargs),
            attachment_ids=kwargs.get("attachment_ids") or [],
        )

    def _get_portal_messages_domain(self):
        """What both sides said about this case, for the customer."""
        self.ensure_one()
        # sudo: discuss.channel - only whose it is
        customer = self.sudo().conversation_id.helpdesk_partner_id
        comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        in_conversation = Domain(
            [
                ("model", "=", "discuss.channel"),
                ("helpdesk_ticket_id", "=", self.id),
                ("message_type", "=", "helpdesk_message"),
                # Not of somebody who was told apart from this customer since.
                ("messaging_identity_id.partner_id", "in", [False, customer.id]),
            ]
        )
        on_ticket = Domain(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", PERSONAL_TYPES),
            ]
        )
        return (in_conversation | on_ticket) & Domain(
            [("subtype_id", "=", comment), ("is_internal", "=", False)]
        )
