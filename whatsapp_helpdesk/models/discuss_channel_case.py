"""The conversation follows its cases: who answers, who waits, who is told."""

from odoo import SUPERUSER_ID, api, models

from odoo.addons.mail.tools.discuss import Store


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _get_for_identity(self, identity, partner):
        """Return where the next message of an identity lands; created when needed."""
        conversation = identity.conversation_id
        while conversation.helpdesk_merged_into_id:
            conversation = conversation.helpdesk_merged_into_id
        if not conversation:
            inbox = identity.account_id.inbox_id
            conversation = self._get_or_create_conversation(inbox, partner)
        if identity.conversation_id != conversation:
            identity.conversation_id = conversation
        conversation._helpdesk_set_sender(identity)
        return conversation

    @api.model
    def _create_for_newcomers(self, identities):
        """Create the conversations of customers who have a new contact each."""
        nobody = self.env["helpdesk.ticket.team"]
        conversations = self._create_conversations(
            [
                {
                    **self._prepare_conversation_values(
                        identity.account_id.inbox_id, identity.partner_id, nobody
                    ),
                    **self._prepare_sender_values(identity),
                }
                for identity in identities
            ]
        )
        for identity, conversation in zip(identities, conversations, strict=True):
            identity.conversation_id = conversation

    @api.model
    def _prepare_sender_values(self, identity):
        return {
            "messaging_identity_id": identity.id,
            "helpdesk_sales_readable": identity.account_id.sales_can_read,
        }

    def _helpdesk_set_sender(self, identity):
        """Answers go where the customer wrote last."""
        self.ensure_one()
        changes = self._helpdesk_get_changes(self._prepare_sender_values(identity))
        if changes:
            # sudo: discuss.channel - conversations change by their own methods only
            self.sudo().write(changes)

    def _helpdesk_sync_landing(self, ticket):
        """Decide where the next message of a case's customer lands."""
        self.ensure_one()
        identity = ticket.messaging_identity_id
        if ticket._is_open():
            # To a private team, and back when it gives the case away.
            leaves = identity.conversation_id.helpdesk_private_team_id
            if (
                identity
                and identity.conversation_id != self
                and (
                    self.helpdesk_private_team_id
                    or (
                        leaves
                        and not identity.conversation_id._helpdesk_get_open_cases()
                    )
                )
            ):
                identity.conversation_id = self
        elif self.helpdesk_private_team_id and not self._helpdesk_get_open_cases():
            self._helpdesk_return_landing()

    def _helpdesk_return_landing(self):
        """The private team is done: the customer is back in the common conversation."""
        landing = self.messaging_identity_ids
        if landing:
            landing.conversation_id = self._get_or_create_conversation(
                self.messaging_inbox_id, self.helpdesk_partner_id
            )

    def _helpdesk_get_changes(self, values):
        return {
            name: value
            for name, value in values.items()
            if self._fields[name].convert_to_write(self[name], self) != value
        }

    # -- cases ------------------------------------------------------------------------

    def _helpdesk_get_open_cases(self):
        """Return open cases, the one last talked about first."""
        self.ensure_one()
        cases = self.sudo().helpdesk_ticket_ids  # sudo: the conversation follows all
        return cases.filtered(lambda case: case.active and not case.closed).sorted(
            lambda case: (case.last_customer_message_at or case.create_date, case.id),
            reverse=True,
        )

    def _helpdesk_get_current_case(self):
        """The current case while it is open, else the latest open, else the last.

        A case that moved to a private team is none of this conversation any more.
        """
        # sudo: discuss.channel - whoever posts need not read every case of it
        current = self.sudo().helpdesk_ticket_id
        if current.conversation_id != self:
            current = current.browse()
        cases = self._helpdesk_get_open_cases()
        if current in cases:
            return current
        if cases:
            return cases[0]
        # sudo: discuss.channel - as above
        return current or self.sudo().helpdesk_ticket_ids.sorted("id")[-1:]

    def _helpdesk_sync_cases(self):
        """Bring members, state and everybody's screens in line with the cases."""
        joining, changed = {}, []
        for channel in self.sudo():  # sudo: follows tickets whose change was checked
            before = channel.helpdesk_team_id | channel.helpdesk_private_team_id
            changes = channel._helpdesk_get_changes(channel._prepare_case_state())
            if changes:
                channel.write(changes)
            agents = channel._helpdesk_get_open_cases().user_id.filtered("active")
            members = channel.channel_member_ids.partner_id
            leaving = members - agents.partner_id
            if leaving:
                channel._helpdesk_remove_agents(keep=agents)
            new_agents = agents - members.user_ids
            for user in new_agents:
                joining[user] = joining.get(user, channel.browse()) | channel
            if changes or leaving or new_agents:
                changed.append((channel, before))
        for user, channels in joining.items():
            channels._helpdesk_add_agent(user)
        if not self.env.context.get("helpdesk_announces_later"):
            self._announce_changes(changed)

    @api.model
    def _announce_changes(self, changed):
        """Tell who looks at the conversations, and each team's agents all at once.

        :param list changed: (conversation, teams it was with before).
        """
        queues = {}
        for channel, before in changed:
            channel._broadcast_helpdesk_state()
            for team in before | channel.helpdesk_team_id:
                queues[team] = queues.get(team, channel.browse()) | channel
        for team, channels in queues.items():
            channels._broadcast_helpdesk_queue(team)

    def _prepare_case_state(self):
        case = self._helpdesk_get_current_case()
        waiting = self._helpdesk_get_open_cases().filtered("waiting_since")
        return {
            "helpdesk_ticket_id": case.id,
            "helpdesk_team_id": case.team_id.id,
            "helpdesk_agent_id": case.user_id.id,
            "helpdesk_waiting_since": min(
                waiting.mapped("waiting_since"), default=False
            ),
        }

    # -- notes and news ---------------------------------------------------------------

    def _messaging_note(self, text):
        """Leave an internal note by the system; it never leaves Odoo."""
        # OdooBot: only the system may write lines in a conversation
        for channel in self.with_user(SUPERUSER_ID):
            channel.message_post(
                body=text, message_type="notification", subtype_xmlid="mail.mt_note"
            )

    def _broadcast_helpdesk_queue(self, teams):
        """Tell agents of these teams, members or not, that their queue changed."""
        for team in teams:
            Store(bus_channel=team).add(
                self, self._get_helpdesk_queue_fields()
            ).bus_send()

    def _get_helpdesk_queue_fields(self):
        return [
            "channel_type",
            "name",
            "last_interest_dt",
            *self._get_helpdesk_store_fields(),
            Store.Attr(
                "helpdesk_team_name",
                # sudo: helpdesk.ticket.team - only agents of the team get this
                lambda channel: channel.sudo().helpdesk_team_id.name,
            ),
        ]

    @api.model
    def _get_message_create_valid_field_names(self):
        return super()._get_message_create_valid_field_names() | {
            "helpdesk_swallowed_by"
        }
