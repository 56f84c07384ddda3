from odoo import api, fields, models

from ..gateway.templates import Variable


class MessagingTemplateVariable(models.Model):
    """A place in a template that is filled at each send.

    Rows follow the texts of the template; one whose place stays keeps all it knows.
    """

    _name = "messaging.template.variable"
    _description = "Message Template Variable"
    _order = "sequence, id"

    template_id = fields.Many2one(
        "messaging.template", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True)
    sequence = fields.Integer()
    component = fields.Selection(
        [("header", "Header"), ("body", "Body"), ("button", "Button")],
        "Where",
        required=True,
    )
    name = fields.Char("Variable", required=True)
    button_index = fields.Integer(help="Counted from 0; 0 for header and body.")
    example = fields.Char(help="A realistic value; the provider's reviewers read it.")
    key = fields.Char(compute="_compute_key")

    _place_unique = models.Constraint(
        "UNIQUE(template_id, component, button_index, name)",
        "The template already has this variable.",
    )

    @api.depends("component", "button_index", "name")
    def _compute_key(self):
        for variable in self:
            variable.key = variable._get_variable().key

    @api.depends("component", "button_index", "name")
    def _compute_display_name(self):
        for variable in self:
            variable.display_name = f"{{{{{variable.name}}}}}"

    def _get_variable(self):
        self.ensure_one()
        return Variable(
            self.component or "",
            self.name or "",
            self.button_index,
            self.example or "",
        )
