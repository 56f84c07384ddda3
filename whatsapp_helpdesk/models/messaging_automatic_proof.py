from odoo import api, fields, models


class MessagingAutomatic(models.Model):
    _inherit = "messaging.automatic"

    kind = fields.Selection(
        selection_add=[("proof", "Proof of Identity")], ondelete={"proof": "cascade"}
    )

    @api.model
    def _get_refusals(self):
        return [*super()._get_refusals(), ("unverified", self.env._("Not verified"))]
