from odoo import api, fields, models


class MessagingTemplateSendValue(models.TransientModel):
    """The value of one variable, as it will be sent."""

    _name = "messaging.template.send.value"
    _description = "Value of a Template Variable"
    _order = "sequence, id"

    wizard_id = fields.Many2one(
        "messaging.template.send", required=True, ondelete="cascade"
    )
    variable_id = fields.Many2one(
        "messaging.template.variable",
        "Place",
        required=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(related="variable_id.sequence", store=True)
    label = fields.Char("Variable", compute="_compute_label")
    value = fields.Char()
    hint = fields.Char("Comes From", compute="_compute_label")

    @api.depends("variable_id")
    def _compute_label(self):
        sources = dict(self.env["messaging.template.variable"]._get_source_selection())
        for line in self:
            variable = line.variable_id
            line.label = variable and variable._get_label()
            line.hint = line._get_hint(sources)

    def _get_hint(self, sources):
        """Where the value is taken from when it is left empty, for many recipients."""
        variable = self.variable_id
        if variable.source_model:
            return variable._get_source_text(sources)
        return variable.example and self.env._(
            "for example %(example)s", example=variable.example
        )
