"""What the buttons and the side panel of a conversation ask the server.

Every method checks the real user first; then it acts with ``sudo``, because agents do
not write conversations, tickets of others or identities themselves.
"""

import pytz

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..gateway import phones

#: Cases listed in the panel, newest first.
PANEL_CASES = 10


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    # -- buttons ---------------------------------------------------------------------

    def helpdesk_take_over(self):
        """Give the case to the current user, who must be an agent of its team.

        The conversation's row is locked: of two people who press at once the second
        sees who was faster.
        """
        case = self._helpdesk_get_case_for_action()
        user = self.env.user
        self._helpdesk_check_agent_of(case.team_id)
        if case.closed:
            raise UserError(self.env._("This case is closed. Reopen it first."))
        seen_holder = case.user_id
        self._helpdesk_lock_row()
        case.invalidate_recordset(["user_id"])
        if case.user_id == user:
            return True
        if case.user_id != seen_holder:
            raise UserError(
                self.env._(
                    "%(holder)s has just taken over this case.",
                    holder=case.user_id.name,
                )
            )
        case._without_emails().write({"user_id": user.id})
        self._helpdesk_post_system_line(
            self.env._("%(agent)s took over the case.", agent=user.name)
        )
        return True

    def helpdesk_reopen(self):
        """Continue a closed case, as its assignee when it has none."""
        case = self._helpdesk_get_case_for_action()
        self._helpdesk_check_agent_of(case.team_id)
        if not case.closed:
            return True
        case._reopen_case()
        if not case.user_id:
            case._without_emails().write({"user_id": self.env.user.id})
        self._helpdesk_post_system_line(
            self.env._("%(agent)s reopened the case.", agent=self.env.user.name)
        )
        return True

    def helpdesk_close(self):
        """Move the case to its team's first closed stage."""
        case = self._helpdesk_get_case_for_action()
        if case.closed:
            return True
        self._helpdesk_check_can_reply()
        stage = case.team_id._get_applicable_stages().filtered("closed")
        if not stage:
            raise UserError(self.env._("The team has no stage for closed cases."))
        case._without_emails().write({"stage_id": stage[:1].id})
        self._helpdesk_post_system_line(
            self.env._("%(agent)s closed the case.", agent=self.env.user.name)
        )
        return True

    def _helpdesk_get_case_for_action(self):
        """Return the current case to act on, with ``sudo``, for a user who may read."""
        self.ensure_one()
        self._helpdesk_check_readable()
        if not self.is_helpdesk:
            raise UserError(self.env._("This is no customer conversation."))
        # sudo: helpdesk.ticket - what agents may do is checked by each button
        case = self.sudo().helpdesk_ticket_id
        if not case:
            raise UserError(self.env._("This conversation has no case yet."))
        return case

    def _helpdesk_check_agent_of(self, team):
        """:raise AccessError: the current user does not work in the team."""
        user = self.env.user
        works_there = user in (team.user_ids | team.user_id)
        if not user.has_group("helpdesk_mgmt.group_helpdesk_user_own") or (
            team and not works_there
        ):
            raise AccessError(
                self.env._(
                    "Only agents of %(team)s may do this.",
                    team=team.name or self.env._("the helpdesk"),
                )
            )

    # -- panel -----------------------------------------------------------------------

    def helpdesk_get_panel(self):
        """Return customer, addresses and cases for the panel of the conversation."""
        self.ensure_one()
        self._helpdesk_check_readable()
        # sudo: who reads a conversation may know its customer and its cases
        channel_sudo = self.sudo()
        cases = channel_sudo.helpdesk_ticket_ids.sorted("id", reverse=True)
        return {
            "customer": channel_sudo._get_panel_customer(cases),
            "identities": channel_sudo._get_panel_identities(),
            "ticket": channel_sudo._get_panel_ticket(),
            "cases": [self._get_panel_case(case) for case in cases[:PANEL_CASES]],
            "can_reply": self._helpdesk_user_can_reply(self.env.user),
        }

    def _get_panel_customer(self, cases):
        partner = self.helpdesk_partner_id
        return {
            "id": partner.id,
            "name": partner.display_name,
            "phone": partner.phone or "",
            "email": partner.email or "",
            "lang": partner.lang or "",
            "country": (partner.country_id or self._get_phone_country()).name or "",
            "local_time": self._get_customer_local_time(),
            "is_new": len(cases) <= 1,
        }

    def _get_phone_country(self):
        addresses = self.messaging_identity_ids.address_ids
        number = addresses.filtered(lambda a: a.kind == "phone")[:1].value
        code = phones.country(number) if number else ""
        domain = [("code", "=", code)]
        Country = self.env["res.country"]
        return Country.search(domain, limit=1) if code else Country

    def _get_customer_local_time(self):
        """``HH:MM`` where the customer is, or '' when that is not certain."""
        zone = self.helpdesk_partner_id.tz
        if not zone:
            country = self.helpdesk_partner_id.country_id or self._get_phone_country()
            zones = pytz.country_timezones.get(country.code or "", [])
            zone = zones[0] if len(zones) == 1 else ""
        if not zone:
            return ""
        now = pytz.utc.localize(fields.Datetime.now())
        return now.astimezone(pytz.timezone(zone)).strftime("%H:%M")

    def _get_panel_identities(self):
        result = []
        for identity in self.messaging_identity_ids:
            provider_class = identity.account_id.connection_id._get_provider_class()
            result.append(
                {
                    "id": identity.id,
                    "name": identity.display_name,
                    "address": identity.address or "",
                    "channel": identity.account_id.channel,
                    "icon": provider_class.features.icon,
                    "label": provider_class.label,
                    "account": identity.account_id.name,
                    "consents": identity._get_panel_consents(),
                    "window_end": fields.Datetime.to_string(identity.window_end)
                    or False,
                }
            )
        return result

    def _get_panel_ticket(self):
        case = self.helpdesk_ticket_id
        return bool(case) and {
            "id": case.id,
            "number": case.number,
            "name": case.name,
            "stage": case.stage_id.name,
            "closed": case.closed,
            "priority": case.priority,
            "team": case.team_id.name or "",
            "agent": case.user_id.name or "",
            "opened": fields.Datetime.to_string(case.create_date),
        }

    def _get_panel_case(self, case):
        return {
            "id": case.id,
            "number": case.number,
            "name": case.name,
            "stage": case.stage_id.name,
            "closed": case.closed,
            "date": fields.Datetime.to_string(case.closed_date or case.create_date),
        }
