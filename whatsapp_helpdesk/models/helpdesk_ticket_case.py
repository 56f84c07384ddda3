"""Which case a message belongs to, and how a case starts and opens again."""

from collections import Counter
from datetime import timedelta

from odoo import api, models

#: Hours in which a closed case opens again when it has no team.
REOPEN_HOURS = 72


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # Who has how many open cases is asked for every new one.
    _user_stage_idx = models.Index("(user_id, stage_id)")

    # -- choosing ---------------------------------------------------------------------

    @api.model
    def _find_open_case(self, conversation, quoted):
        """Return the open case a message belongs to, or none.

        :param quoted: ``mail.message`` that the message answers or whose button was
            pressed; may be empty.
        """
        case = quoted.helpdesk_ticket_id
        if case and case._is_open() and case._is_of_customer(conversation):
            return case
        cases = conversation._helpdesk_get_open_cases()
        current = conversation.helpdesk_ticket_id
        return current if current in cases else cases[:1]

    @api.model
    def _find_last_closed_case(self, conversation):
        """Return the case of this customer that was closed last, or none."""
        domain = self._get_customer_domain(conversation)
        return self.search(
            [*domain, ("stage_id.closed", "=", True)],
            order="closed_date DESC NULLS LAST, id DESC",
            limit=1,
        )

    @api.model
    def _get_customer_domain(self, conversation):
        """Cases of the same customer and inbox; a private team's conversation is
        another channel but the same customer."""
        return [
            (
                "conversation_id.messaging_inbox_id",
                "=",
                conversation.messaging_inbox_id.id,
            ),
            (
                "conversation_id.helpdesk_partner_id",
                "=",
                conversation.helpdesk_partner_id.id,
            ),
        ]

    def _is_open(self):
        self.ensure_one()
        return self.active and not self.closed

    def _is_of_customer(self, conversation):
        mine = self.conversation_id
        return mine.messaging_inbox_id == conversation.messaging_inbox_id and (
            mine.helpdesk_partner_id == conversation.helpdesk_partner_id
        )

    def _is_reopened_at(self, moment):
        """Whether a message of this moment opens this closed case again."""
        self.ensure_one()
        hours = self.team_id.reopen_window_hours if self.team_id else REOPEN_HOURS
        closed_at = self.closed_date or self.write_date
        return bool(hours) and moment <= closed_at + timedelta(hours=hours)

    # -- starting ---------------------------------------------------------------------

    @api.model
    def _create_case(self, identity, conversation, values):
        """Create a case without emails; the team's next agent gets it.

        :param dict values: ``name`` and ``description`` at least; who names a team,
            names its agent too.
        """
        return self._create_cases([(identity, conversation, values)])

    @api.model
    def _create_cases(self, requests):
        """Create many cases at once, as :meth:`_create_case` does with one.

        :param list requests: its arguments.
        """
        teams = [self._get_team_of_case(*request) for request in requests]
        chosen = teams and self._choose_agents(
            [
                team if "team_id" not in request[2] else team.browse()
                for team, request in zip(teams, requests, strict=True)
            ]
        )
        stages = {team: team._get_applicable_stages()[:1] for team in set(teams)}
        vals_list = []
        for (identity, conversation, values), team, agent in zip(
            requests, teams, chosen, strict=True
        ):
            place = self._get_conversation_for_team(conversation, team)
            vals = self._prepare_case_values(identity, place, team, agent)
            if team:
                vals["stage_id"] = stages[team].id
            vals_list.append({**vals, **values})
        numbers = self._prepare_ticket_numbers(vals_list)
        for vals, number in zip(vals_list, numbers, strict=True):
            vals.setdefault("number", number)
        cases = self._without_emails().with_context(helpdesk_subscribes_later=True)
        cases = cases.create(vals_list).with_env(self.env)
        cases._subscribe_together(vals_list)
        return cases

    def _subscribe_together(self, vals_list):
        """Let the agents follow their cases, each agent's with a few queries."""
        followed = {}
        for case, vals in zip(self, vals_list, strict=True):
            key = (vals["team_id"], vals["user_id"])
            followed[key] = followed.get(key, self.browse()) | case
        for (team_id, user_id), cases in followed.items():
            cases._without_emails()._message_auto_subscribe(
                {"team_id": team_id, "user_id": user_id},
                followers_existing_policy="update",
            )

    def _message_auto_subscribe(self, *args, **kwargs):
        if self.env.context.get("helpdesk_subscribes_later"):
            return True
        return super()._message_auto_subscribe(*args, **kwargs)

    @api.model
    def _get_team_of_case(self, identity, conversation, values):
        team = identity.account_id.team_id
        return team.browse(values["team_id"]) if "team_id" in values else team

    @api.model
    def _choose_agents(self, teams):
        """Return the next agent for each of these teams, in order."""
        promised, agents = Counter(), {}
        for team in filter(None, dict.fromkeys(teams)):
            chosen = team._choose_agents(teams.count(team), promised)
            promised.update(chosen)
            agents[team] = iter(chosen)
        nobody = self.env["res.users"]
        return [next(agents[team]) if team else nobody for team in teams]

    @api.model
    def _get_conversation_for_team(self, conversation, team):
        """A private team has a conversation of its own with each customer."""
        private_team = team if team.is_private else team.browse()
        if conversation.helpdesk_private_team_id == private_team:
            return conversation
        return conversation._get_or_create_conversation(
            conversation.messaging_inbox_id,
            conversation.helpdesk_partner_id,
            private_team,
        )

    @api.model
    def _prepare_case_values(self, identity, conversation, team, agent):
        account = identity.account_id
        partner = conversation.helpdesk_partner_id
        return {
            "company_id": account.company_id.id,
            "conversation_id": conversation.id,
            "messaging_account_id": account.id,
            "messaging_identity_id": identity.id,
            "partner_id": partner.id,
            "partner_name": partner.name,
            "partner_email": partner.email,
            "team_id": team.id,
            "user_id": agent.id,
            "channel_id": account.ticket_channel_id.id,
            "priority": account.priority,
            "is_test": account.is_test,
            "customer_language": (
                identity.language or partner.lang or account.language or False
            ),
        }

    def _without_emails(self):
        """Agents are told in Discuss, customers by the conversation."""
        return self.with_context(
            mail_create_nosubscribe=True,
            mail_create_nolog=True,
            mail_auto_subscribe_no_notify=True,
            mail_notify_force_send=False,
        )

    def _reopen_case(self):
        """Open a closed case again; an assignee who is gone is replaced."""
        self.ensure_one()
        values = {"stage_id": self._get_reopen_stage().id}
        team = self.team_id
        # The leader answers too, though no case is given to the leader by itself.
        agents = team._get_assignable_users() | team.user_id.filtered("active")
        if team and self.user_id not in agents:
            values["user_id"] = team._choose_agent().id
        self._without_emails().write(values)

    def _get_reopen_stage(self):
        """Hook: the first open stage in which work has begun, else the first open."""
        stages = self.team_id._get_applicable_stages().filtered(lambda s: not s.closed)
        begun = stages.filtered(lambda stage: not stage.unattended)
        return begun[:1] or stages[:1]
