"""The first steps, until the first real customer was answered; shown to leaders."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
#: In the order in which people do them. The last one ends the list.
STEPS = ("number", "agents", "hours", "greeting", "templates", "inbound", "answer")


class MessagingChecklist(models.AbstractModel):
    _name = "messaging.checklist"
    _description = "First Steps of a Helpdesk"

    @api.model
    def get_checklist(self):
        """Return the steps of the current company, or False when none is shown.

        One query while the list is there, none afterwards.
        """
        company = self.env.company
        if company.messaging_checklist_done or not self._may_see():
            return False
        done = self._get_done(company)
        if done["answer"]:
            # sudo: res.company - a fact, whoever looks first
            company.sudo().messaging_checklist_done = True
            return False
        may_connect = self.env.user.has_group("base.group_system")
        return {
            "steps": [
                self._prepare_step(name, done[name], may_connect) for name in STEPS
            ],
            "done": sum(done.values()),
            "total": len(STEPS),
        }

    @api.model
    def dismiss(self):
        """Hide the list for everybody of the company."""
        if not self._may_see():
            raise AccessError(self.env._("Only a helpdesk manager hides this list."))
        # sudo: res.company - managers of the helpdesk may not write companies
        self.env.company.sudo().messaging_checklist_done = True

    @api.model
    def _may_see(self):
        user = self.env.user
        return user.has_group(MANAGER) or user.has_group("base.group_system")

    @api.model
    def _get_done(self, company):
        """Return ``{step: whether it is done}``."""
        self.env.flush_all()
        conditions = self._get_conditions(company)
        self.env.cr.execute(
            SQL("SELECT %s", SQL(", ").join(conditions[name] for name in STEPS))
        )
        return dict(zip(STEPS, map(bool, self.env.cr.fetchone()), strict=True))

    @api.model
    def _get_conditions(self, company):
        """Hook: an SQL condition for each step. Test channels count for nothing."""
        return {
            "number": self._get_number_condition(company),
            "agents": self._get_agents_condition(company),
            "hours": self._get_hours_condition(company),
            "greeting": self._get_greeting_condition(company),
            "templates": self._get_templates_condition(company),
            "inbound": self._get_fact_condition(company, "in", "customer"),
            "answer": self._get_fact_condition(company, "out", "agent"),
        }

    def _get_number_condition(self, company):
        return SQL(
            """EXISTS (SELECT FROM messaging_account
                        WHERE company_id = %s AND active AND is_test IS NOT TRUE)
            """,
            company.id,
        )

    def _get_agents_condition(self, company):
        return SQL(
            """EXISTS (SELECT FROM helpdesk_ticket_team team
                         JOIN helpdesk_ticket_team_res_users_rel member
                           ON member.helpdesk_ticket_team_id = team.id
                        WHERE team.active
                          AND COALESCE(team.company_id, %(id)s) = %(id)s)
            """,
            id=company.id,
        )

    def _get_hours_condition(self, company):
        return SQL(
            """EXISTS (SELECT FROM helpdesk_ticket_team
                        WHERE active AND resource_calendar_id IS NOT NULL
                          AND COALESCE(company_id, %(id)s) = %(id)s)
            """,
            id=company.id,
        )

    def _get_greeting_condition(self, company):
        return SQL(
            """EXISTS (SELECT FROM messaging_account
                        WHERE company_id = %s AND active AND greeting_enabled
                          AND is_test IS NOT TRUE)
            """,
            company.id,
        )

    def _get_templates_condition(self, company):
        """Also done where no channel has templates, but there is one."""
        return SQL(
            """EXISTS (SELECT FROM messaging_template template
                         JOIN messaging_account account
                           ON account.id = template.account_id
                        WHERE account.company_id = %(id)s AND template.active
                          AND template.status = 'APPROVED')
               OR (SELECT bool_and(channel != ALL(%(channels)s))
                     FROM messaging_account
                    WHERE company_id = %(id)s AND active AND is_test IS NOT TRUE)
            """,
            id=company.id,
            channels=self._get_template_channels(),
        )

    @api.model
    def _get_template_channels(self):
        """Return the channels that have templates."""
        Connection = self.env["messaging.connection"]
        codes = [code for code, _label in Connection._fields["channel"].selection]
        return [
            code
            for code in codes
            if Connection.new({"channel": code})
            ._get_provider_class()
            .features.templates
        ]

    def _get_fact_condition(self, company, direction, author_kind):
        return SQL(
            """EXISTS (SELECT FROM helpdesk_message_fact
                        WHERE company_id = %s AND direction = %s AND author_kind = %s
                          AND path = 'messaging' AND is_test IS NOT TRUE)
            """,
            company.id,
            direction,
            author_kind,
        )

    @api.model
    def _prepare_step(self, name, is_done, may_connect):
        """Return a step with the action that does it."""
        return {
            "name": name,
            "done": is_done,
            "label": self._get_labels()[name],
            "action": self._get_actions(may_connect)[name],
        }

    @api.model
    def _get_labels(self):
        _ = self.env._
        return {
            "number": _("Connect a channel"),
            "agents": _("Put agents into a team"),
            "hours": _("Set the working hours"),
            "greeting": _("Greet new customers"),
            "templates": _("Get a template approved"),
            "inbound": _("Receive the first message"),
            "answer": _("Answer the first customer"),
        }

    @api.model
    def _get_actions(self, may_connect):
        """Return an external id of an action for each step."""
        teams = "helpdesk_mgmt.helpdesk_ticket_team_action"
        accounts = "whatsapp_helpdesk.action_messaging_account"
        conversations = "whatsapp_helpdesk.action_helpdesk_conversation"
        connect = "whatsapp_helpdesk.action_messaging_setup"
        return {
            "number": connect if may_connect else accounts,
            "agents": teams,
            "hours": teams,
            "greeting": accounts,
            "templates": "whatsapp_helpdesk.action_messaging_template",
            "inbound": connect if may_connect else conversations,
            "answer": conversations,
        }
