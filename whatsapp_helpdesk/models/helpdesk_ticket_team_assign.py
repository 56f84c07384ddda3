from odoo import fields, models
from odoo.tools import SQL


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "bus.listener.mixin"]

    last_assigned_at = fields.Datetime(
        copy=False, help="Changed with every assignment, so that two never cross."
    )

    def _choose_agent(self):
        """Return who gets the next new case, or nobody.

        Two workers that assign at the same moment meet at the team's row: the later
        one starts again in a new transaction, where it sees the other's assignment.
        """
        self.ensure_one()
        if not self.auto_assign:
            return self.env["res.users"]
        self._lock_for_assignment()
        users = self._get_assignable_users()
        load = self._get_open_case_counts(users)
        return users.sorted(lambda user: (load.get(user, 0), user.id))[:1]

    def _lock_for_assignment(self):
        self.env.cr.execute(
            SQL(
                "UPDATE helpdesk_ticket_team SET last_assigned_at = %s WHERE id = %s",
                fields.Datetime.now(),
                self.id,
            )
        )

    def _get_assignable_users(self):
        """Hook: who may get cases of this team now."""
        return self.sudo().user_ids.filtered(  # sudo: res.users - by a worker or agent
            lambda user: user.active and not user.share
        )

    def _get_open_case_counts(self, users):
        """Return ``{user: number of open cases of any team}``."""
        # sudo: helpdesk.ticket - counts only, of private teams too
        counts = (
            self.env["helpdesk.ticket"]
            .sudo()
            ._read_group(
                [("user_id", "in", users.ids), ("stage_id.closed", "=", False)],
                ["user_id"],
                ["__count"],
            )
        )
        return dict(counts)

    def _get_bus_teams_of(self, user):
        """Teams whose queue a user follows: a member's and a leader's own."""
        # sudo: helpdesk.ticket.team - membership decides, not the rules on teams
        return self.sudo().search(
            ["|", ("user_ids", "in", user.ids), ("user_id", "=", user.id)]
        )
