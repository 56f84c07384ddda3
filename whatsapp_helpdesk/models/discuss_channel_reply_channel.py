"""By which of the customer's channels an answer goes.

A conversation has as many identities as the customer has ways to write into its inbox.
An answer goes where they wrote last, or where the agent says; window, lock, limits and
cost are those of the chosen identity.
"""

from markupsafe import Markup, escape

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.mail.tools.discuss import Store

from ..gateway import markup
from ..gateway.pricing import Basis, Tariff
from .discuss_channel_store import is_helpdesk

#: Of channels that charge nothing.
NO_TARIFF = Tariff()
FREE = (Basis.FREE, Basis.FREE_TIER, Basis.NOT_YET_CHARGED)
#: Characters of a quoted text; the customer only has to recognise it.
QUOTE_SIZE = 200


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    # -- what the composer shows -----------------------------------------------------

    def helpdesk_get_reply_channels(self):
        """Return the ways to answer, the customer's last one first."""
        self.ensure_one()
        self._helpdesk_check_readable()
        # sudo: who reads a conversation may know how its customer is reached
        channel_sudo = self.sudo()
        return [
            channel_sudo._prepare_reply_channel(identity)
            for identity in channel_sudo._get_reply_identities()
        ]

    def _get_reply_identities(self):
        """Return the identities of the conversation, the one written to now first."""
        self.ensure_one()
        current = self.messaging_identity_id
        return current | self.messaging_identity_ids.sorted(
            lambda identity: (identity.last_inbound_at or identity.create_date),
            reverse=True,
        )

    def _prepare_reply_channel(self, identity):
        features = identity.account_id._get_features()
        limit = identity.account_id._get_limits().text
        window = features.window
        refusal = self.env["messaging.gate"]._get_refusal(identity, "agent")
        lock, sentence = refusal or ("", "")
        return {
            **self._prepare_channel_label(identity),
            "cost_text": self._get_reply_cost_text(identity),
            "has_templates": features.templates,
            "has_window": bool(window),
            "is_current": identity == self.messaging_identity_id,
            "last_inbound": fields.Datetime.to_string(identity.last_inbound_at)
            or False,
            "lock": lock,
            "lock_text": sentence,
            "quotes": features.reply_quotes,
            "text_limit": {"size": limit.size, "unit": limit.unit.value},
            "window_end": fields.Datetime.to_string(identity.window_end) or False,
            "window_hours": int(window.total_seconds() // 3600) if window else 0,
        }

    def _prepare_channel_label(self, identity):
        """What names a channel: its sign, its word, the customer's address on it."""
        account = identity.account_id
        provider_class = account.connection_id._get_provider_class()
        return {
            "identity_id": identity.id,
            "account": account.name,
            "address": identity.address or "",
            "channel": account.channel,
            "icon": provider_class.features.icon,
            "label": provider_class.label,
        }

    def _get_reply_cost_text(self, identity):
        """Say what one more answer costs by today's rates, or '' when nobody knows."""
        account = identity.account_id
        tariff = account.connection_id._get_provider_class().tariff
        if tariff == NO_TARIFF:
            return self.env._("free")
        country = self.env["messaging.message"]._get_recipient_country(identity)
        charge = self.env["messaging.rate"]._charge_next(account, "service", country)
        if charge.basis in FREE:
            return self.env._("free")
        if not charge.rate:
            return ""
        amount = f"{charge.amount.normalize():f} {charge.currency}"
        return self.env._("≈ %(amount)s", amount=amount)

    # -- what everybody with the conversation knows ------------------------------------

    def _get_helpdesk_store_fields(self):
        return [
            *super()._get_helpdesk_store_fields(),
            Store.Attr(
                "helpdesk_channels",
                # sudo: discuss.channel - from hidden account settings
                lambda channel: channel.sudo()._get_store_channels(),
                predicate=is_helpdesk,
            ),
        ]

    def _get_store_channels(self):
        return [
            self._prepare_channel_label(identity)
            for identity in self._get_reply_identities().sorted("id")
        ]

    def _helpdesk_set_sender(self, identity):
        """Override: who has the composer open is told that the customer moved."""
        before = self.messaging_identity_id
        result = super()._helpdesk_set_sender(identity)
        if before and before != self.messaging_identity_id:
            # sudo: discuss.channel - only who else is told
            self._announce_changes([(self, self.sudo().helpdesk_private_team_id)])
        return result

    # -- answering -------------------------------------------------------------------

    def _get_allowed_message_params(self):
        """Override: the composer says by which channel the answer goes."""
        allowed = super()._get_allowed_message_params()
        return allowed | {"messaging_identity_id"} if self.is_helpdesk else allowed

    def _prepare_reply_values(self, kwargs):
        """Override: an answer has an identity, and quotes as far as that one can."""
        values = super()._prepare_reply_values(kwargs)
        identity = self._get_reply_identity(kwargs.get("messaging_identity_id"))
        return {**self._quote_for(identity, values), "identity": identity}

    def _get_reply_identity(self, identity_id=None):
        """Return the chosen identity, or where the customer wrote last.

        :param int identity_id: from a browser; no other conversation's.
        :raise UserError: the customer is not reached by it from here.
        """
        self.ensure_one()
        # sudo: discuss.channel - who may answer is checked by who asks
        channel_sudo = self.sudo()
        if not identity_id:
            return channel_sudo.messaging_identity_id
        identity = channel_sudo._get_reply_identities().filtered(
            lambda identity: identity.id == identity_id
        )
        if not identity:
            raise UserError(
                self.env._(
                    "This customer is not reached by that channel any more. Choose "
                    "another one."
                )
            )
        return identity

    def _quote_for(self, identity, values):
        """Quote a message of another channel as text: that channel does not know it.

        What is stored is what the customer gets.
        """
        quoted = self._get_quoted(values.get("parent_id"))
        if not quoted or quoted.messaging_identity_id == identity:
            return values
        text = self._get_quote_text(quoted)
        body = values.get("body") or ""
        if text:
            quote = escape(text).replace("\n", Markup("<br/>"))
            body = Markup("<blockquote>%s</blockquote>%s") % (quote, body)
        return {**values, "body": body, "parent_id": False}

    def _get_quoted(self, message_id):
        """Return the quoted message if it was exchanged here with the customer."""
        # sudo: mail.message - of a conversation that was checked to be readable
        message = self.env["mail.message"].sudo().browse(message_id or []).exists()
        is_ours = message.model == self._name and message.res_id == self.id
        return message if is_ours and message.messaging_direction else message.browse()

    def _get_quote_text(self, message):
        text = markup.plain(markup.to_markup(str(message.body or "")))
        return text if len(text) <= QUOTE_SIZE else f"{text[: QUOTE_SIZE - 1]}…"
