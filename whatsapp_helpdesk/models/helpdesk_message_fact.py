from odoo import fields, models


class HelpdeskMessageFact(models.Model):
    """Narrow row per message or note of any ticket, by whatever path it came.

    Service levels and figures read this and nothing else. It survives the deletion of
    the message: counted figures stay, contents do not.
    """

    _name = "helpdesk.message.fact"
    _description = "Ticket Message Fact"
    _order = "posted_at, id"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, index=True, ondelete="cascade"
    )
    mail_message_id = fields.Many2one("mail.message", ondelete="set null")
    conversation_id = fields.Many2one("discuss.channel", ondelete="set null")
    account_id = fields.Many2one("messaging.account", ondelete="set null")
    company_id = fields.Many2one("res.company", required=True, index=True)
    team_id = fields.Many2one("helpdesk.ticket.team", ondelete="set null")
    user_id = fields.Many2one("res.users", "Author", ondelete="set null")
    assignee_id = fields.Many2one(
        "res.users", ondelete="set null", help="Who held the ticket at that moment."
    )
    direction = fields.Selection(
        [("in", "Inbound"), ("out", "Outbound"), ("note", "Note")], required=True
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
    path = fields.Selection(
        [
            ("messaging", "Messaging"),
            ("email", "Email"),
            ("portal", "Portal"),
            ("form", "Form"),
            ("internal", "Internal"),
        ],
        required=True,
    )
    occurred_at = fields.Datetime(
        required=True, help="When it was written; for inbound the provider's time."
    )
    posted_at = fields.Datetime(required=True, help="When it was stored here.")
    final_state = fields.Selection(
        [("ok", "Delivered or Accepted"), ("failed", "Failed"), ("doubt", "In Doubt")],
        required=True,
        default="ok",
    )
    failed_at = fields.Datetime()
    is_late = fields.Boolean()
    is_test = fields.Boolean()

    _message_unique = models.UniqueIndex(
        "(mail_message_id) WHERE mail_message_id IS NOT NULL"
    )
    _ticket_occurred = models.Index("(ticket_id, occurred_at)")
    _company_posted = models.Index("(company_id, posted_at)")
