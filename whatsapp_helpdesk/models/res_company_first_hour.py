"""Every company can take its first customer at once: an inbox, a team, hours."""

from odoo import api, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

#: Name of the team that a company without any gets.
DEFAULT_TEAM = _lt("Customer Service")


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        # sudo: res.company - who may create a company need not be of the helpdesk
        companies.sudo()._prepare_first_hour()
        return companies

    def _prepare_first_hour(self):
        """Give companies what the first conversation needs; repeatable.

        Nothing that is there is changed, and nothing is sent by it: the greeting and
        every other automatic message stay off until somebody switches them on.
        """
        for company in self:
            company_env = self.env["messaging.inbox"].with_company(company)
            company_env._get_default(company)
            company._prepare_default_team()

    def _prepare_default_team(self):
        self.ensure_one()
        Team = self.env["helpdesk.ticket.team"].with_context(active_test=False)
        if Team.search_count([("company_id", "in", [False, self.id])], limit=1):
            return Team.browse()
        team = self.env["helpdesk.ticket.team"].create(self._prepare_team_values())
        for code, _name in self.env["res.lang"].get_installed():
            team.with_context(lang=code).name = self._get_team_name(code)
        return team

    def _prepare_team_values(self):
        """Hook: the team of a company that has none."""
        leader = self._get_first_agent()
        return {
            "name": self._get_team_name("en_US"),
            "company_id": self.id,
            "user_id": leader.id,
            "user_ids": [(6, 0, leader.ids)],
        }

    def _get_team_name(self, code):
        return self.with_context(lang=code).env._(DEFAULT_TEAM)

    def _get_first_agent(self):
        """Hook: who leads the first team: whoever installs, or the administrator."""
        candidates = self.env.user | self.env.ref("base.user_admin")
        return candidates.filtered(
            lambda user: user.active
            and user._is_internal()
            and not user._is_superuser()
            and self in user.company_ids
        )[:1]
