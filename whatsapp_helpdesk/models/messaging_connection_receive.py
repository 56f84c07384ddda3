"""What happens to a webhook delivery: check, store, wake a worker. Nothing else.

The provider counts anything but a quick 200 as a failure, and losing the body is losing
the customer's message; so the body is stored before anybody looks at its meaning.
"""

import base64
import hashlib
import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ..gateway.errors import InvalidHandshake, InvalidSignature, MalformedPayload
from ..gateway.redact import redact, redact_traceback
from ..gateway.window import clamp, naive_utc
from .messaging_update import PARTITIONS, WORKERS

_logger = logging.getLogger(__name__)

#: Bytes of the largest body taken. Providers send up to 3 MB.
MAX_BODY = 3 * 1024 * 1024 + 256 * 1024
#: Characters of an error text kept with a body that cannot be read.
MAX_ERROR = 500


class MessagingConnection(models.Model):
    _inherit = "messaging.connection"

    @api.model
    def _get_by_token(self, token):
        """Return the connection with a webhook token, with the right to its secrets."""
        # sudo: messaging.connection - a webhook has no user; the token and then the
        # signature say what it may do
        return self.sudo().search([("token", "=", token)], limit=1)

    def _answer_challenge(self, query):
        """Answer the provider's set-up handshake.

        :return: HTTP status and plain text.
        """
        self.ensure_one()
        try:
            answer = self._get_provider_class().challenge(
                query, self.verify_token or ""
            )
        except InvalidHandshake:
            return 403, "Forbidden"
        return 200, answer

    def _receive(self, headers, body):
        """Check and store one delivery.

        :param dict headers: names in any case.
        :param bytes body: exactly as it came.
        :return: HTTP status and plain text. Only a stored (or known) body gives 200; a
            refused one leaves no trace.
        """
        self.ensure_one()
        if len(body) > MAX_BODY:
            return 413, "Too large"
        if not body:
            return 400, "Empty"
        connection_sudo = self.sudo()  # sudo: messaging.connection - its secrets
        provider = self._get_provider_class()
        try:
            provider.verify(headers, body, connection_sudo._get_secrets())
        except InvalidSignature:
            return 403, "Forbidden"
        updates, error = self._parse_body(provider, body)
        event_id = self._store_event(body, error)
        if event_id and updates:
            self._store_updates(event_id, updates)
            self._wake_worker(updates)
        return 200, "OK"

    def _parse_body(self, provider, body):
        """Return the updates of a body and why it could not be read.

        A parser that fails is our bug: the body is kept all the same, so that a
        corrected version can replay it.
        """
        try:
            return provider.parse(body), ""
        except MalformedPayload as error:
            return [], redact(error.details or error.reason)[:MAX_ERROR]
        except Exception as error:  # noqa: BLE001 - the body is kept
            trace = redact_traceback(error)
            _logger.error("Webhook body not parsed: %s", trace)  # noqa: TRY400
            return [], trace[-MAX_ERROR:]

    def _store_event(self, body, error):
        """Insert the body; return its id, or None when it was stored before."""
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO messaging_event (
                    connection_id, sha256, body, received_at, state, error,
                    create_uid, create_date, write_uid, write_date)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
                ON CONFLICT (connection_id, sha256) DO NOTHING
                RETURNING id
                """,
                self.id,
                hashlib.sha256(body).hexdigest(),
                base64.b64encode(body),
                now,
                "malformed" if error else "parsed",
                error or None,
                *(self.env.uid, now, self.env.uid, now),
            )
        )
        row = self.env.cr.fetchone()
        return row and row[0]

    def _store_updates(self, event_id, updates):
        """Insert one row per update; those stored before, by whatever body, stay."""
        now = fields.Datetime.now()
        rows = [self._prepare_update_row(event_id, update, now) for update in updates]
        columns = SQL(", ").join(SQL.identifier(name) for name in rows[0])
        self.env.cr.execute(
            SQL(
                "INSERT INTO messaging_update (%s) VALUES %s "
                "ON CONFLICT (connection_id, key) DO NOTHING",
                columns,
                SQL(", ").join(SQL("%s", tuple(row.values())) for row in rows),
            )
        )

    def _prepare_update_row(self, event_id, update, now):
        return {
            "event_id": event_id,
            "connection_id": self.id,
            "key": _storable(update.key),
            "kind": update.kind.value,
            "account_ref": _storable(update.account) or None,
            "external_ref": _storable(update.target) or None,
            "partition": _partition(update.partition_key),
            "occurred_at": naive_utc(clamp(update.timestamp, now)),
            "state": "pending",
            "attempts": 0,
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
        }

    def _wake_worker(self, updates):
        """Wake one worker; a long backlog lets it wake the others."""
        number = _partition(updates[0].partition_key) % WORKERS + 1
        self.env["messaging.update"]._wake_workers([number])


def _storable(value):
    """PostgreSQL stores no NUL and no half surrogate pair."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode()


def _partition(key):
    """The same for every process and restart, which ``hash`` is not."""
    digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=4).digest()
    return int.from_bytes(digest, "big") % PARTITIONS
