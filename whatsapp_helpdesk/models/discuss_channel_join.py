"""What the panel of a conversation says about who else this customer may be."""

from odoo import fields, models

from odoo.addons.mail.tools.discuss import Store

#: Suggestions and joins listed in the panel.
PANEL_LINES = 5


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def helpdesk_get_panel(self):
        panel = super().helpdesk_get_panel()
        panel["suggestions"] = self._get_panel_suggestions()
        panel["joins"] = self._get_panel_joins()
        panel["can_join"] = self._helpdesk_user_may_join()
        return panel

    def _get_panel_identities(self):
        """Add whether an address can be split off."""
        values = super()._get_panel_identities()
        splittable = self.messaging_identity_ids.filtered("can_split")
        for line in values:
            line["can_split"] = line["id"] in splittable.ids
        return values

    def _helpdesk_user_may_join(self):
        """Whether the panel offers joining; the server checks again what is done."""
        return self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own") and (
            self.is_helpdesk and not self.helpdesk_merged_into_id
        )

    def _get_panel_suggestions(self):
        """Open suggestions about this customer that the current user may see."""
        Suggestion = self.env["messaging.join.suggestion"]
        if not Suggestion.has_access("read"):
            return []
        # sudo: discuss.channel - only ids, in a domain of what the user may see
        channel_sudo = self.sudo()
        found = Suggestion.search(
            [
                ("state", "=", "open"),
                "|",
                ("identity_id", "in", channel_sudo.messaging_identity_ids.ids),
                ("partner_id", "=", channel_sudo.helpdesk_partner_id.id),
            ],
            limit=PANEL_LINES,
        )
        return [s._prepare_panel_values(channel_sudo) for s in found]

    def _get_panel_joins(self):
        """What was joined to this customer and can still be taken back."""
        Join = self.env["messaging.join"]
        if not Join.has_access("read"):
            return []
        # sudo: discuss.channel - only an id, in a domain of what the user may see
        partner = self.sudo().helpdesk_partner_id
        found = Join.search(
            [("partner_id", "=", partner.id), ("state", "=", "done")],
            limit=PANEL_LINES,
        )
        return [
            {
                "id": join.id,
                "name": join.source_name or join.name,
                "date": fields.Datetime.to_string(join.done_at),
                "until": fields.Datetime.to_string(join.undo_until),
                "open": len(join.open_ids.filtered(lambda o: not o.decision)),
                "can_undo": join.can_undo,
            }
            for join in found
            if join.can_undo or join.open_ids
        ]

    def _helpdesk_announce_joins(self):
        """Let who looks at these conversations load the panel again."""
        now = fields.Datetime.to_string(fields.Datetime.now())
        for channel in self:
            Store(bus_channel=channel).add(
                channel, [Store.Attr("helpdesk_joins_at", lambda c: now)]
            ).bus_send()


class MessagingJoinSuggestion(models.Model):
    _inherit = "messaging.join.suggestion"

    def _prepare_panel_values(self, channel_sudo):
        """As seen from a conversation: the other one, and why."""
        self.ensure_one()
        # sudo: messaging.identity - the names are in the suggestion, which is readable
        identity = self.sudo().identity_id
        is_here = identity in channel_sudo.messaging_identity_ids
        other = self.partner_id if is_here else identity.partner_id
        provider = identity.account_id.connection_id._get_provider_class()
        return {
            "id": self.id,
            "partner_id": other.id,
            "name": other.display_name,
            "label": "" if is_here else provider.label,
            "icon": "" if is_here else provider.features.icon,
            "channel": "" if is_here else identity.channel,
            "reason": self.reason_text,
        }
