"""Marks: what a customer's app is told that is no message.

That we read something, that somebody types, that a pressed button arrived. A mark
passes what waits of the same customer, is tried once and leaves no row behind.
"""

from datetime import timedelta

from odoo import api, fields, models

from .messaging_message_queue import MARKS

READ_PRIORITY = 25
#: The customer looks at a button that turns.
URGENT = 5
#: How long an app shows that somebody types, or waits for a button: later is too late.
MOMENT = timedelta(seconds=30)


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    def _is_mark(self):
        return self.kind in MARKS

    @api.model
    def _queue_read_mark(self, part):
        """Tell the customer soon that a message, and all before it, was read.

        One waiting mark per customer is enough: a newer one replaces its target.
        """
        return self._queue_mark_about(
            part, "read", READ_PRIORITY, timedelta(minutes=10)
        )

    @api.model
    def _queue_typing(self, part):
        """Show the customer that somebody answers.

        :param part: the last ``messaging.message`` of the customer.
        """
        return self._queue_mark_about(part, "typing", URGENT, MOMENT)

    @api.model
    def _queue_acknowledgement(self, identity, token):
        """Tell the customer's app that a pressed button arrived.

        :param str token: ``gateway.updates.Update.acknowledge``.
        """
        payload = {"kind": "acknowledge", "token": token}
        return self._queue_mark(identity, payload, URGENT, MOMENT)

    @api.model
    def _queue_mark_about(self, part, kind, priority, lifetime):
        # sudo: messaging.message - users never write the outbox themselves
        waiting = self.sudo().search(
            [
                ("identity_id", "=", part.identity_id.id),
                ("kind", "=", kind),
                ("state", "=", "queued"),
            ],
            limit=1,
        )
        payload = {"kind": kind, "target": part.external_id}
        if not waiting:
            return self._queue_mark(part.identity_id, payload, priority, lifetime)
        waiting.write(
            {"payload": payload, "expires_at": fields.Datetime.now() + lifetime}
        )
        return waiting

    @api.model
    def _queue_mark(self, identity, payload, priority, lifetime):
        # sudo: messaging.message - users never write the outbox themselves
        queued = self.sudo().create(
            {
                "account_id": identity.account_id.id,
                "identity_id": identity.id,
                "direction": "out",
                "kind": payload["kind"],
                "payload": payload,
                "author_kind": "agent",
                "priority": priority,
                "expires_at": fields.Datetime.now() + lifetime,
            }
        )
        self._wake_sender()
        return queued

    def _prepare_mark(self):
        """What the job of a mark has instead of a part."""
        if self.kind == "acknowledge":
            return {"acknowledge": self.payload["token"]}
        return {"read": self.payload["target"], "typing": self.kind == "typing"}
