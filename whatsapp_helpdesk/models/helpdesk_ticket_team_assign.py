from odoo import models


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "bus.listener.mixin"]

    def _choose_agent(self):
        """Return who gets the next new case, or nobody."""
        return self._choose_agents(1)[0]

    def _choose_agents(self, count, promised=None):
        """Return who gets each of so many new cases; nobody for those left over.

        :param promised: ``{user: cases}`` chosen just before for other teams.

        Workers that assign at the same moment count each other's cases, those of
        transactions that still run included; see ``helpdesk.assignment``.
        """
        self.ensure_one()
        if not self.auto_assign:
            return [self.env["res.users"]] * count
        return self.env["helpdesk.assignment"]._claim(
            self._get_assignable_users(),
            count,
            lambda load, count: self._choose_least_busy(
                {user: load[user] + (promised or {}).get(user, 0) for user in load},
                count,
            ),
        )

    def _choose_least_busy(self, load, count):
        """Return a user for each case: who has the fewest, counting as it goes.

        :param load: ``{user: open cases}`` of the users to choose from.
        """
        chosen = []
        for _number in range(count):
            agent = min(
                load,
                key=lambda user: (load[user], user.id),
                default=self.env["res.users"],
            )
            if agent:
                load[agent] += 1
            chosen.append(agent)
        return chosen

    def _get_assignable_users(self):
        """Hook: who may get cases of this team now."""
        return self.sudo().user_ids.filtered(  # sudo: res.users - by a worker or agent
            lambda user: user.active and not user.share
        )

    def _get_bus_teams_of(self, user):
        """Teams whose queue a user follows: a member's and a leader's own."""
        # sudo: helpdesk.ticket.team - membership decides, not the rules on teams
        return self.sudo().search(
            ["|", ("user_ids", "in", user.ids), ("user_id", "=", user.id)]
        )
