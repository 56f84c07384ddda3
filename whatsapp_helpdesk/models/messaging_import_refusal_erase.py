from odoo import api, models

from .messaging_import_erase import CODE


class MessagingImportRefusal(models.Model):
    _inherit = "messaging.import.refusal"

    @api.model
    def _get_reason(self, code):
        if code == CODE:
            return self.env._("Said before the data of this person was erased.")
        return super()._get_reason(code)
