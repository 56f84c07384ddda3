"""The tests of a connection: what was asked, what happened since, what repairs it."""

from dataclasses import asdict
from datetime import datetime

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..gateway.errors import GatewayError
from ..gateway.window import naive_utc

#: Those that are answered by what happened here; the provider is asked for the others.
OURS = ("address", "handshake", "deliveries", "inbound", "outbound")
ARRIVED = ("delivered", "read", "played")
#: All that is ever known where the provider sends no receipts.
ACCEPTED = ("accepted", "sent")


class MessagingSetup(models.Model):
    _inherit = "messaging.setup"

    results = fields.Json(
        readonly=True, copy=False, help="What the provider said when it was asked last."
    )
    checks_since = fields.Datetime(readonly=True, copy=False)
    checks_after = fields.Integer(
        readonly=True, copy=False, help="The newest message when the tests began."
    )
    test_message_id = fields.Many2one(
        "mail.message", readonly=True, copy=False, ondelete="set null"
    )
    checks = fields.Json(compute="_compute_checks")
    is_ready = fields.Boolean(compute="_compute_checks")

    def _compute_checks(self):
        for setup in self:
            checks = setup._get_checks() if setup.account_id else []
            setup.checks = checks
            setup.is_ready = bool(checks) and all(
                check["state"] in ("ok", "unknown") for check in checks
            )

    def get_checks(self):
        """Return the state of all tests, for the page that shows them live."""
        self.ensure_one()
        self.check_access("read")
        return {"checks": self.checks, "is_ready": self.is_ready}

    # -- asking -----------------------------------------------------------------------

    def action_check(self):
        """Ask the provider again."""
        self.ensure_one()
        callback = self.webhook_url
        found = self.env["messaging.network"]._call_for_person(
            self.account_id, "check_setup", callback
        )
        self.results = {check.code: asdict(check) for check in found}
        self._learn(self.results)

    def _begin_checks(self):
        newest = self.env["messaging.message"].search([], order="id desc", limit=1)
        self.write(
            {
                "checks_since": fields.Datetime.now(),
                "checks_after": newest.id,
                "test_message_id": False,
            }
        )
        self.action_check()

    def _learn(self, results):
        """Keep what the answers say about the number and the app."""
        values = results.get("token", {}).get("values", {})
        if values.get("app") and "app" in self._get_plan().pages:
            self.connection_id.external_id = values["app"]
        number = results.get("number", {}).get("values", {})
        if number.get("id"):
            self.account_id._store_number(number)

    # -- repairing --------------------------------------------------------------------

    def action_subscribe(self):
        self._repair("subscribe")

    def action_set_webhook(self):
        """Tell the provider where to deliver; it may ask our address meanwhile."""
        self._repair("set_webhook", *self.connection_id._get_webhook_values())

    def _repair(self, method, *args):
        self.ensure_one()
        self.env["messaging.network"]._call_for_person(self.account_id, method, *args)
        self.action_check()

    def action_register(self):
        """Ask for the PIN in a dialog, first for a code where one is wanted."""
        self.ensure_one()
        detail = (self.results or {}).get("number", {}).get("detail")
        step = "verify" if detail == "not_verified" else "register"
        return self.account_id.action_register_number(step)

    def action_go_to_app(self):
        self.step = "app"

    def action_go_to_account(self):
        """Back to where the access token is pasted."""
        self.step = self._get_plan().pages[-1]

    # -- what happened ----------------------------------------------------------------

    def _get_first_inbound(self):
        """Return the first message of a customer since the tests began."""
        return self.env["messaging.message"].search(
            [
                ("account_id", "=", self.account_id.id),
                ("direction", "=", "in"),
                ("author_kind", "=", "customer"),
                ("id", ">", self.checks_after),
            ],
            order="id",
            limit=1,
        )

    def _count_forged(self):
        """Deliveries since the tests began that another secret signed, by the hour."""
        since = self.checks_since.replace(minute=0, second=0, microsecond=0)
        rows = self.env["messaging.signature.failure"]._read_group(
            [("connection_id", "=", self.connection_id.id), ("hour", ">=", since)],
            aggregates=["count:sum"],
        )
        return rows[0][0] or 0

    def _count_parked(self):
        """Updates for this number that could not be worked off."""
        return self.env["messaging.update"].search_count(
            [
                ("connection_id", "=", self.connection_id.id),
                ("account_ref", "=", self.account_id.external_id),
                ("state", "=", "parked"),
                ("create_date", ">=", self.checks_since),
            ]
        )

    def action_send_test(self):
        """Answer whoever wrote, through the gate, like any automatic message."""
        self.ensure_one()
        inbound = self._get_first_inbound()
        if not inbound:
            raise UserError(self.env._("First write to this account from a phone."))
        # sudo: discuss.channel - the administrator tests, without a case of their own
        conversation = inbound.sudo().conversation_id
        text = self.env._(
            "It works! This test message was sent by %(company)s from Odoo.",
            company=self.company_id.name,
        )
        self.test_message_id = conversation._helpdesk_post_outbound(
            author=self.company_id.partner_id,
            author_kind="automatic",
            identity=inbound.sudo().identity_id,  # sudo: as above, of this number
            ticket=conversation.helpdesk_ticket_id,
            body=Markup("%s") % text,
        )

    # -- results ----------------------------------------------------------------------

    @api.model
    def _get_asked_values(self, code, results):
        """Return state and code of a test that the provider was asked for."""
        result = results.get(code)
        if not result:
            return "unknown", "", {}
        states = {True: "ok", False: "failed", None: "unknown"}
        return states[result["ok"]], result["detail"], result["values"]

    def _get_checks(self):
        """Return all tests as the page shows them."""
        self.ensure_one()
        checks = []
        for code in self._get_plan().checks:
            if code in OURS:
                state, detail, values = getattr(self, f"_get_{code}_state")()
            else:
                state, detail, values = self._get_asked_values(code, self.results or {})
            checks.append(self._prepare_check(code, state, detail, values))
        return checks

    def _prepare_check(self, code, state, detail, values):
        ok = {"ok": True, "failed": False}.get(state)
        return {
            "code": code,
            "state": state,
            "detail": detail,
            "title": self._get_check_titles()[code],
            "text": self._get_check_text(code, ok, detail, values),
            "action": self._get_check_action(code, state, detail),
        }

    def _get_address_state(self):
        issue = self.connection_id._get_address_issue()
        if not issue:
            return "ok", "", {}
        # A test server on this computer needs no public address.
        return ("unknown" if self.base_url else "failed"), issue, {}

    def _get_deliveries_state(self):
        """A failure of before something arrived is over."""
        results = self.results or {}
        state, detail, values = self._get_asked_values("deliveries", results)
        if state == "failed" and self._has_delivery_since(values.get("at")):
            return "ok", "", values
        return state, detail, values

    def _has_delivery_since(self, moment):
        """:param str moment: ISO 8601, or none."""
        if not moment:
            return False
        since = naive_utc(datetime.fromisoformat(moment))
        domain = [
            ("connection_id", "=", self.connection_id.id),
            ("received_at", ">", since),
        ]
        return bool(self.env["messaging.event"].search_count(domain, limit=1))

    def _get_handshake_state(self):
        seen = self.connection_id.handshake_at
        webhook = (self.results or {}).get("webhook", {})
        if seen or webhook.get("ok"):
            return "ok", "", {}
        return "waiting", "", {}

    def _get_inbound_state(self):
        if not self.checks_since:
            return "waiting", "", {}
        inbound = self._get_first_inbound()
        if inbound:
            return "ok", "", {"name": inbound.identity_id.display_name}
        if forged := self._count_forged():
            return "failed", "forged", {"count": forged}
        if parked := self._count_parked():
            return "failed", "parked", {"count": parked}
        return "waiting", "", {}

    def _get_outbound_state(self):
        message = self.test_message_id
        if not message:
            arrived = self.checks_since and self._get_first_inbound()
            return "waiting", "ready" if arrived else "", {}
        parts = message.sudo().messaging_part_ids  # sudo: mail.message - its state
        failed = parts.filtered(lambda p: p.state in ("failed", "expired", "unknown"))
        if failed:
            labels = dict(self.env["messaging.message"]._get_failure_reasons())
            reason = labels.get(failed[0].failure_reason, "")
            return "failed", "failed", {"reason": reason}
        features = self.account_id._get_features()
        arrived = ARRIVED if features.receipts else (*ARRIVED, *ACCEPTED)
        if parts and all(part.state in arrived for part in parts):
            return "ok", "" if features.receipts else "unconfirmed", {}
        return "waiting", "sent", {}

    def _get_failure_sentence(self, detail, values):
        """Return what went wrong when the provider was asked, in a sentence."""
        error = GatewayError(detail or "unknown", details=values.get("message") or "")
        return self.env["messaging.network"]._get_failure_text(error)
