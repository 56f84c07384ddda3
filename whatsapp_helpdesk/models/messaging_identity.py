from datetime import timedelta

from odoo import api, fields, models


class MessagingIdentity(models.Model):
    """A customer as one account sees them."""

    _name = "messaging.identity"
    _description = "Messaging Identity"
    _order = "last_inbound_at desc, id desc"

    account_id = fields.Many2one(
        "messaging.account", required=True, index=True, ondelete="restrict"
    )
    channel = fields.Selection(related="account_id.channel", store=True)
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    is_test = fields.Boolean(related="account_id.is_test", store=True)
    name = fields.Char(
        "Profile Name", help="Chosen by the customer at the provider, cleaned."
    )
    username = fields.Char(help="Shown only; it can change and is never a key.")
    address_ids = fields.One2many("messaging.address", "identity_id")
    address = fields.Char(
        "Answer Address", compute="_compute_address", help="Address that answers go to."
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", index="btree_not_null", ondelete="restrict"
    )
    conversation_id = fields.Many2one(
        "discuss.channel",
        index="btree_not_null",
        ondelete="restrict",
        help="Where the next message of this customer lands.",
    )
    last_inbound_at = fields.Datetime(
        help="Provider time of the last message or call; it opens the service window."
    )
    window_end = fields.Datetime(compute="_compute_window_end")
    read_up_to_id = fields.Many2one(
        "messaging.message",
        index="btree_not_null",
        ondelete="set null",
        help="Last message marked as read.",
    )
    language = fields.Char(help="Language code written in, when known.")
    blocked = fields.Boolean()
    is_internal = fields.Boolean(
        "Employee", help="An employee's number: it never becomes a customer."
    )

    _account_conversation = models.Index("(conversation_id, account_id)")

    @api.depends("name", "address_ids.value", "account_id.name")
    def _compute_display_name(self):
        for identity in self:
            identity.display_name = (
                identity.name or identity.address or self.env._("Unknown customer")
            )

    @api.depends("address_ids.value", "address_ids.kind")
    def _compute_address(self):
        for identity in self:
            identity.address = identity.address_ids._sorted_to_answer()[:1].value

    @api.depends("last_inbound_at")
    def _compute_window_end(self):
        for identity in self:
            window = identity.account_id and identity.account_id._get_features().window
            identity.window_end = (
                window
                and identity.last_inbound_at
                and identity.last_inbound_at + window - self._get_window_margin()
            )

    @api.model
    def _get_window_margin(self):
        """Hook: how much earlier than the provider we close the window."""
        return timedelta(minutes=1)
