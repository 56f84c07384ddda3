from odoo import api, fields, models


class MessagingJoin(models.Model):
    """The journal of who was taken for the same person, and who no longer is.

    One record is one join of identities with a contact, one split, or one merge of
    contacts by Odoo's own wizard. What was where before can be found again by the
    identity of each message; only what has none is noted in the lines.
    """

    _name = "messaging.join"
    _description = "Joined Customers"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    kind = fields.Selection(
        [("join", "Joined"), ("split", "Split"), ("merge", "Contacts Merged")],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("done", "Done"),
            ("undone", "Undone"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    identity_ids = fields.Many2many(
        "messaging.identity", string="Addresses", readonly=True, help="Who was moved."
    )
    source_partner_id = fields.Many2one(
        "res.partner",
        "From Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "To Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    source_name = fields.Char(
        "From Name", readonly=True, help="As it was when it was moved."
    )
    partner_name = fields.Char(
        "To Name", readonly=True, help="As it was when it was moved."
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    proof = fields.Selection(
        [
            ("code", "Code sent to a proven address"),
            ("own_contact", "The platform vouches for the number"),
            ("deep_link", "Personal link, confirmed"),
            ("agent", "Decided by an agent"),
            ("suggestion", "Suggestion accepted by an agent"),
            ("contact_merge", "Contacts merged in Odoo"),
        ],
        required=True,
        readonly=True,
        default="agent",
    )
    cases = fields.Selection(
        [("apart", "Keep apart"), ("together", "Make one")],
        "Open Cases",
        required=True,
        readonly=True,
        default="apart",
    )
    user_id = fields.Many2one(
        "res.users", "By", readonly=True, help="Empty: it was proven by the customer."
    )
    done_at = fields.Datetime("Done", readonly=True)
    undo_until = fields.Datetime(readonly=True)
    undone_at = fields.Datetime("Undone", readonly=True)
    undone_by_id = fields.Many2one("res.users", readonly=True)
    failure = fields.Char(readonly=True, help="Why it was not done.")
    private_team_ids = fields.Many2many(
        "helpdesk.ticket.team",
        "messaging_join_private_team_rel",
        "join_id",
        "team_id",
        readonly=True,
        help="Private teams whose conversations it touched.",
    )
    details = fields.Json(
        readonly=True,
        groups="base.group_system",
        help="What only the journal can know about the contacts.",
    )
    line_ids = fields.One2many("messaging.join.line", "join_id", readonly=True)
    open_ids = fields.One2many("messaging.join.open", "join_id", readonly=True)
    can_undo = fields.Boolean(compute="_compute_can_undo")

    _waiting = models.Index("(id) WHERE state = 'waiting'")

    @api.depends("source_name", "partner_name", "kind")
    @api.depends_context("lang")
    def _compute_name(self):
        for join in self:
            join.name = self.env._(
                "%(old)s → %(new)s",
                old=join.source_name or self.env._("Unknown"),
                new=join.partner_name or self.env._("Unknown"),
            )

    def _compute_display_name(self):
        for join in self:
            join.display_name = join.name

    @api.depends("state", "kind", "undo_until")
    def _compute_can_undo(self):
        now = fields.Datetime.now()
        for join in self:
            join.can_undo = (
                join.state == "done"
                and join.kind != "split"
                and bool(join.undo_until and join.undo_until > now)
            )
