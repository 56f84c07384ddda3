import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

#: System parameter; the sandbox is off unless an administrator switches it on.
SWITCH = "whatsapp_helpdesk.sandbox_enabled"
LIFETIME = timedelta(hours=24)
#: Links that ended this long ago are deleted, files sent from a phone sooner.
KEEP_LINKS = timedelta(days=30)
KEEP_FILES = timedelta(hours=24)
PAGE = "/messaging/phone"


class MessagingSandboxLink(models.Model):
    """A test phone: an address that lets its holder play one test customer.

    Only a hash of the secret in the address is kept, so that nobody finds a working
    address in the database. The customer stays when the address ends: a new address
    continues the same conversation.
    """

    _name = "messaging.sandbox.link"
    _description = "Test Phone"
    _order = "id desc"

    name = fields.Char(
        "Customer Name", required=True, help="Name the customer goes by."
    )
    account_id = fields.Many2one(
        "messaging.account",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_test", "=", True)],
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    external_id = fields.Char(
        "Customer ID",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self._get_new_external_id(),
        help="What the test channel knows the customer by.",
    )
    language = fields.Selection(
        selection="_get_language_selection",
        required=True,
        default=lambda self: self.env.lang or "en_US",
        help="Language of the phone's page.",
    )
    token_hash = fields.Char(readonly=True, copy=False, groups="base.group_system")
    expires_at = fields.Datetime(readonly=True, copy=False)
    revoked = fields.Boolean(readonly=True, copy=False)
    state = fields.Selection(
        [("live", "Live"), ("expired", "Expired"), ("revoked", "Revoked")],
        compute="_compute_state",
    )
    last_seen_at = fields.Datetime(readonly=True, copy=False)
    send_since = fields.Datetime(readonly=True, copy=False)
    send_amount = fields.Integer(readonly=True, copy=False)
    file_since = fields.Datetime(readonly=True, copy=False)
    file_amount = fields.Integer(readonly=True, copy=False)
    identity_id = fields.Many2one(
        "messaging.identity",
        compute="_compute_identity_id",
        help="Exists from the first message on.",
    )
    partner_id = fields.Many2one(
        "res.partner", "Test Contact", compute="_compute_identity_id"
    )

    _token_hash_unique = models.Constraint(
        "UNIQUE(token_hash)", "Two test phones cannot share an address."
    )
    _account_external_id_unique = models.Constraint(
        "UNIQUE(account_id, external_id)", "Another test phone is this customer."
    )

    @api.model
    def _get_language_selection(self):
        return self.env["res.lang"].get_installed()

    @api.model
    def _get_new_external_id(self):
        return f"test-{secrets.randbelow(10**9):09d}"

    @api.depends("expires_at", "revoked")
    def _compute_state(self):
        now = fields.Datetime.now()
        for link in self:
            if link.revoked:
                link.state = "revoked"
            elif not link.expires_at or link.expires_at <= now:
                link.state = "expired"
            else:
                link.state = "live"

    @api.depends("account_id", "external_id")
    def _compute_identity_id(self):
        Address = self.env["messaging.address"]
        for link in self:
            link.identity_id = Address.search(
                [
                    ("scope", "=", Address._get_scope(link.account_id)),
                    ("kind", "=", "user_id"),
                    ("value", "=", link.external_id),
                ],
                limit=1,
            ).identity_id
            link.partner_id = link.identity_id.partner_id

    @api.constrains("account_id")
    def _check_account_is_test(self):
        """A phone page must never speak for a customer of a real channel."""
        for link in self:
            if not link.account_id.is_test:
                raise ValidationError(
                    self.env._(
                        "%(account)s is not a test channel, so it has no test phones.",
                        account=link.account_id.name,
                    )
                )

    # -- switch ------------------------------------------------------------------------

    @api.model
    def _is_enabled(self):
        # sudo: ir.config_parameter - one switch, read by name
        return bool(self.env["ir.config_parameter"].sudo().get_param(SWITCH))

    @api.model
    def _check_enabled(self):
        if not self._is_enabled():
            raise UserError(
                self.env._(
                    "The sandbox is off. An administrator can switch it on in the "
                    "Helpdesk settings."
                )
            )

    # -- address -----------------------------------------------------------------------

    def _issue_url(self):
        """Give the phone a new address for 24 hours; the one before stops working.

        :return: the address. It is not stored: this is the only moment to see it.
        """
        self.ensure_one()
        self._check_enabled()
        token = secrets.token_urlsafe(32)
        # sudo: messaging.sandbox.link - the hash is hidden from everybody below
        # administrators
        self.sudo().write(
            {
                "token_hash": self._hash(token),
                "expires_at": fields.Datetime.now() + LIFETIME,
                "revoked": False,
            }
        )
        # What follows "#" is never sent by a browser: no log or referrer gets it.
        return f"{self.get_base_url()}{PAGE}?lang={self.language}#{token}"

    @api.model
    def _hash(self, token):
        return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

    @api.model
    def _get_live(self, token):
        """Return the phone an address belongs to, empty when it has ended."""
        if not token or not self._is_enabled():
            return self.browse()
        # sudo: messaging.sandbox.link - the secret in the address is the permission
        link = self.sudo().search([("token_hash", "=", self._hash(token))], limit=1)
        account = link.account_id
        usable = account.active and account.connection_id.active and account.is_test
        return link if link.state == "live" and usable else self.browse()

    def action_show_address(self):
        """Give a new address and show it."""
        self.check_access("write")
        return self._show_address(self._issue_url())

    def _show_address(self, url):
        """Open the address in a dialog; it travels in the context and is not stored."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Test Phone of %(name)s", name=self.name),
            "res_model": "messaging.sandbox.open",
            "views": [
                (
                    self.env.ref(
                        "whatsapp_helpdesk.messaging_sandbox_open_view_address"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {
                "sandbox_phone_url": url,
                "default_account_id": self.account_id.id,
                "default_name": self.name,
                "default_language": self.language,
            },
        }

    def action_revoke(self):
        self.write({"revoked": True})

    # -- limits ------------------------------------------------------------------------

    def _count_event(self, kind, limit, seconds):
        """Count one event and say whether the phone is within its limit.

        The row is locked until the end of the transaction, so that simultaneous
        requests are counted one after the other.

        :param str kind: ``send`` or ``file``.
        """
        self.ensure_one()
        amount = SQL.identifier(f"{kind}_amount")
        since = SQL.identifier(f"{kind}_since")
        now = fields.Datetime.now()
        over = SQL(
            "(%s IS NULL OR %s < %s)", since, since, now - timedelta(seconds=seconds)
        )
        self.env.cr.execute(
            SQL(
                "UPDATE messaging_sandbox_link SET "
                "%(amount)s = CASE WHEN %(over)s THEN 1 ELSE %(amount)s + 1 END, "
                "%(since)s = CASE WHEN %(over)s THEN %(now)s ELSE %(since)s END "
                "WHERE id = %(id)s RETURNING %(amount)s",
                amount=amount,
                since=since,
                over=over,
                now=now,
                id=self.id,
            )
        )
        count = self.env.cr.fetchone()[0]
        self.invalidate_recordset([f"{kind}_amount", f"{kind}_since"], flush=False)
        return count <= limit

    # -- cleaning ----------------------------------------------------------------------

    @api.autovacuum
    def _gc_ended(self):
        """Delete phones that ended long ago, and files once they were fetched."""
        now = fields.Datetime.now()
        self.search([("expires_at", "<", now - KEEP_LINKS)]).unlink()
        self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("create_date", "<", now - KEEP_FILES),
            ]
        ).unlink()
