from odoo import api, models


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _finish_batch(self, batch):
        """What was delivered has its price, once for all statuses of a batch."""
        result = super()._finish_batch(batch)
        if batch.statuses:
            # sudo: messaging.charge - a job of the system
            self.env["messaging.charge"].sudo()._record_statuses(batch.statuses)
        return result
