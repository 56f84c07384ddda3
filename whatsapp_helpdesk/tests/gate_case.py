"""Set-up of the tests of the gate: templates, and ways to close every door."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError

from .outbound_case import OutboundCase


class GateCase(OutboundCase):
    @classmethod
    def _create_template(cls, name="order_update", **values):
        return cls.env["messaging.template"].create(
            {
                "account_id": cls.account.id,
                "name": name,
                "language": "en",
                "category": "utility",
                "status": "APPROVED",
                "body": "Your order left our house.",
                **values,
            }
        )

    def _close_window(self, identity=None):
        identity = identity or self.identity
        identity.last_inbound_at = fields.Datetime.now() - timedelta(hours=25)

    def _record(self, state, *purposes, identity=None, **values):
        return self.env["messaging.consent"]._record(
            identity or self.identity,
            purposes or ("marketing", "utility"),
            state,
            values.pop("source", "message"),
            "words",
            **values,
        )

    def _get_code(self, author_kind="agent", identity=None, **policy):
        """Return the reason code of the gate, or ''."""
        refusal = self.env["messaging.gate"]._get_refusal(
            identity or self.identity, author_kind, **policy
        )
        return refusal[0] if refusal else ""

    def _post_template(self, template, author_kind="agent", identity=None, **options):
        identity = identity or self.identity
        return identity.conversation_id._helpdesk_post_template(
            template,
            {},
            identity=identity,
            author=self.env.user.partner_id,
            author_kind=author_kind,
            **options,
        )

    def _assert_nothing_waits(self, conversation=None):
        parts = self._get_outbox(conversation or self.conversation)
        waiting = parts.filtered(lambda part: part.state in ("queued", "held"))
        self.assertFalse(waiting.filtered(lambda part: part.kind != "read"))

    def _refuses(self, code, function, *args, **kwargs):
        """Assert that a call is refused with a reason code."""
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            function(*args, **kwargs)
        self.assertEqual(getattr(caught.exception, "gate_reason", ""), code)
