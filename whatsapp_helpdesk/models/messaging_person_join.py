from odoo import api, models


class MessagingPerson(models.AbstractModel):
    _inherit = "messaging.person"

    @api.model
    def _get_erasers(self):
        return [
            *super()._get_erasers(),
            ("messaging.join.suggestion", "_erase_person"),
        ]

    @api.model
    def _get_exporters(self):
        return [
            *super()._get_exporters(),
            ("suggestions", "messaging.join.suggestion", "_export_person"),
        ]

    @api.model
    def _get_impersonal_models(self):
        return {
            **super()._get_impersonal_models(),
            "messaging.join.progress": "numbers of rows that were looked at",
        }
