from odoo import api, models


class HelpdeskMessageFact(models.Model):
    _inherit = "helpdesk.message.fact"

    @api.model
    def _is_counted(self, message):
        """Override: who opens the chat says nothing and waits for nothing."""
        return message.helpdesk_swallowed_by != "start" and super()._is_counted(message)
