from odoo import api, models


class MessagingPerson(models.AbstractModel):
    _inherit = "messaging.person"

    @api.model
    def _get_erasers(self):
        return [*super()._get_erasers(), ("messaging.proof", "_erase_person")]

    @api.model
    def _get_exporters(self):
        return [
            *super()._get_exporters(),
            ("proofs", "messaging.proof", "_export_person"),
        ]
