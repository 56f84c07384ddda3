from odoo import fields, models


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    is_private = fields.Boolean(
        "Private Team",
        help="Only its members and its leader see its conversations and tickets, "
        "whatever other rights somebody has.",
    )
    reopen_window_hours = fields.Integer(
        "Reopen Within (Hours)",
        default=72,
        help="A customer who writes again within this time reopens the closed ticket; "
        "later a new one starts.",
    )
    auto_assign = fields.Boolean(
        "Assign Automatically",
        default=True,
        help="New conversations go to the member with the fewest open tickets.",
    )
    conversation_ids = fields.One2many("discuss.channel", "helpdesk_team_id")
