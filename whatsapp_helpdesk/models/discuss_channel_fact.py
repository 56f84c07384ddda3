from odoo import models


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _message_post_after_hook(self, message, msg_vals):
        """Count the message before the first news of it is sent."""
        result = super()._message_post_after_hook(message, msg_vals)
        if self.is_helpdesk and not self.env.context.get("helpdesk_counts_later"):
            # sudo: discuss.channel - the case of whoever may post here
            case = message.helpdesk_ticket_id or self.sudo().helpdesk_ticket_id
            fact = self.env["helpdesk.message.fact"]._count_message(message, case)
            if fact and fact.direction != "note":
                self._helpdesk_sync_cases()
        return result
