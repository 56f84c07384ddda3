"""Deliveries that are proven by a secret of ours: made up here, agreed on by a call.

Nobody has to know it, so nobody is asked for it; replacing it is one click.
"""

import secrets
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

#: Deliveries that were on their way when the secret was replaced have arrived by then.
ROTATION_ENDS_AFTER = timedelta(minutes=10)


class MessagingConnection(models.Model):
    _inherit = "messaging.connection"

    has_own_secret = fields.Boolean(compute="_compute_has_own_secret")

    def _compute_has_own_secret(self):
        for connection in self:
            connection.has_own_secret = (
                bool(connection.channel) and connection._has_own_secret()
            )

    def _has_own_secret(self):
        plan = self._get_setup_plan()
        return bool(plan and plan.own_secret)

    def _ensure_own_secret(self):
        """Make up a secret, unless there is one."""
        if not self.app_secret:
            self.app_secret = secrets.token_urlsafe(32)

    def _get_webhook_values(self):
        """Return our address and what proves that the provider means us, or is it."""
        self.ensure_one()
        proof = self.app_secret if self._has_own_secret() else self.verify_token
        return self.webhook_url, proof

    def _get_asking_account(self):
        """Return an account whose token may speak about the connection."""
        accounts = self.with_context(active_test=False).account_ids
        account = accounts.filtered("access_token")[:1]
        if not account:
            raise UserError(
                self.env._("No account of this connection has an access token.")
            )
        return account

    def _call_provider(self, method, *args):
        self.ensure_one()
        self.check_access("write")
        account = self._get_asking_account()
        self.env["messaging.network"]._call_for_person(account, method, *args)

    # -- address ----------------------------------------------------------------------

    def action_set_webhook(self):
        """Have everything delivered here again."""
        self._ensure_own_secret()
        self._call_provider("set_webhook", *self._get_webhook_values())
        self._ask_again()
        return self._notify(self.env._("Messages are delivered here."))

    def action_remove_webhook(self):
        """Have nothing delivered any more."""
        self._call_provider("remove_webhook")
        return self._notify(self.env._("Nothing is delivered here any more."))

    def _ask_again(self):
        accounts = self.account_ids.filtered("active")
        if accounts:
            accounts.action_check()

    def _notify(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # -- secret -----------------------------------------------------------------------

    def action_rotate(self):
        """Override: a secret of ours is replaced without asking for one."""
        self.ensure_one()
        if not self._has_own_secret():
            return super().action_rotate()
        self.check_access("write")
        if self._is_new_secret_used():
            self.write(self._prepare_own_rotation_values())
        # Both are good before the provider is told, and whatever it answers.
        self._call_provider("set_webhook", *self._get_webhook_values())
        return self._notify(
            self.env._("A new secret is in use. The one before ends by itself.")
        )

    def _is_new_secret_used(self):
        """One that the provider was never told, or never used, is good enough."""
        if not self.app_secret_previous:
            return True
        newest = self._get_newest_delivery()
        return bool(newest) and not newest.old_secret

    def _prepare_own_rotation_values(self):
        return {
            "app_secret": secrets.token_urlsafe(32),
            "app_secret_previous": self.app_secret,
            "secret_changed_at": fields.Datetime.now(),
        }

    def _finish_own_rotation(self):
        """Forget a previous secret of ours once the new one is used."""
        limit = fields.Datetime.now() - ROTATION_ENDS_AFTER
        for connection in self:
            since = connection.app_secret_previous and connection.secret_changed_at
            if not since or since > limit or not connection._has_own_secret():
                continue
            newest = connection._get_newest_delivery()
            if newest and not newest.old_secret:
                connection.write(
                    {"app_secret_previous": False, "secret_changed_at": False}
                )

    # -- taking out of use ------------------------------------------------------------

    def action_archive(self):
        """Override: ask whether the provider is to stop delivering, too."""
        result = super().action_archive()
        connected = self.filtered(lambda c: c._has_own_secret() and c._has_token())
        connected.account_ids.action_archive()
        if len(connected) != 1 or self.env.su:
            return result
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Stop Deliveries"),
            "res_model": "messaging.disconnect",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_connection_id": connected.id},
        }

    def _has_token(self):
        accounts = self.with_context(active_test=False).account_ids
        # sudo: messaging.account - whether there is a token
        return any(account.access_token for account in accounts.sudo())
