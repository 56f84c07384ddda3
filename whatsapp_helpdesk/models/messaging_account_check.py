"""Asking providers regularly whether accounts still work, before customers notice."""

import logging
from datetime import timedelta, timezone

from odoo import api, fields, models

from ..gateway.account_check import AccountCheck, check_account
from ..gateway.errors import GatewayError

_logger = logging.getLogger(__name__)

#: Accounts asked between two commits; an account is asked again after this.
BATCH = 20
INTERVAL = timedelta(minutes=55)


class MessagingAccount(models.Model):
    _inherit = "messaging.account"

    token_state = fields.Selection(
        [("unknown", "Not Checked"), ("good", "Works"), ("bad", "Does Not Work")],
        string="Access Token State",
        default="unknown",
        required=True,
        readonly=True,
        copy=False,
    )
    token_expires_at = fields.Datetime(
        "Token Expires", readonly=True, copy=False, help="Empty: never, or not known."
    )
    checked_at = fields.Datetime("Last Check", readonly=True, copy=False)
    check_reason = fields.Char(
        readonly=True, copy=False, help="Why the last check failed."
    )
    provider_status = fields.Char("Status at the Provider", readonly=True, copy=False)
    provider_quality = fields.Char("Quality Rating", readonly=True, copy=False)

    def write(self, vals):
        """Override: a new token is another one."""
        if "access_token" in self._drop_masked(vals):
            vals = {**vals, "token_state": "unknown", "checked_at": False}
        return super().write(vals)

    def action_check(self):
        """Ask the provider now; the answer comes a moment later."""
        self.check_access("write")
        self.sudo().checked_at = False  # sudo: messaging.account - asked again
        # sudo: ir.cron - whoever looks after an account may have it checked
        self.env.ref("whatsapp_helpdesk.cron_account_check").sudo()._wake_once()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._(
                    "The provider is being asked. Reload in a moment."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _get_check_domain(self):
        return [
            "|",
            ("checked_at", "=", False),
            ("checked_at", "<", fields.Datetime.now() - INTERVAL),
        ]

    @api.model
    def _cron_check(self):
        """Ask about a few accounts at a time, without an open transaction."""
        asker = self.sudo()  # sudo: a job has no user
        while accounts := asker.search(self._get_check_domain(), limit=BATCH):
            accounts.checked_at = fields.Datetime.now()
            providers = {account.id: account._prepare_check() for account in accounts}
            left = self.env["ir.cron"]._commit_progress()
            checks = {key: _check(provider) for key, provider in providers.items()}
            # One that got another token meanwhile is asked again.
            for account in accounts.exists().filtered("checked_at"):
                account._store_check(checks[account.id])
            left = self.env["ir.cron"]._commit_progress(len(accounts))
            if left <= 0:
                return

    def _prepare_check(self):
        """Return a provider free of records, or the check when there can be none."""
        try:
            return self._get_provider()
        except GatewayError as error:
            return AccountCheck(False, reason=error.reason)

    def _store_check(self, check):
        self.ensure_one()
        values = {"checked_at": fields.Datetime.now(), "check_reason": check.reason}
        if check.valid is not None:
            ends = check.expires_at
            values |= {
                "token_state": "good" if check.valid else "bad",
                "token_expires_at": ends
                and ends.astimezone(timezone.utc).replace(tzinfo=None),
                "provider_status": check.status,
                "provider_quality": check.quality,
            }
        self.write(values)


def _check(provider):
    if isinstance(provider, AccountCheck):
        return provider
    try:
        return check_account(provider)
    except Exception as error:  # noqa: BLE001 - one account stops no other
        _logger.error("Account not checked: %s", type(error).__name__)  # noqa: TRY400
        return AccountCheck(None, reason="unknown")
