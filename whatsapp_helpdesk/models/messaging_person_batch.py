from odoo import api, models


class MessagingPerson(models.AbstractModel):
    _inherit = "messaging.person"

    @api.model
    def _get_erasers(self):
        return [
            *super()._get_erasers(),
            ("messaging.template.batch.line", "_erase_person"),
        ]

    @api.model
    def _get_exporters(self):
        return [
            *super()._get_exporters(),
            ("mass_messages", "messaging.template.batch.line", "_export_person"),
        ]

    @api.model
    def _get_impersonal_models(self):
        return {
            **super()._get_impersonal_models(),
            "messaging.template.batch": "text for many",
        }
