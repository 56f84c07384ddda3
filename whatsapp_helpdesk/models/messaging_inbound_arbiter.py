from odoo import api, models


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _after_batch(self, stored):
        result = super()._after_batch(stored)
        self.env["messaging.arbiter"]._answer(stored)
        return result
