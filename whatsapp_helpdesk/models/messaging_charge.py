from odoo import fields, models

from ..gateway.pricing import Basis
from .messaging_rate import CATEGORIES, PRICE_DIGITS

BASES = [
    (Basis.RATE.value, "Rate"),
    (Basis.FREE.value, "Free at the Provider"),
    (Basis.FREE_TIER.value, "Monthly Free Messages"),
    (Basis.NOT_YET_CHARGED.value, "Not Charged at That Time"),
    (Basis.BY_CONVERSATION.value, "Charged by Conversation"),
    (Basis.UNKNOWN_TYPE.value, "Unknown Kind of Pricing"),
    (Basis.NO_CATEGORY.value, "Category Not Told"),
    (Basis.NO_RATE.value, "No Rate"),
]


class MessagingCharge(models.Model):
    """What one delivered message costs: a line that a provider's invoice contains.

    There is one for each external id that was delivered, whatever the provider repeats.
    It says nothing about the customer but the country, so it outlives them: the id,
    which may contain a telephone number, is kept as a hash.
    """

    _name = "messaging.charge"
    _description = "Messaging Charge"
    _order = "charged_at desc, id desc"
    _rec_name = "category"

    account_id = fields.Many2one(
        "messaging.account", required=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="restrict"
    )
    external_key = fields.Char(
        required=True, help="Hash of the provider's id of the message."
    )
    message_id = fields.Many2one(
        "messaging.message", "Part", index="btree_not_null", ondelete="set null"
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket", index="btree_not_null", ondelete="set null"
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        index="btree_not_null",
        ondelete="set null",
        help="Who had the case when the message was delivered.",
    )
    template_id = fields.Many2one(
        "messaging.template", index="btree_not_null", ondelete="set null"
    )
    country_id = fields.Many2one("res.country", ondelete="set null")
    author_kind = fields.Selection(
        [
            ("agent", "Agent"),
            ("phone_app", "Phone App"),
            ("automatic", "Automatic"),
        ],
        "Written By",
    )
    category = fields.Selection(
        [*CATEGORIES, ("referral_conversion", "From an Advertisement")],
    )
    pricing_category = fields.Char(help="The provider's word for the category.")
    pricing_type = fields.Char(help="The provider's word for free or not.")
    pricing_model = fields.Char()
    basis = fields.Selection(
        BASES, "Reason", required=True, help="Why it costs what it costs."
    )
    amount = fields.Float("At the Provider", digits=PRICE_DIGITS, aggregator=None)
    currency_id = fields.Many2one("res.currency", required=True, ondelete="restrict")
    company_amount = fields.Float(
        "Cost", digits=PRICE_DIGITS, help="In the currency of the company."
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    rate_id = fields.Many2one(
        "messaging.rate", index="btree_not_null", ondelete="set null"
    )
    is_estimate = fields.Boolean(
        "Estimate", help="Rests on a guess: of the rate, the country or the kind."
    )
    charged_at = fields.Datetime(
        "Delivered", required=True, help="The provider's time of delivery."
    )
    date = fields.Date(
        "Day", required=True, help="In the time zone that the account is billed in."
    )

    _message_unique = models.Constraint(
        "UNIQUE(account_id, external_key)", "This message was charged already."
    )
    _account_date = models.Index("(account_id, date)")
