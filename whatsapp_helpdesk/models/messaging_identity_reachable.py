"""Customers who blocked us: nothing is sent until they let us again or write."""

from odoo import fields, models


class MessagingIdentity(models.Model):
    _inherit = "messaging.identity"

    unreachable_since = fields.Datetime(
        readonly=True,
        help="The customer has blocked us on this channel. Nothing is sent until they "
        "undo that or write again.",
    )

    def _set_unreachable(self, moment):
        """The customer blocked us, as the provider tells or a send found out.

        What they wrote afterwards shows that they let us again.
        """
        for identity in self:
            last = identity.last_inbound_at
            if identity.unreachable_since or (last and last > moment):
                continue
            identity.unreachable_since = moment
            identity._post_note(
                identity.env._(
                    "The customer has blocked you on this channel. They can still be "
                    "reached where else you know them."
                )
            )
            identity._tell_reachability()

    def _set_reachable(self, moment):
        """The customer lets us again since a moment, or wrote at it."""
        back = self.filtered(
            lambda i: i.unreachable_since and i.unreachable_since <= moment
        )
        for identity in back:
            identity.unreachable_since = False
            identity._post_note(
                identity.env._("The customer can be reached on this channel again.")
            )
            identity._tell_reachability()

    def _tell_reachability(self):
        """Whoever has the conversation open sees whether they can write."""
        self.conversation_id._broadcast_helpdesk_state()
