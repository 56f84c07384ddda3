"""Asking a provider while a person waits: never inside a transaction.

Jobs do the same by ``_commit_progress``. This is for buttons of administrators.
"""

from odoo import api, models
from odoo.exceptions import UserError

from ..gateway.errors import GatewayError


class MessagingNetwork(models.AbstractModel):
    _name = "messaging.network"
    _description = "Calls to Providers"

    @api.model
    def _call(self, account, method, *args, **kwargs):
        """End the transaction, call a provider, and return what it says.

        What was written before is kept, whatever the provider answers.

        :param account: ``messaging.account`` whose credentials are used.
        :param str method: name of a method of ``gateway.provider.Provider``.
        :param args: plain values, never records.
        :raise GatewayError: for callers that react to its ``reason``.
        """
        provider = account._get_provider()
        self._end_transaction()
        try:
            return getattr(provider, method)(*args, **kwargs)
        finally:
            self.env.invalidate_all()

    @api.model
    def _call_for_person(self, account, method, *args, **kwargs):
        """Like :meth:`_call`, with a sentence when it fails.

        :raise UserError: what went wrong and, where the provider says it, why.
        """
        try:
            return self._call(account, method, *args, **kwargs)
        except GatewayError as error:
            raise UserError(self._get_failure_text(error)) from error

    @api.model
    def _get_failure_text(self, error):
        """Return a sentence about a ``GatewayError``; it never has a secret in it."""
        labels = dict(self.env["messaging.message"]._get_failure_reasons())
        text = labels.get(error.reason) or labels["unknown"]
        return f"{text} ({error.details})" if error.details else text

    @api.model
    def _end_transaction(self):
        """Hook: tests have one transaction for everything."""
        self.env.cr.commit()  # pylint: disable=invalid-commit
