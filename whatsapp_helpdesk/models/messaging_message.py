import uuid

from odoo import api, fields, models
from odoo.tools import LazyTranslate

#: Sending states from bad to good; a message shows the state of its worst part.
STATES = [
    ("queued", "Queued"),
    ("held", "Held Back"),
    ("sending", "Sending"),
    ("accepted", "Accepted"),
    ("sent", "Sent"),
    ("delivered", "Delivered"),
    ("read", "Read"),
    ("played", "Played"),
    ("failed", "Failed"),
    ("expired", "Expired"),
    ("unknown", "In Doubt"),
    ("received", "Received"),
]
#: Forward only: a state never goes back to one with a lower rank. ``failed`` gives way
#: to proof of delivery, which providers do send afterwards.
RANK = {
    "queued": 0,
    "held": 1,
    "sending": 2,
    "unknown": 3,
    "accepted": 4,
    "sent": 5,
    "failed": 6,
    "expired": 6,
    "delivered": 7,
    "read": 8,
    "played": 9,
}
#: Worst first, for the tick of a message with several parts.
WORST_FIRST = (
    "failed",
    "expired",
    "unknown",
    "held",
    "queued",
    "sending",
    "accepted",
    "sent",
    "delivered",
    "read",
    "played",
    "received",
)

_lt = LazyTranslate(__name__)

#: What people read for each reason code of the gateway and the gate.
FAILURE_REASONS = {
    "network": _lt("The provider could not be reached."),
    "timeout": _lt("The provider did not answer in time."),
    "server": _lt("The provider has a problem."),
    "throttled": _lt("Too many messages at once."),
    "pair_throttled": _lt("Too many messages to this customer."),
    "token": _lt("The access token is expired or lacks a permission."),
    "account": _lt("The provider restricts this account."),
    "payment": _lt("The account's payment method has a problem."),
    "recipient": _lt(
        "The customer cannot receive it: they are not on the channel any more, have "
        "an old version of the app, or blocked you."
    ),
    "blocked_us": _lt("The customer has blocked you on this channel."),
    "recipient_allow_list": _lt("A test number sends only to the numbers on its list."),
    "country": _lt("Messages to this country are not allowed."),
    "window_closed": _lt(
        "The customer has not written for too long; only an approved "
        "template can be sent."
    ),
    "opted_out": _lt("The customer does not want such messages."),
    "not_delivered_by_choice": _lt("The platform chose not to deliver this message."),
    "quality": _lt("The platform limits this number for quality."),
    "template": _lt("The template is missing, paused or filled wrong."),
    "template_paused": _lt("The platform paused this template."),
    "template_disabled": _lt("The platform disabled this template."),
    "media": _lt("The file is too large or of a type not accepted."),
    "too_long": _lt("The message is too long."),
    "unsupported": _lt("The channel cannot send this."),
    "invalid": _lt("The provider refused the content."),
    "identity_changed": _lt("The number may belong to somebody else now."),
    "expired": _lt("It was not delivered in time."),
    "host_refused": _lt("The address is not allowed."),
    "blocked": _lt("This customer is blocked."),
    "account_stopped": _lt("Sending is stopped for this account."),
    "no_address": _lt("There is no address to send to."),
    "signature": _lt("The signature is wrong."),
    "handshake": _lt("The handshake failed."),
    "malformed": _lt("The content cannot be read."),
    "unknown": _lt("The provider gave no reason we know."),
}


class MessagingMessage(models.Model):
    """One part sent to or received from a provider.

    A message in Discuss has one or more parts, in order: a long text or a text with
    two files is several calls at the provider, each with its own id and fate.
    """

    _name = "messaging.message"
    _description = "Message Part"
    _order = "id"
    _rec_name = "external_id"

    account_id = fields.Many2one(
        "messaging.account", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    identity_id = fields.Many2one(
        "messaging.identity", required=True, index=True, ondelete="restrict"
    )
    conversation_id = fields.Many2one(
        "discuss.channel", index="btree_not_null", ondelete="restrict"
    )
    mail_message_id = fields.Many2one(
        "mail.message", index="btree_not_null", ondelete="cascade"
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket", index="btree_not_null", ondelete="set null"
    )
    direction = fields.Selection([("in", "In"), ("out", "Out")], required=True)
    sequence = fields.Integer(default=0, help="Order of the parts of one message.")
    kind = fields.Char(required=True, help="text, media, location, template, ...")
    payload = fields.Json(
        help="What is sent, in the words of the gateway; never a provider's own."
    )
    attachment_id = fields.Many2one(
        "ir.attachment", index="btree_not_null", ondelete="restrict"
    )
    reply_to_ref = fields.Char(help="External id of the quoted message.")
    external_id = fields.Char("External ID", copy=False)
    correlation = fields.Char(
        copy=False,
        default=lambda self: str(uuid.uuid4()),
        help="Travels with the send and comes back in statuses where the channel "
        "can do that; it settles a send in doubt.",
    )
    author_kind = fields.Selection(
        [
            ("customer", "Customer"),
            ("agent", "Agent"),
            ("phone_app", "Phone App"),
            ("automatic", "Automatic"),
        ],
        required=True,
    )
    priority = fields.Integer(
        default=10,
        help="Lower leaves first: an agent's reply is 10, an automatic message 20, "
        "campaigns and other bulk 30 and more.",
    )
    state = fields.Selection(STATES, required=True, default="queued", index=True)
    attempts = fields.Integer(default=0)
    attempt_ids = fields.One2many("messaging.attempt", "message_id")
    next_try_at = fields.Datetime(default=fields.Datetime.now)
    lease_until = fields.Datetime(
        help="While sending: after this moment the send counts as in doubt."
    )
    expires_at = fields.Datetime(
        help="Not sent after this moment, for instance when the window closes."
    )
    failure_reason = fields.Selection(selection="_get_failure_reasons")
    failure_code = fields.Integer()
    failure_detail = fields.Char(help="The provider's own words.")
    failure_text = fields.Char(compute="_compute_failure_text")
    occurred_at = fields.Datetime(help="Provider time of an inbound part.")
    accepted_at = fields.Datetime()
    sent_at = fields.Datetime()
    delivered_at = fields.Datetime()
    read_at = fields.Datetime()
    failed_at = fields.Datetime()
    pricing_type = fields.Char()
    pricing_category = fields.Char()
    pricing_model = fields.Char()
    pricing_state = fields.Char(help="State of the status that told the pricing.")
    recipient_country_id = fields.Many2one("res.country")
    template_name = fields.Char()
    template_language = fields.Char()

    _account_external_id_unique = models.Constraint(
        "UNIQUE(account_id, external_id)", "This message was already received."
    )
    _failed_lately = models.Index("(write_date) WHERE state IN ('failed', 'expired')")
    _correlation_unique = models.Constraint(
        "UNIQUE(correlation)", "Two sends cannot share a correlation id."
    )

    @api.model
    def _get_failure_reasons(self):
        """Hook: reason codes with their sentences."""
        return [(code, self.env._(text)) for code, text in FAILURE_REASONS.items()]

    @api.depends("failure_reason", "failure_detail")
    @api.depends_context("lang")
    def _compute_failure_text(self):
        labels = dict(self._get_failure_reasons())
        for part in self:
            text = labels.get(part.failure_reason, "")
            if text and part.failure_detail:
                text = f"{text} ({part.failure_detail})"
            part.failure_text = text
