""""Write on WhatsApp": an agent starts writing to a known customer.

Inside the window only: outside of it a template is needed.
"""

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import AccessError, UserError


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    @api.model
    def helpdesk_open_for_partner(self, partner_id):
        """Open the conversation with a contact, with a case of the current user.

        :return: the action that shows it.
        :raise UserError: why this customer cannot be written to now.
        """
        partner = self.env["res.partner"].browse(partner_id)
        partner.check_access("read")
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            raise AccessError(self.env._("Only helpdesk agents write to customers."))
        identity = self._helpdesk_get_identity_to_write(partner)
        conversation = identity.conversation_id
        if not conversation:
            conversation = self.sudo()._get_for_identity(identity, partner)
        conversation._helpdesk_take_for_writing(self.env.user, identity)
        return conversation.with_env(self.env)._get_open_action()

    def _helpdesk_get_identity_to_write(self, partner):
        """Return the address used last among those that may be written to now."""
        # sudo: messaging.identity - a contact without conversation belongs to no agent
        identities = (
            self.env["messaging.identity"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", partner.id),
                    ("company_id", "in", self.env.companies.ids),
                ]
            )
        )
        if not identities:
            raise UserError(
                self.env._(
                    "%(customer)s has not written yet, so there is no address to "
                    "write to.",
                    customer=partner.display_name,
                )
            )
        gate = self.env["messaging.gate"]
        refusals = [gate._get_refusal(identity, "agent") for identity in identities]
        for identity, refusal in zip(identities, refusals, strict=True):
            if not refusal:
                return identity
        return gate._refuse(*refusals[0])

    def _helpdesk_take_for_writing(self, user, identity):
        """Make sure that the user holds the conversation's open case, or say who does.

        Called with ``sudo``, for a user who is an agent.
        """
        self.ensure_one()
        self._helpdesk_lock_row()
        case = self._helpdesk_get_open_cases()[:1]
        if case.user_id and case.user_id != user:
            raise UserError(
                self.env._(
                    "%(holder)s is already serving this customer, in case %(number)s.",
                    holder=case.user_id.name,
                    number=case.number,
                )
            )
        team = case.team_id or self.helpdesk_private_team_id
        if team:
            self.with_env(self.env(user=user, su=False))._helpdesk_check_agent_of(
                team.sudo()
            )
        if case:
            case.write({"user_id": user.id})
        else:
            self._helpdesk_create_case_for(user, identity)

    def _helpdesk_create_case_for(self, user, identity):
        case = self.env["helpdesk.ticket"].create(
            self._prepare_own_case_values(user, identity)
        )
        self.write({"helpdesk_ticket_id": case.id})
        self._helpdesk_sync_cases()
        return case

    def _prepare_own_case_values(self, user, identity):
        account = identity.account_id
        subject = self.env._(
            "Conversation with %(customer)s", customer=self.helpdesk_partner_id.name
        )
        teams = self.helpdesk_private_team_id or account.team_id
        own_teams = user.helpdesk_team_ids.filtered(
            lambda team: not team.is_private
            and team.company_id in (account.company_id, team.env["res.company"])
        )
        team = teams if user in (teams.user_ids | teams.user_id) else own_teams[:1]
        return {
            "name": subject,
            "description": Markup("<p>%s</p>") % subject,
            "partner_id": self.helpdesk_partner_id.id,
            "team_id": team.id,
            "user_id": user.id,
            "company_id": account.company_id.id,
            "channel_id": account.ticket_channel_id.id,
            "priority": account.priority,
            "conversation_id": self.id,
            "messaging_account_id": account.id,
            "messaging_identity_id": identity.id,
            "is_test": account.is_test,
            "waiting_on": "agent",
        }

    def _get_open_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "mail.action_discuss",
            "params": {"active_id": self.id},
            "context": {"active_id": self.id},
        }
