from odoo import fields, models


class MessagingMedia(models.Model):
    """A received file that waits at the provider, fetched by a job of its own."""

    _name = "messaging.media"
    _description = "Received File"
    _order = "id"

    message_id = fields.Many2one(
        "messaging.message", required=True, index=True, ondelete="cascade"
    )
    account_id = fields.Many2one(related="message_id.account_id", store=True)
    company_id = fields.Many2one(related="message_id.company_id")
    kind = fields.Char(required=True, help="image, audio, video, document, sticker")
    reference = fields.Json(required=True, help="Where the provider keeps it.")
    filename = fields.Char()
    mime_type = fields.Char()
    size = fields.Integer(help="Bytes.")
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("done", "Fetched"),
            ("failed", "Not Available"),
            ("refused", "Refused"),
        ],
        required=True,
        default="pending",
    )
    attempts = fields.Integer(default=0)
    next_try_at = fields.Datetime(default=fields.Datetime.now)
    lease_until = fields.Datetime()
    expires_at = fields.Datetime(help="The provider deletes the file after this.")
    error = fields.Char()
    attachment_id = fields.Many2one(
        "ir.attachment", index="btree_not_null", ondelete="set null"
    )

    _pending = models.Index("(next_try_at, id) WHERE state = 'pending'")
