"""What the client knows about a conversation, and what it asks for."""

from odoo import models

from odoo.addons.mail.tools.discuss import Store


def is_helpdesk(channel):
    return channel.channel_type == "helpdesk"


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _get_helpdesk_store_fields(self):
        """Hook: fields of a conversation sent to everybody who may read it."""
        return [*self._get_helpdesk_state_fields(), *self._get_helpdesk_case_fields()]

    def _get_helpdesk_state_fields(self):
        names = (
            "messaging_channel",
            "messaging_icon",
            "messaging_label",
            "helpdesk_has_window",
            "helpdesk_window_end",
            "helpdesk_lock",
            "helpdesk_lock_text",
        )
        states = {}

        def get_state(channel, name):
            if channel.id not in states:
                # sudo: discuss.channel - they come from hidden account settings
                states[channel.id] = channel.sudo()._get_helpdesk_state()
            return states[channel.id][name]

        return [
            *(
                Store.Attr(
                    name,
                    lambda channel, name=name: get_state(channel, name),
                    predicate=is_helpdesk,
                )
                for name in names
            ),
            Store.Attr("helpdesk_waiting_since", predicate=is_helpdesk),
            Store.Attr(
                "helpdesk_consent",
                # sudo: messaging.identity - every reader knows whom to leave in peace
                lambda channel: channel.sudo().messaging_identity_id._get_consent_key(),
                predicate=is_helpdesk,
            ),
            Store.Attr("helpdesk_is_private", predicate=is_helpdesk),
        ]

    def _get_helpdesk_case_fields(self):
        # sudo: every reader of the conversation may know its case, agent and customer.
        return [
            Store.One(
                "helpdesk_partner_id",
                ["name", "email", "phone", "avatar_128"],
                predicate=is_helpdesk,
                sudo=True,
            ),
            Store.One(
                "helpdesk_ticket_id",
                [
                    "number",
                    "name",
                    "priority",
                    "closed",
                    Store.Attr("stage_name", lambda ticket: ticket.stage_id.name),
                ],
                predicate=is_helpdesk,
                sudo=True,
            ),
            Store.One(
                "helpdesk_agent_id",
                [Store.One("partner_id", ["name", "avatar_128"])],
                predicate=is_helpdesk,
                sudo=True,
            ),
            Store.One(
                "helpdesk_leader_id",
                [Store.One("partner_id", ["name", "avatar_128"])],
                # sudo: helpdesk.ticket.team - only who leads it
                value=lambda channel: channel.sudo().helpdesk_team_id.user_id,
                predicate=is_helpdesk,
                sudo=True,
            ),
        ]

    def _to_store_defaults(self, target):
        return super()._to_store_defaults(target) + self._get_helpdesk_store_fields()

    def _broadcast_helpdesk_state(self):
        """Tell everybody who has the conversation open that something changed."""
        for channel in self:
            Store(bus_channel=channel).add(
                channel, channel._get_helpdesk_store_fields()
            ).bus_send()

    def _get_helpdesk_state(self):
        """Return window, channel and lock of the identity that answers go to."""
        self.ensure_one()
        identity = self.messaging_identity_id
        account = identity.account_id
        if not identity:
            lock = self.env["messaging.gate"]._get_lock(self)
            return {
                "messaging_channel": False,
                "messaging_icon": "fa-comments",
                "messaging_label": "",
                "helpdesk_has_window": False,
                "helpdesk_window_end": False,
                "helpdesk_lock": lock[0],
                "helpdesk_lock_text": lock[1],
            }
        provider = account.connection_id._get_provider_class()
        lock = self.env["messaging.gate"]._get_lock(self)
        return {
            "messaging_channel": account.channel,
            "messaging_icon": provider.features.icon,
            "messaging_label": provider.label,
            "helpdesk_has_window": bool(provider.features.window),
            "helpdesk_window_end": identity.window_end,
            "helpdesk_lock": lock[0],
            "helpdesk_lock_text": lock[1],
        }
