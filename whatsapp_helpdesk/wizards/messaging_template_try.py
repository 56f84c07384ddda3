from odoo import api, fields, models

from .messaging_template_send import MODELS


class MessagingTemplateTry(models.TransientModel):
    """Shows a template as one customer would read it; nothing is sent."""

    _name = "messaging.template.try"
    _description = "Preview a Template"

    template_id = fields.Many2one(
        "messaging.template", required=True, readonly=True, ondelete="cascade"
    )
    record = fields.Reference(
        selection="_get_record_selection",
        string="With",
        help="A contact, lead or ticket whose values fill the template.",
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    missing = fields.Text("Typed when sending", compute="_compute_preview")

    @api.model
    def default_get(self, fields_list):
        """Start with the newest contact somebody wrote from, if there is one."""
        values = super().default_get(fields_list)
        identity = self.env["messaging.identity"].search(
            [("partner_id", "!=", False)], limit=1
        )
        if identity:
            values["record"] = f"res.partner,{identity.partner_id.id}"
        return values

    @api.model
    def _get_record_selection(self):
        # sudo: ir.model - only names of models
        models = self.env["ir.model"].sudo()._get
        return [
            (name, models(name).name)
            for name in MODELS
            if self.env[name].has_access("read")
        ]

    @api.depends("template_id", "record")
    def _compute_preview(self):
        for wizard in self:
            record = wizard.record
            partner = record._get_customer_to_write() if record else None
            template = wizard.template_id
            values = template._get_values_for(
                record, partner or self.env["res.partner"], self.env.user
            )
            wizard.preview = template._get_preview(values)
            wizard.missing = ", ".join(
                template._get_variable_label(key)
                for key, text in values.items()
                if not text
            )
