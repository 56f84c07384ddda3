from odoo import fields, models


class MessagingTemplateButton(models.Model):
    """A button under a template; its place among the buttons is its index."""

    _name = "messaging.template.button"
    _description = "Message Template Button"
    _order = "sequence, id"
    _rec_name = "title"

    template_id = fields.Many2one(
        "messaging.template", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("quick_reply", "Quick Reply"),
            ("url", "Open a Web Page"),
            ("phone", "Call a Number"),
            ("copy_code", "Copy a Code"),
            ("flow", "Open a Form"),
            ("other", "Other"),
        ],
        required=True,
        default="quick_reply",
    )
    title = fields.Char(required=True)
    url = fields.Char("Web Address", help="May end with a variable: .../orders/{{1}}")
    phone = fields.Char("Number")
    example = fields.Char(
        help="A value of the variable in the web address, or of the code."
    )
    form_id = fields.Char("Form ID")
