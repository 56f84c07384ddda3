from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class MessagingJoinCustomers(models.TransientModel):
    """Two customers side by side: are they one person, and which contact stays?

    Whoever may read both conversations may join them; everything is checked again when
    it is done, by ``messaging.join``.
    """

    _name = "messaging.join.customers"
    _description = "Join Customers"

    suggestion_id = fields.Many2one("messaging.join.suggestion", readonly=True)
    reason_text = fields.Char(related="suggestion_id.reason_text", related_sudo=False)
    partner_id = fields.Many2one(
        "res.partner", "This Customer", required=True, readonly=True
    )
    other_partner_id = fields.Many2one(
        "res.partner",
        "Is the Same Person As",
        domain="[('id', '!=', partner_id), ('is_company', '=', False), "
        "('is_messaging_test', '=', is_test)]",
        help="Search by name, number or email.",
    )
    is_test = fields.Boolean(related="partner_id.is_messaging_test")
    kept = fields.Selection(
        [("this", "This one"), ("other", "The other one")],
        "Contact That Stays",
        compute="_compute_kept",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="The other one is archived when nothing of it is left; an undo brings it "
        "back.",
    )
    can_choose = fields.Boolean(compute="_compute_can_choose")
    identity_ids = fields.Many2many(
        "messaging.identity",
        string="What Moves",
        compute="_compute_identity_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('partner_id', '=', moved_partner_id)]",
        help="The addresses that are given to the contact that stays. Their messages, "
        "files and cases go along.",
    )
    moved_partner_id = fields.Many2one("res.partner", compute="_compute_moved")
    kept_partner_id = fields.Many2one("res.partner", compute="_compute_moved")
    cases = fields.Selection(
        [("apart", "Keep apart"), ("together", "Make one")],
        "Open Cases",
        required=True,
        default="apart",
    )
    both_have_cases = fields.Boolean(compute="_compute_consequence")
    this_side = fields.Html(compute="_compute_sides", sanitize=False)
    other_side = fields.Html(compute="_compute_sides", sanitize=False)
    consequence = fields.Text(compute="_compute_consequence")
    obstacle = fields.Char(compute="_compute_obstacle")

    # -- what a client says -----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        wizards._check_readable()
        return wizards

    def write(self, vals):
        result = super().write(vals)
        self._check_readable()
        return result

    def _check_readable(self):
        """The name of what a record points at is shown without asking for rights.

        :raise AccessError: it names somebody whom the user may not know.
        """
        for name in self._get_named_fields():
            self.mapped(name).check_access("read")

    @api.model
    def _get_named_fields(self):
        return ["suggestion_id", "partner_id", "other_partner_id", "sent_identity_id"]

    # -- opening ----------------------------------------------------------------------

    @api.model
    def _get_action(self, identities, partner=None, suggestion=None):
        """Return the action that opens the form.

        :param identities: ``messaging.identity`` of one contact that may move.
        :param partner: ``res.partner`` they may be; asked for when there is none.
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "whatsapp_helpdesk.action_messaging_join_customers"
        )
        action["context"] = {
            "default_partner_id": identities.partner_id[:1].id,
            "default_other_partner_id": partner.id if partner else False,
            "default_suggestion_id": suggestion.id if suggestion else False,
            "join_identity_ids": identities.ids,
        }
        return action

    # -- who --------------------------------------------------------------------------

    @api.depends("other_partner_id")
    def _compute_can_choose(self):
        for wizard in self:
            wizard.can_choose = bool(
                wizard._get_identities(wizard.partner_id)
                and wizard._get_identities(wizard.other_partner_id)
            )

    @api.depends("other_partner_id")
    def _compute_kept(self):
        """The contact with more to lose stays, unless only one of them writes."""
        for wizard in self:
            wizard.kept = "other" if wizard._should_keep_other() else "this"

    def _should_keep_other(self):
        """Hook: whether the other contact is the better one to keep."""
        this, other = self.partner_id, self.other_partner_id
        if not other or not self._get_identities(this):
            return False
        if not self._get_identities(other):
            return True
        return self._get_weight(other) >= self._get_weight(this)

    def _get_weight(self, partner):
        """Return what makes a contact worth keeping; the older one wins a draw."""
        filled = [name for name in ("email", "phone", "street") if partner[name]]
        return (self._count_records(partner), len(filled), -partner.id)

    @api.depends("kept", "other_partner_id")
    def _compute_moved(self):
        for wizard in self:
            this, other = wizard.partner_id, wizard.other_partner_id
            keeps_this = wizard.kept == "this"
            wizard.kept_partner_id = this if keeps_this else other
            wizard.moved_partner_id = other if keeps_this else this

    @api.depends("moved_partner_id")
    def _compute_identity_ids(self):
        """What was asked about; of the other one everything there is."""
        asked = self.env["messaging.identity"].browse(
            self.env.context.get("join_identity_ids", [])
        )
        for wizard in self:
            moved = wizard.moved_partner_id._origin or wizard.moved_partner_id
            all_of_them = wizard._get_identities(moved)
            wizard.identity_ids = (asked & all_of_them) or all_of_them

    def _get_identities(self, partner):
        """Return how accounts know a contact, as far as the user may see it."""
        if not partner:
            return self.env["messaging.identity"]
        return self.env["messaging.identity"].search(
            [("partner_id", "in", partner._origin.ids or partner.ids)]
        )

    # -- doing ------------------------------------------------------------------------

    def action_join(self):
        """Join now, and say what happened with a way back.

        :raise AccessError: the user may not.
        :raise UserError: they can never be one.
        """
        self.ensure_one()
        self._check_complete()
        identities, partner = self.identity_ids, self.kept_partner_id
        Join = self.env["messaging.join"]
        Join._check_may_join(identities, partner)
        # sudo: messaging.join - whether this user may was just checked
        join = Join.sudo()._join(
            identities.sudo(),
            partner.sudo(),
            "suggestion" if self._is_suggested() else "agent",
            user=self.env.user,
            cases=self.cases,
        )
        return join.sudo(False)._get_done_action(
            self.env._("%(name)s is one customer now.", name=partner.display_name)
        )

    def _is_suggested(self):
        """Whether the suggestion is about these two."""
        partners = self.suggestion_id.current_partner_id | self.suggestion_id.partner_id
        return bool(partners) and partners <= self.partner_id | self.other_partner_id

    def action_dismiss(self):
        """They are not the same person."""
        self.ensure_one()
        self.suggestion_id.action_dismiss()
        return {"type": "ir.actions.act_window_close"}

    def _check_complete(self):
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            raise AccessError(self.env._("Only helpdesk agents join customers."))
        if not self.other_partner_id:
            raise UserError(self.env._("Choose who it is."))
        if not self.identity_ids:
            raise UserError(
                self.env._("Nothing would move: choose what belongs to whom.")
            )
        foreign = self.identity_ids.partner_id - self.moved_partner_id
        if foreign:
            raise UserError(
                self.env._("Only addresses of these two customers can be joined.")
            )

    def _reopen(self):
        """Show this form again, as it is now."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Is This the Same Person?"),
        }
