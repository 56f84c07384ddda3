from odoo import api, models


class ResLang(models.Model):
    _inherit = "res.lang"

    @api.model_create_multi
    def create(self, vals_list):
        languages = super().create(vals_list)
        languages.filtered("active")._prepare_quick_replies()
        return languages

    def write(self, vals):
        """A language that is switched on brings its quick replies."""
        started = self.filtered(lambda lang: vals.get("active") and not lang.active)
        result = super().write(vals)
        started._prepare_quick_replies()
        return result

    def _prepare_quick_replies(self):
        if self:
            # sudo: mail.canned.response - who switches on a language is no agent
            Reply = self.env["mail.canned.response"].sudo()
            Reply._prepare_quick_replies(self.mapped("code"))
