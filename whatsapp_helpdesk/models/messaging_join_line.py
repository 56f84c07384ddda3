from odoo import fields, models


class MessagingJoinLine(models.Model):
    """One conversation whose contents moved, in full or by identity."""

    _name = "messaging.join.line"
    _description = "Moved Conversation"
    _order = "id"

    join_id = fields.Many2one(
        "messaging.join", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="join_id.company_id", store=True)
    source_conversation_id = fields.Many2one(
        "discuss.channel",
        "From",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    conversation_id = fields.Many2one(
        "discuss.channel",
        "To",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    private_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    inbox_id = fields.Many2one("messaging.inbox", readonly=True, ondelete="set null")
    whole = fields.Boolean(
        readonly=True, help="The conversation had nobody else's messages."
    )
    message_count = fields.Integer("Messages", readonly=True)
    case_count = fields.Integer("Cases", readonly=True)
    file_count = fields.Integer("Files", readonly=True)
    details = fields.Json(
        readonly=True,
        groups="base.group_system",
        help="What no identity tells: notes, and cases that were made one.",
    )
