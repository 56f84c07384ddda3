from collections import Counter

from odoo import models
from odoo.tools import SQL

#: First class of the advisory locks of assignment; the second is the team.
LOCK_CLASS = 0x61737369


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "bus.listener.mixin"]

    def _choose_agent(self):
        """Return who gets the next new case, or nobody."""
        return self._choose_agents(1)[0]

    def _choose_agents(self, count):
        """Return who gets each of so many new cases; nobody for those left over.

        Workers that assign at the same moment take turns from here to their commit,
        and each counts what the others have committed. Nothing has to be repeated.
        """
        self.ensure_one()
        nobody = self.env["res.users"]
        if not self.auto_assign:
            return [nobody] * count
        self._lock_for_assignment()
        users = self._get_assignable_users()
        load = self._get_open_case_counts(users)
        chosen = []
        for _number in range(count):
            agent = min(
                users, key=lambda user: (load.get(user, 0), user.id), default=nobody
            )
            load[agent] = load.get(agent, 0) + 1
            chosen.append(agent)
        return chosen

    def _lock_for_assignment(self):
        """Wait for others who assign cases of this team, until they have committed."""
        self.env.cr.execute(
            SQL("SELECT pg_advisory_xact_lock(%s, %s)", LOCK_CLASS, self.id)
        )

    def _get_assignable_users(self):
        """Hook: who may get cases of this team now."""
        return self.sudo().user_ids.filtered(  # sudo: res.users - by a worker or agent
            lambda user: user.active and not user.share
        )

    def _get_open_case_counts(self, users):
        """Return ``{user: number of open cases of any team}`` as of this moment.

        This transaction still sees the cases of when it began. So the others' are
        counted by a new one, and only its own are added: they bear its time.
        """
        # sudo: helpdesk.ticket - counts only, of private teams too
        Ticket = self.env["helpdesk.ticket"].sudo()
        domain = [("user_id", "in", users.ids), ("stage_id.closed", "=", False)]
        started = self.env.cr.now()
        load = Counter()
        with self.env.registry.cursor() as cr:
            others = Ticket.with_env(Ticket.env(cr=cr))._read_group(
                [*domain, ("create_date", "!=", started)], ["user_id"], ["__count"]
            )
            load.update({user.id: count for user, count in others})
        own = Ticket._read_group(
            [*domain, ("create_date", "=", started)], ["user_id"], ["__count"]
        )
        load.update({user.id: count for user, count in own})
        return {user: load[user.id] for user in users}

    def _get_bus_teams_of(self, user):
        """Teams whose queue a user follows: a member's and a leader's own."""
        # sudo: helpdesk.ticket.team - membership decides, not the rules on teams
        return self.sudo().search(
            ["|", ("user_ids", "in", user.ids), ("user_id", "=", user.id)]
        )
