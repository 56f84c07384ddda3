from odoo import fields, models


class MessagingTemplate(models.Model):
    """A message the provider approved for use outside the service window."""

    _name = "messaging.template"
    _description = "Message Template"
    _order = "name, language"

    account_id = fields.Many2one(
        "messaging.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    external_id = fields.Char("External ID")
    name = fields.Char(required=True)
    language = fields.Char(required=True, help="Exactly as the provider stores it.")
    category = fields.Selection(
        [
            ("marketing", "Marketing"),
            ("utility", "Utility"),
            ("authentication", "Authentication"),
        ]
    )
    status = fields.Char(default="PENDING")
    quality = fields.Char()
    components = fields.Json()
    body = fields.Text()
    active = fields.Boolean(default=True)

    _account_name_language_unique = models.Constraint(
        "UNIQUE(account_id, name, language)",
        "The account already has this template in this language.",
    )
