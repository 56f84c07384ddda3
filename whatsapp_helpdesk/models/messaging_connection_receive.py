"""What happens to a webhook delivery: check, store, wake a worker. Nothing else.

The provider counts anything but a quick 200 as a failure, and losing the body is losing
the customer's message; so the body is stored before anybody looks at its meaning.
"""

import base64
import hashlib
import logging
from functools import lru_cache

from odoo import fields, models
from odoo.tools import SQL

from ..gateway.errors import InvalidSignature, MalformedPayload
from ..gateway.redact import redact, redact_traceback
from ..gateway.window import clamp, naive_utc
from .messaging_update import PARTITIONS

_logger = logging.getLogger(__name__)

#: Bytes of the largest body taken. Providers send up to 3 MB.
MAX_BODY = 3 * 1024 * 1024 + 256 * 1024
#: Characters of an error text kept with a body that cannot be read.
MAX_ERROR = 500


class MessagingConnection(models.Model):
    _inherit = "messaging.connection"

    def _receive(self, headers, body):
        """Check and store one delivery.

        :param dict headers: names in any case.
        :param bytes body: exactly as it came.
        :return: HTTP status and plain text. Only a stored (or known) body gives 200; a
            refused one leaves no trace.
        """
        refusal = self._get_refusal(headers, body)
        if refusal:
            return refusal
        self._take_in(body, headers)
        return 200, "OK"

    def _get_refusal(self, headers, body):
        """Return status and text for a body that is not taken, None for a good one.

        Asks no database: it is what a flood costs.
        """
        if len(body) > MAX_BODY:
            return 413, "Too large"
        if not body:
            return 400, "Empty"
        access = self._get_webhook_access()
        try:
            access.provider.verify(headers, body, access.secrets)
        except InvalidSignature:
            return 403, "Forbidden"
        return None

    def _take_in(self, body, headers=None):
        """Store a body that was checked."""
        provider = self._get_webhook_access().provider
        self._store_delivery(body, *self._parse_body(provider, body))

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

    def _store_delivery(self, body, updates, error):
        """Insert a body, a row for each update in it, and see that a worker wakes up.

        One statement: a body stored before stores nothing again, and updates stored
        before, by whatever body, stay as they are.
        """
        now = fields.Datetime.now()
        cron = self._get_worker(updates)
        query = self._get_store_query(body, updates, error, cron, now)
        # Others may store the same body at this moment: Odoo calls the route again.
        self.env.cr.execute(query, log_exceptions=False)
        event_id, is_awake = self.env.cr.fetchone()
        if event_id and updates and not is_awake and not (cron and cron._trigger()):
            self.env["messaging.update"]._wake_workers()

    def _get_store_query(self, body, updates, error, cron, now):
        event = self._prepare_event_row(body, error, now)
        rows = [self._prepare_update_row(update, now) for update in updates]
        return SQL(
            """
            WITH event AS (
                INSERT INTO messaging_event (%s) VALUES %s
                ON CONFLICT (connection_id, sha256) DO NOTHING
                RETURNING id
            )%s
            SELECT (SELECT id FROM event), (%s)
            """,
            _columns(tuple(event)),
            tuple(event.values()),
            self._get_store_updates_query(rows) if rows else SQL(),
            cron._get_awake_query(),
        )

    def _get_store_updates_query(self, rows):
        values = SQL(", ".join(["%s"] * len(rows)), *(tuple(r.values()) for r in rows))
        return SQL(
            """, updates AS (
                INSERT INTO messaging_update (event_id, %s)
                SELECT event.id, row.* FROM event, (VALUES %s) AS row
                ON CONFLICT (connection_id, key) DO NOTHING
            )
            """,
            _columns(tuple(rows[0])),
            values,
        )

    def _prepare_event_row(self, body, error, now):
        """Nobody is its author: users of the database have no part in it."""
        return {
            "connection_id": self.id,
            "sha256": hashlib.sha256(body).hexdigest(),
            # As text: the driver doubles the size of bytes.
            "body": base64.b64encode(body).decode(),
            "received_at": now,
            "state": "malformed" if error else "parsed",
            "error": error or None,
            "create_date": now,
            "write_date": now,
        }

    def _prepare_update_row(self, update, now):
        return {
            "connection_id": self.id,
            "key": _storable(update.key),
            "kind": update.kind.value,
            "account_ref": _storable(update.account) or None,
            "external_ref": _storable(update.target) or None,
            "partition": _partition(update.partition_key),
            "occurred_at": naive_utc(clamp(update.timestamp, now)),
            "state": "pending",
            "attempts": 0,
            "create_date": now,
            "write_date": now,
        }

    def _get_worker(self, updates):
        """Return the job to wake; a long backlog lets it wake the others."""
        key = updates[0].partition_key if updates else ""
        ids = self.env["messaging.update"]._get_worker_ids()
        # sudo: ir.cron - webhooks start the workers
        jobs = self.env["ir.cron"].sudo()
        return jobs.browse(ids and ids[_partition(key) % len(ids)])


@lru_cache(maxsize=64)
def _columns(names):
    return SQL(", ").join(SQL.identifier(name) for name in names)


def _storable(value):
    """PostgreSQL stores no NUL and no half surrogate pair."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode()


def _partition(key):
    """The same for every process and restart, which ``hash`` is not."""
    digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=4).digest()
    return int.from_bytes(digest, "big") % PARTITIONS
