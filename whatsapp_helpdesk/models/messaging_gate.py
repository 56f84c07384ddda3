"""The one gate: nothing reaches the outbox, and nothing leaves it, except through here."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class MessagingGate(models.AbstractModel):
    _name = "messaging.gate"
    _description = "Gate of Outgoing Messages"

    @api.model
    def _get_lock(self, conversation):
        """Return ``(code, sentence)`` why nobody can write now, or two empty strings.

        The service window is not part of it: the client knows when it ends and says so
        itself while time passes.
        """
        identity = conversation.messaging_identity_id
        case = conversation.helpdesk_ticket_id
        if not identity:
            return (
                "no_identity",
                self.env._("There is no address of this customer to write to."),
            )
        if identity.blocked:
            return "blocked", self.env._("This customer is blocked.")
        if not identity.address:
            return "no_address", self.env._("There is no address to send to.")
        if identity.account_id.state == "stopped":
            return (
                "account_stopped",
                self.env._(
                    "Sending is stopped for %(account)s: %(reason)s",
                    account=identity.account_id.name,
                    reason=identity.account_id.stop_reason or "",
                ),
            )
        if not case or case.closed:
            return (
                "case_closed",
                self.env._("This case is closed. Reopen it to write to the customer."),
            )
        return "", ""

    @api.model
    def _check_message(self, identity, author_kind, values):
        """Refuse a message before it is stored.

        :raise UserError: a sentence for the person who wants to send.
        """
        if identity.window_end and identity.window_end < fields.Datetime.now():
            raise UserError(self.env._("The service window is closed."))
