from odoo import fields, models


class MessagingConsent(models.Model):
    """One opt-in or opt-out with its proof. The newest row of a purpose counts."""

    _name = "messaging.consent"
    _description = "Messaging Consent"
    _order = "given_at desc, id desc"

    identity_id = fields.Many2one(
        "messaging.identity", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="identity_id.partner_id")
    company_id = fields.Many2one(related="identity_id.company_id", store=True)
    purpose = fields.Selection(
        [
            ("service", "Service"),
            ("utility", "Utility"),
            ("marketing", "Marketing"),
        ],
        required=True,
    )
    state = fields.Selection([("in", "Opted In"), ("out", "Opted Out")], required=True)
    given_at = fields.Datetime(required=True, default=fields.Datetime.now)
    source = fields.Selection(
        [
            ("message", "Message of the Customer"),
            ("platform", "Platform Setting"),
            ("agent", "Agent"),
            ("import", "Import"),
            ("form", "Form"),
        ],
        required=True,
    )
    wording = fields.Text(help="What the customer wrote or agreed to.")
    proof = fields.Char(
        help="Where the customer said it and where that is kept: a paper form, "
        "a recorded call, a page of the shop."
    )
    user_id = fields.Many2one("res.users", "Recorded By")
    repeated = fields.Integer(
        readonly=True, help="How often the customer said the same again on that day."
    )
    repeated_at = fields.Datetime("Last Repeated", readonly=True)
    mail_message_id = fields.Many2one(
        "mail.message", index="btree_not_null", ondelete="set null"
    )

    _identity_purpose = models.Index("(identity_id, purpose, given_at DESC, id DESC)")
