from odoo import fields, models


class MessagingTemplateExample(models.TransientModel):
    """An example on the screen."""

    _name = "messaging.template.example"
    _description = "Example of a Message Template"

    pick_id = fields.Many2one(
        "messaging.template.example.pick", required=True, ondelete="cascade"
    )
    chosen = fields.Boolean("Take")
    key = fields.Char(required=True)
    name = fields.Char()
    category = fields.Selection(
        lambda self: self.env["messaging.template"]._fields["category"].selection
    )
    text = fields.Text()
