from odoo import fields, models


class MessagingAttempt(models.Model):
    """One call at the provider for a part; each attempt's external id is kept."""

    _name = "messaging.attempt"
    _description = "Sending Attempt"
    _order = "id"

    message_id = fields.Many2one(
        "messaging.message", required=True, index=True, ondelete="cascade"
    )
    account_id = fields.Many2one(
        "messaging.account", required=True, ondelete="restrict"
    )
    started_at = fields.Datetime(required=True, default=fields.Datetime.now)
    ended_at = fields.Datetime()
    external_id = fields.Char("External ID")
    correlation = fields.Char(
        help="What travelled with this call and comes back in its statuses."
    )
    outcome = fields.Selection(
        [
            ("started", "Started"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
            ("doubt", "In Doubt"),
        ],
        required=True,
        default="started",
    )
    failure_reason = fields.Char()
    failure_code = fields.Integer()
    failure_detail = fields.Char()

    _account_external_id_unique = models.Constraint(
        "UNIQUE(account_id, external_id)", "An external id belongs to one attempt."
    )
    _correlation = models.Index("(correlation)")
