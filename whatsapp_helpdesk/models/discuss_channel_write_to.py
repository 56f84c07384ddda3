"""The button on contacts and cases: an agent starts writing to a known customer.

Inside the window only: outside of it a template is needed, see
``discuss_channel_template``.
"""

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import AccessError, UserError


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    @api.model
    def helpdesk_open_for_partner(self, partner_id, ticket_id=None):
        """Open the conversation with a contact, with a case of the current user.

        :param int ticket_id: a ticket without conversation that becomes the case, when
            the conversation has no open one.
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
            # sudo: discuss.channel - a first message has no case, so no reader yet
            conversation = self.sudo()._get_for_identity(identity, partner)
        ticket = self.env["helpdesk.ticket"].browse(ticket_id or [])
        ticket.check_access("write")
        if ticket and ticket.partner_id != partner:
            raise UserError(self.env._("This ticket is about another customer."))
        # sudo: helpdesk.ticket - may be written, checked above
        conversation._helpdesk_take_for_writing(self.env.user, identity, ticket.sudo())
        conversation._helpdesk_set_sender(identity)
        return conversation.with_env(self.env).action_open_conversation()

    def _helpdesk_get_identity_to_write(self, partner):
        """Return the address used last among those that may be written to now."""
        # sudo: messaging.identity - a contact without conversation belongs to no agent
        identities = (
            self.env["messaging.identity"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", partner.ids),  # nobody's is no contact's
                    ("company_id", "in", self.env.companies.ids),
                ]
            )
        )
        if not identities:
            self.env["messaging.gate"]._refuse(
                "never_wrote",
                self.env._(
                    "%(customer)s has not written yet, so there is no address to "
                    "write to.",
                    customer=partner.display_name,
                ),
            )
        gate = self.env["messaging.gate"]
        refusals = [gate._get_refusal(identity, "agent") for identity in identities]
        for identity, refusal in zip(identities, refusals, strict=True):
            if not refusal:
                return identity
        return gate._refuse(*refusals[0])

    def _helpdesk_take_for_writing(self, user, identity, ticket):
        """Make sure that the user holds the conversation's open case, or say who does.

        Called with ``sudo``, for a user who is an agent.
        """
        self.ensure_one()
        private_team = self.helpdesk_private_team_id
        if private_team and user not in (private_team.user_ids | private_team.user_id):
            # Neither who nor which case: that is what the team keeps to itself.
            raise UserError(self.env._("Another team is serving this customer now."))
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
        if not case and ticket and not ticket.conversation_id and ticket._is_open():
            case = ticket
            case._without_emails().write(self._prepare_talk_values(identity))
        team = case.team_id or private_team
        if team:
            self.with_env(self.env(user=user, su=False))._helpdesk_check_agent_of(
                team.sudo()
            )
        if not case:
            self._helpdesk_create_case_for(user, identity)
        elif not case.user_id:
            case._without_emails().write({"user_id": user.id})

    def _prepare_talk_values(self, identity):
        return {
            "conversation_id": self.id,
            "messaging_account_id": identity.account_id.id,
            "messaging_identity_id": identity.id,
        }

    def _helpdesk_create_case_for(self, user, identity):
        subject = self.env._(
            "Conversation with %(customer)s", customer=self.helpdesk_partner_id.name
        )
        return self.env["helpdesk.ticket"]._create_case(
            identity,
            self,
            {
                "name": subject,
                "description": Markup("<p>%s</p>") % subject,
                "team_id": self._helpdesk_get_team_to_write(user, identity).id,
                "user_id": user.id,
                "waiting_on": "agent",
            },
        )

    def _helpdesk_get_team_to_write(self, user, identity):
        """The conversation's or the account's team where the user works in it."""
        account = identity.account_id
        team = self.helpdesk_private_team_id or account.team_id
        if user in (team.user_ids | team.user_id):
            return team
        own = user.helpdesk_team_ids.filtered(
            lambda own: not own.is_private
            and own.company_id in (account.company_id, own.env["res.company"])
        )
        return own[:1]
