from odoo import api, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        if self._is_web_request():
            self.env["helpdesk.message.fact"]._count_request(tickets)
        return tickets

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Mark tickets of the mail gateway, which acts as the sender's portal user."""
        by_mail = self.with_context(helpdesk_ticket_by_mail=True)
        ticket = super(HelpdeskTicket, by_mail).message_new(msg_dict, custom_values)
        return ticket.with_env(self.env)

    def _is_web_request(self):
        """Whether a customer fills in a form; emails are posted as messages."""
        by_mail = self.env.context.get("helpdesk_ticket_by_mail")
        return self.env.user.share and not by_mail

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        self.env["helpdesk.message.fact"]._count_message(message, self)
        return result
