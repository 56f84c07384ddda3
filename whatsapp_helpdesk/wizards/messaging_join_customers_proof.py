"""Instead of deciding: let the customer prove that both are theirs."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class MessagingJoinCustomers(models.TransientModel):
    _inherit = "messaging.join.customers"

    sent_identity_id = fields.Many2one(
        "messaging.identity",
        "Send the Code To",
        compute="_compute_sent_identity_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('partner_id', '=', kept_partner_id)]",
        help="An address of the contact that stays. The customer types the code in "
        "the other chat.",
    )
    link_account_id = fields.Many2one(
        "messaging.account",
        "Link Opens In",
        compute="_compute_link_account_id",
        help="Where the link opens.",
    )
    link = fields.Char(readonly=True)
    can_ask_contact = fields.Boolean(compute="_compute_link_account_id")

    @api.depends("kept_partner_id")
    def _compute_sent_identity_id(self):
        for wizard in self:
            known = wizard._get_identities(wizard.kept_partner_id)
            reachable = known.filtered(lambda identity: not identity.blocked)
            wizard.sent_identity_id = reachable[:1]

    @api.depends("identity_ids")
    def _compute_link_account_id(self):
        for wizard in self:
            # sudo: messaging.account - what its channel can do
            accounts = wizard.identity_ids._origin.sudo().account_id
            linking = accounts.filtered(lambda a: a._get_features().deep_links)
            wizard.link_account_id = linking[:1].sudo(False)
            wizard.can_ask_contact = any(
                account._get_features().own_contact for account in accounts
            )

    def action_send_code(self):
        """Send a code to the known address; the customer types it in the other."""
        self._check_can_prove()
        if not self.sent_identity_id:
            raise UserError(
                self.env._(
                    "The contact that stays has no address to send a code to. Make "
                    "a link instead, or decide yourself."
                )
            )
        if self.sent_identity_id.partner_id != self.kept_partner_id:
            raise UserError(
                self.env._(
                    "The code has to go to an address of the contact that stays."
                )
            )
        self._check_may_ask()
        # sudo: messaging.proof - whether this user may ask was just checked
        self.env["messaging.proof"].sudo()._start_code(
            self._get_identity_to_prove().sudo(),
            self.sent_identity_id.sudo(),
            self.env.user,
        )
        return self._notify_asked(
            self.env._(
                "A code was sent to %(address)s. It is good for 10 minutes; when the "
                "customer types it in the other chat, both are joined by themselves.",
                address=self.sent_identity_id.address
                or self.sent_identity_id.display_name,
            )
        )

    def action_make_link(self):
        """Make a link for the known contact, to hand over by a safe way."""
        self._check_can_prove()
        self._check_may_ask()
        # sudo: messaging.proof - whether this user may ask was just checked
        self.link = (
            self.env["messaging.proof"]
            .sudo()
            ._start_link(
                self.kept_partner_id.sudo(),
                self.link_account_id.sudo(),
                self.env.user,
            )
        )
        return self._reopen()

    def action_ask_contact(self):
        """Ask the customer to share their own number by the platform's button."""
        self._check_can_prove()
        self._check_may_ask()
        identity = self._get_identity_to_prove()
        conversation = identity.conversation_id
        conversation._helpdesk_check_readable()
        conversation._helpdesk_check_can_reply()
        # sudo: discuss.channel - whether this user may answer was just checked
        conversation.sudo()._helpdesk_post_contact_request(
            identity=identity.sudo(),
            author=self.env.user.partner_id,
            author_kind="agent",
        )
        return self._notify_asked(
            self.env._(
                "The customer is asked to share their number. When it is the one of "
                "%(contact)s, both are joined by themselves.",
                contact=self.kept_partner_id.display_name,
            )
        )

    def _get_identity_to_prove(self):
        identity = self.identity_ids
        if len(identity) != 1:
            raise UserError(
                self.env._("Choose one address that moves; it is the one to prove.")
            )
        return identity

    def _check_can_prove(self):
        self.ensure_one()
        self._check_complete()

    def _check_may_ask(self):
        """Whoever may not join may not have others join by asking."""
        self.env["messaging.join"]._check_may_join(
            self.identity_ids, self.kept_partner_id
        )

    def _notify_asked(self, text):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": text,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
