"""Every reason of the gate in words that a person understands."""

from odoo import api, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

#: What is said where the gate has nothing more exact to say, and beside parts that
#: did not leave.
REASONS = {
    "no_identity": _lt("There is no address of this customer to write to."),
    "no_address": _lt("There is no address to send to."),
    "blocked": _lt("This customer is blocked."),
    "account_stopped": _lt("Sending is stopped for this account."),
    "automatic_off": _lt("Automatic messages are switched off for this account."),
    "template_unusable": _lt("This template cannot be sent now."),
    "window_closed": _lt(
        "The customer has not written for too long; only an approved template can be "
        "sent."
    ),
    "opted_out": _lt("The customer does not want such messages."),
    "no_opt_in": _lt("The customer has not agreed to such messages."),
    "marketing_hold": _lt(
        "The platform delivers no more advertising to this customer for now; try again "
        "after a day."
    ),
    "portfolio_limit": _lt(
        "The provider lets you write first to a limited number of customers a day, and "
        "they are used up."
    ),
    "no_start_right": _lt(
        "You may not start conversations. A helpdesk manager can give you this right."
    ),
    "start_limit": _lt("You have written to enough customers for one day."),
    "automatic_budget": _lt("No more automatic messages to this customer today."),
    "quiet_hours": _lt("It is a quiet hour where the customer is."),
    "expired": _lt("It was not delivered in time."),
    "case_closed": _lt("This case is closed. Reopen it to write to the customer."),
}


class MessagingGate(models.AbstractModel):
    _inherit = "messaging.gate"

    @api.model
    def _get_reasons(self):
        """Hook: reason codes of refusals with their sentences."""
        return [(code, self.env._(text)) for code, text in REASONS.items()]

    def _because(self, code):
        """Return a refusal in the words of the list."""
        return code, dict(self._get_reasons())[code]
