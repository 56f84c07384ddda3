"""Which case a message belongs to, and how a case starts and opens again."""

from datetime import timedelta

from odoo import api, models

#: Hours in which a closed case opens again when it has no team.
REOPEN_HOURS = 72


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

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
        team = identity.account_id.team_id
        agent = self.env["res.users"]
        if "team_id" in values:
            team = team.browse(values["team_id"])
        elif team:
            agent = team._choose_agent()
        conversation = self._get_conversation_for_team(conversation, team)
        vals = self._prepare_case_values(identity, conversation, team, agent)
        return self._without_emails().create({**vals, **values}).with_env(self.env)

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
