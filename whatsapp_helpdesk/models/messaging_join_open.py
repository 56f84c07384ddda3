from odoo import fields, models


class MessagingJoinOpen(models.Model):
    """Something of which nobody can tell to whom it belongs; a person decides."""

    _name = "messaging.join.open"
    _description = "Undecided After a Split"
    _order = "id"
    _rec_name = "record_name"

    join_id = fields.Many2one(
        "messaging.join", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="join_id.company_id", store=True)
    model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer("Record ID", required=True, readonly=True)
    record_name = fields.Char("What", readonly=True)
    reason = fields.Text("Why", required=True, readonly=True)
    conversation_id = fields.Many2one(
        "discuss.channel",
        "Where It Is",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    other_conversation_id = fields.Many2one(
        "discuss.channel",
        "Where It May Belong",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    decision = fields.Selection(
        [
            ("here", "Stays"),
            ("there", "Goes with the other"),
            ("both", "Concerns both"),
        ],
        readonly=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)

    _once = models.Constraint(
        "UNIQUE(join_id, model, res_id)", "This is listed already."
    )
