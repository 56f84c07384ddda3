from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers import webhook
from ..controllers.rate_limit import RateLimit
from ..models.messaging_connection_receive import MAX_BODY
from . import bodies
from .common import SECRET, VERIFY_TOKEN
from .webhook_case import WebhookCase

WORKER_LOGGER = "odoo.addons.whatsapp_helpdesk.controllers.webhook"


@tagged("post_install", "-at_install", "wh_http")
class TestWebhook(WebhookCase):
    def setUp(self):
        super().setUp()
        self.url = self.base_url() + self.path

    def _post(self, raw, headers=None, url=None):
        return self.opener.post(
            url or self.url,
            data=raw,
            headers={"Content-Type": "application/json", **(headers or {})},
            timeout=20,
        )

    def _post_signed(self, values, secret=SECRET):
        raw = bodies.dump(values)
        return self._post(raw, bodies.sign(raw, secret))

    def _count_events(self):
        return self.env["messaging.event"].search_count([])

    def assertNoTrace(self, answer):
        self.assertNotIn("Traceback", answer.text)
        self.assertNotIn("odoo", answer.text.lower())
        self.assertFalse(self._count_events())

    # -- delivery -----------------------------------------------------------------

    def test_signed_body_is_stored_and_answered_200(self):
        answer = self._post_signed(bodies.text("Grüße, سلام 👋"))
        self.assertEqual((answer.status_code, answer.text), (200, "OK"))
        update = self._get_updates()
        self.assertEqual((update.kind, update.state), ("message", "pending"))

    def test_no_session_cookie_is_set(self):
        answer = self._post_signed(bodies.text())
        self.assertNotIn("session_id", answer.cookies)

    def test_wrong_signature_is_403_and_leaves_no_trace(self):
        answer = self._post_signed(bodies.text(), secret="another secret")
        self.assertEqual(answer.status_code, 403)
        self.assertNoTrace(answer)

    def test_absent_signature_is_403_and_leaves_no_trace(self):
        answer = self._post(bodies.dump(bodies.text()))
        self.assertEqual(answer.status_code, 403)
        self.assertNoTrace(answer)

    def test_changed_body_is_403(self):
        raw = bodies.dump(bodies.text("Pay 10"))
        headers = bodies.sign(raw, SECRET)
        answer = self._post(raw.replace(b"Pay 10", b"Pay 90"), headers)
        self.assertEqual(answer.status_code, 403)
        self.assertNoTrace(answer)

    def test_connection_without_secret_accepts_nothing(self):
        self.connection.app_secret = False
        answer = self._post_signed(bodies.text(), secret="")
        self.assertEqual(answer.status_code, 403)
        self.assertNoTrace(answer)

    def test_previous_secret_is_accepted_during_rotation(self):
        self.connection.write({"app_secret": "new", "app_secret_previous": SECRET})
        self.assertEqual(self._post_signed(bodies.text()).status_code, 200)

    def test_unknown_token_is_404(self):
        raw = bodies.dump(bodies.text())
        url = self.base_url() + "/messaging/webhook/nobody"
        answer = self._post(raw, bodies.sign(raw, SECRET), url)
        self.assertEqual(answer.status_code, 404)
        self.assertNoTrace(answer)

    def test_archived_connection_is_404(self):
        self.connection.active = False
        self.assertEqual(self._post_signed(bodies.text()).status_code, 404)

    def test_too_large_body_is_413_and_leaves_no_trace(self):
        raw = b"x" * (MAX_BODY + 1)
        answer = self._post(raw, bodies.sign(raw, SECRET))
        self.assertEqual(answer.status_code, 413)
        self.assertNoTrace(answer)

    def test_empty_body_is_400(self):
        answer = self._post(b"", bodies.sign(b"", SECRET))
        self.assertEqual(answer.status_code, 400)
        self.assertNoTrace(answer)

    def test_unreadable_body_with_good_signature_is_kept_as_malformed(self):
        raw = b"{not json"
        answer = self._post(raw, bodies.sign(raw, SECRET))
        self.assertEqual(answer.status_code, 200)
        event = self.env["messaging.event"].search([])
        self.assertEqual(event.state, "malformed")
        self.assertTrue(event.error)

    def test_form_encoded_body_is_400(self):
        raw = bodies.dump(bodies.text())
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._post(raw, {**bodies.sign(raw, SECRET), **headers})
        self.assertEqual(answer.status_code, 400)
        self.assertNoTrace(answer)

    def test_repeated_delivery_is_stored_once(self):
        values = bodies.text()
        for _time in range(3):
            self.assertEqual(self._post_signed(values).status_code, 200)
        self.assertEqual(self._count_events(), 1)
        self.assertEqual(len(self._get_updates()), 1)

    def test_same_update_in_another_body_is_stored_once(self):
        first = bodies.message(text={"body": "One"}, mid="wamid.SAME")
        other = bodies.message(text={"body": "Two"})
        self._post_signed(bodies.inbound(first))
        self._post_signed(bodies.inbound(first, other))
        keys = self._get_updates().mapped("key")
        self.assertEqual(len(keys), 2)

    def test_many_deliveries_wake_each_worker_once(self):
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([])
        for number in range(12):
            self._post_signed(
                bodies.text(f"Message {number}", phone=f"96477000{number:05d}")
            )
        self.assertLessEqual(triggers.search_count([]) - before, 4)
        self.assertEqual(len(self._get_updates()), 12)

    def test_flood_of_bad_signatures_is_answered_429_without_trace(self):
        self.patch(webhook, "REFUSALS", RateLimit(rate=0.001, burst=2))
        statuses = [self._post(b"x").status_code for _time in range(4)]
        self.assertEqual(statuses, [403, 403, 429, 429])
        self.assertFalse(self._count_events())

    def test_flood_of_unknown_addresses_is_answered_429(self):
        self.patch(webhook, "REFUSALS", RateLimit(rate=0.001, burst=2))
        urls = [f"{self.base_url()}/messaging/webhook/{n}" for n in range(4)]
        statuses = [self._post(b"x", url=url).status_code for url in urls]
        self.assertEqual(statuses, [404, 404, 429, 429])

    def test_flood_from_the_same_address_does_not_cut_good_deliveries(self):
        self.patch(webhook, "REFUSALS", RateLimit(rate=0.001, burst=1))
        for _time in range(3):
            self._post(b"x")
        for number in range(5):
            answer = self._post_signed(bodies.text(f"Message {number}"))
            self.assertEqual(answer.status_code, 200)

    def test_signed_deliveries_beyond_the_connection_limit_are_429(self):
        self.patch(webhook, "DELIVERIES", RateLimit(rate=0.001, burst=1))
        statuses = [
            self._post_signed(bodies.text(f"Message {number}")).status_code
            for number in range(2)
        ]
        self.assertEqual(statuses, [200, 429])

    @mute_logger(WORKER_LOGGER)
    def test_storage_error_is_503_so_that_the_provider_repeats(self):
        connection_class = self.env.registry["messaging.connection"]
        error = RuntimeError(f"token {self.connection.app_secret}")
        with patch.object(connection_class, "_store_delivery", side_effect=error):
            answer = self._post_signed(bodies.text())
        self.assertEqual(answer.status_code, 503)
        self.assertNoTrace(answer)

    def test_storage_error_is_logged_without_secrets(self):
        connection_class = self.env.registry["messaging.connection"]
        error = RuntimeError("Authorization: Bearer abcdef123456789")
        with (
            patch.object(connection_class, "_store_delivery", side_effect=error),
            self.assertLogs(WORKER_LOGGER, "ERROR") as logs,
        ):
            self._post_signed(bodies.text())
        self.assertNotIn("abcdef123456789", "".join(logs.output))

    def test_other_methods_are_refused(self):
        for method in ("PUT", "DELETE", "PATCH"):
            answer = self.opener.request(method, self.url, data=b"x", timeout=20)
            self.assertEqual(answer.status_code, 405, method)
        head = self.opener.head(self.url, timeout=20)
        self.assertIn(head.status_code, (400, 403))

    # -- handshake ----------------------------------------------------------------

    def _challenge(self, **query):
        params = {"hub." + name: value for name, value in query.items()}
        return self.opener.get(self.url, params=params, timeout=20)

    def test_handshake_gives_back_the_challenge(self):
        answer = self._challenge(
            mode="subscribe", challenge="1158201444", verify_token=VERIFY_TOKEN
        )
        self.assertEqual((answer.status_code, answer.text), (200, "1158201444"))
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain"))

    def test_handshake_with_wrong_token_is_403(self):
        answer = self._challenge(mode="subscribe", challenge="1", verify_token="x")
        self.assertEqual(answer.status_code, 403)
        self.assertNotIn("1", answer.text)

    def test_handshake_without_parameters_is_403(self):
        self.assertEqual(self.opener.get(self.url, timeout=20).status_code, 403)
