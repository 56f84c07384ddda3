from odoo import api, fields, models
from odoo.exceptions import UserError

from ..gateway.templates import normalise_language


class MessagingTemplateLanguage(models.TransientModel):
    """The same template in one more language, as a draft to be translated."""

    _name = "messaging.template.language"
    _description = "Template in Another Language"

    template_id = fields.Many2one(
        "messaging.template", required=True, ondelete="cascade"
    )
    known = fields.Char("Exists In", compute="_compute_known")
    language = fields.Char(
        required=True, help="As the provider writes it, for example ar, fr or pt_BR."
    )

    @api.depends("template_id")
    def _compute_known(self):
        for wizard in self:
            wizard.known = ", ".join(wizard._get_siblings().mapped("language"))

    def _get_siblings(self):
        template = self.template_id
        return template.with_context(active_test=False).search(
            [("account_id", "=", template.account_id.id), ("name", "=", template.name)]
        )

    def action_create(self):
        self.ensure_one()
        language = normalise_language(self.language)
        if language in self._get_siblings().mapped("language"):
            raise UserError(
                self.env._("There is one in %(language)s already.", language=language)
            )
        copy = self.template_id.copy({"language": language})
        return {
            "type": "ir.actions.act_window",
            "res_model": "messaging.template",
            "res_id": copy.id,
            "view_mode": "form",
        }
