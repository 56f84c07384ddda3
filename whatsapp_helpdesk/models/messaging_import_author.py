from odoo import fields, models


class MessagingImportAuthor(models.Model):
    """A name in an exported chat: the customer, or somebody of the business."""

    _name = "messaging.import.author"
    _description = "Author in an Import"
    _order = "id"

    name = fields.Char(required=True, readonly=True)
    import_id = fields.Many2one(
        "messaging.import", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="import_id.company_id", store=True)
