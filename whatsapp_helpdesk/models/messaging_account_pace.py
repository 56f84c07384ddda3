from odoo import api, fields, models

from ..gateway.pace import Pace

#: Of the pace of an account, what bulk may use: the rest is free for answers.
BULK_SHARE = 0.8
#: Calls at once where the provider publishes no limit: the slots are the limit.
NO_LIMIT = Pace(0.0, 1000)


class MessagingAccount(models.Model):
    _inherit = "messaging.account"

    in_phone_app = fields.Boolean(
        "Also Used in the Phone App",
        help="A number that is also used in the provider's phone app may send fewer "
        "messages per second.",
    )
    messages_per_second = fields.Float(
        help="0: the limit that the provider publishes. Set it when the provider gave "
        "this account another limit.",
    )

    _messages_per_second_positive = models.Constraint(
        "CHECK(messages_per_second >= 0)",
        "The number of messages per second cannot be negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        self.env["messaging.pace"]._ensure_accounts()
        return accounts

    def _get_messages_per_second(self):
        """Hook: the account's own figure, else the provider's; 0 means no limit."""
        self.ensure_one()
        limits = self._get_limits()
        if self.messages_per_second:
            return self.messages_per_second
        if self.in_phone_app and limits.phone_app_per_second:
            return limits.phone_app_per_second
        return limits.account_per_second

    def _get_paces(self):
        """Return the ``Pace`` of the account, of bulk on it, and of one customer.

        The last is None where the provider knows no such limit.
        """
        rate = self._get_messages_per_second()
        pace = Pace.per_second(rate) if rate else NO_LIMIT
        limits = self._get_limits()
        pair = limits.pair_interval and Pace(limits.pair_interval, limits.pair_burst)
        return pace, pace.share(BULK_SHARE), pair or None

    def _get_provider_of(self, room):
        """Return the provider of a run: its connections are used again.

        It is made anew when what it was made of, such as a token, has changed.
        """
        credentials = self._get_credentials()
        known, provider = room.providers.get(self.id, (None, None))
        if known != credentials:
            provider = self._get_provider()
            room.providers[self.id] = credentials, provider
        return provider
