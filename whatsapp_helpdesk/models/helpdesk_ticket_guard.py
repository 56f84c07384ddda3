"""What a ticket knows from its conversation is written by the server only.

Whoever could point a case at another conversation would become its member and read
it; whoever could write the times would write the figures.
"""

from odoo import api, models
from odoo.exceptions import AccessError

#: Kept by the conversation and its messages.
SERVER_FIELDS = {
    "conversation_id",
    "customer_language",
    "first_closed_at",
    "first_response_at",
    "human_requested_at",
    "is_private",
    "is_test",
    "last_agent_message_at",
    "last_customer_message_at",
    "messaging_account_id",
    "messaging_identity_id",
    "reopen_count",
    "waiting_on",
    "waiting_since",
}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        # Default values are as good as values, and clients send them in the context.
        defaults = {
            name.removeprefix("default_"): value
            for name, value in self.env.context.items()
            if name.startswith("default_")
        }
        for vals in vals_list:
            self._check_server_fields(
                {name for name, value in {**defaults, **vals}.items() if value}
            )
        return super().create(vals_list)

    def write(self, vals):
        self._check_server_fields(set(vals))
        return super().write(vals)

    @api.model
    def _check_server_fields(self, names):
        if not self.env.su and names & SERVER_FIELDS:
            raise AccessError(
                self.env._(
                    "A case gets its conversation and its times from the messages, "
                    "not by hand."
                )
            )
