"""What people do with a suggestion, and what becomes of it by other ways."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class MessagingJoinSuggestion(models.Model):
    _inherit = "messaging.join.suggestion"

    def action_compare(self):
        """Open both customers side by side; that is where one joins them."""
        self.ensure_one()
        self._check_open()
        return self.env["messaging.join.customers"]._get_action(
            self.identity_id, self.partner_id, suggestion=self
        )

    def action_open(self):
        """Open what a line is about: the question, or after it the contact."""
        self.ensure_one()
        if self.state == "open":
            return self.action_compare()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }

    def action_dismiss(self):
        """They are not the same; it is not suggested again."""
        for suggestion in self:
            suggestion._check_open()
        self._decide("dismissed")
        return True

    def action_reopen(self):
        """Take a dismissal back."""
        self.check_access("read")
        dismissed = self.filtered(lambda s: s.state == "dismissed")
        # sudo: messaging.join.suggestion - nobody writes it; who may read may decide
        dismissed.sudo().write(
            {"state": "open", "decided_by_id": False, "decided_at": False}
        )
        dismissed.sudo()._announce()
        return True

    def _check_open(self):
        """:raise AccessError: not this user's business.
        :raise UserError: somebody decided already.
        """
        self.check_access("read")
        if self.state != "open":
            raise UserError(self.env._("Somebody has decided about this already."))

    def _decide(self, state, join=None):
        # sudo: messaging.join.suggestion - nobody writes it; callers checked the user
        suggestions = self.sudo()
        suggestions.write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "join_id": join.id if join else False,
            }
        )
        suggestions._announce()

    @api.model
    def _settle(self, join):
        """Bring suggestions in line with a join that was done by whatever way."""
        # sudo: messaging.join.suggestion - who joins need not see all of them
        Suggestion = self.sudo()
        open_ones = Suggestion.search(
            [
                ("state", "=", "open"),
                "|",
                ("identity_id", "in", join.identity_ids.ids),
                ("partner_id", "in", (join.source_partner_id | join.partner_id).ids),
            ]
        )
        answered = open_ones.filtered(
            lambda s: s.identity_id.partner_id == s.partner_id
        )
        answered.with_env(self.env)._decide("accepted", join)
        source = join.source_partner_id
        for suggestion in open_ones - answered:
            if suggestion.partner_id == source and not source.active:
                suggestion._repoint(join.partner_id)

    def _repoint(self, partner):
        """The contact it names was joined with another one."""
        if self.search_count(
            [
                ("identity_id", "=", self.identity_id.id),
                ("partner_id", "=", partner.id),
            ],
            limit=1,
        ):
            self.unlink()
        else:
            self.partner_id = partner


class MessagingJoin(models.Model):
    _inherit = "messaging.join"

    def _finish(self):
        """Override: whoever joined them, and by whatever proof, answered it."""
        result = super()._finish()
        for join in self:
            self.env["messaging.join.suggestion"]._settle(join)
        return result
