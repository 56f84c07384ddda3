"""Who is in a private team is decided by its leader and administrators only."""

from odoo import models
from odoo.exceptions import AccessError, UserError

#: Changing one of these changes who reads the team's conversations.
MEMBERSHIP_FIELDS = {"user_ids", "user_id", "is_private", "company_id"}


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    def write(self, vals):
        if MEMBERSHIP_FIELDS & set(vals):
            self._check_may_change_private_team()
        if "is_private" in vals:
            self._check_privacy_change(vals["is_private"])
        return super().write(vals)

    def _check_may_change_private_team(self):
        """A manager who could join would read what the team keeps to itself."""
        if self.env.su or self.env.user.has_group("base.group_system"):
            return
        for team in self.filtered("is_private"):
            if team.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(team)s is a private team: only its leader or an "
                        "administrator changes who belongs to it.",
                        team=team.name,
                    )
                )

    def _check_privacy_change(self, is_private):
        """Its conversations would stay on the wrong side of the boundary."""
        changed = self.filtered(lambda team: team.is_private != bool(is_private))
        # sudo: helpdesk.ticket - only whether there is one
        talked = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        if changed and talked.search_count(
            [("team_id", "in", changed.ids), ("conversation_id", "!=", False)], limit=1
        ):
            raise UserError(
                self.env._(
                    "This team already has conversations. Create a new team to have "
                    "a private one, or the other way round."
                )
            )
