"""The fake WhatsApp provider, spoken to by the app's own gateway over real HTTP."""

import base64
import http.server
import json
import threading
import time
import unittest
import urllib.request

from whatsapp_helpdesk.gateway.errors import GatewayError, Retry
from whatsapp_helpdesk.gateway.outgoing import (
    Button,
    OutButtons,
    OutMedia,
    OutReaction,
    OutTemplate,
    OutText,
    TemplateParameter,
)
from whatsapp_helpdesk.gateway.provider import Credentials, Upload
from whatsapp_helpdesk.gateway.transport import Transport
from whatsapp_helpdesk.gateway.updates import Address, AddressKind, Kind, Scope
from whatsapp_helpdesk.gateway.whatsapp.provider import WhatsAppProvider

from ..fakes.whatsapp import FakeWhatsApp, bodies
from ..fakes.whatsapp.state import NUMBER_ID, WABA_ID

SECRET = "app-secret"
ANN = bodies.Customer("16505551234", "Ann é 😀", "US.1349")
PHONE = Address(AddressKind.PHONE, "+16505551234")
USER = Address(AddressKind.BSUID, "US.1349", Scope.PORTFOLIO)
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 40


class Receiver(http.server.BaseHTTPRequestHandler):
    """Stands for our webhook: verifies and parses as the app does."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def do_GET(self):
        query = dict(part.split("=") for part in self.path.split("?")[1].split("&"))
        self.answer(200, query["hub.challenge"].encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.refuse:
            self.server.refuse -= 1
            self.answer(503)
            return
        try:
            WhatsAppProvider.verify(dict(self.headers.items()), body, (SECRET,))
        except GatewayError:
            self.answer(403)
            return
        self.server.bodies.append(body)
        self.server.updates += WhatsAppProvider.parse(body)
        self.answer(200)

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class FakeCase(unittest.TestCase):
    options = {}

    def setUp(self):
        self.inbox = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.inbox.daemon_threads = True
        self.inbox.updates, self.inbox.bodies, self.inbox.refuse = [], [], 0
        thread = threading.Thread(target=self.inbox.serve_forever, args=(0.02,))
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.inbox.server_close)
        self.addCleanup(self.inbox.shutdown)
        url = f"http://127.0.0.1:{self.inbox.server_port}/hook"
        self.fake = FakeWhatsApp(webhook_url=url, app_secret=SECRET, **self.options)
        self.fake.__enter__()
        self.addCleanup(self.fake.__exit__, None, None, None)
        self.fake.messages.delay = 0.01
        self.provider = self.make_provider()

    def make_provider(self, token="good"):
        credentials = Credentials(
            NUMBER_ID, token, (SECRET,), self.fake.url, {"parent": WABA_ID}
        )
        transport = Transport((), base_url_override=self.fake.url)
        self.addCleanup(transport.close)
        return WhatsAppProvider(credentials, transport)

    def states(self, wamid=None):
        self.assertTrue(self.fake.settle())
        return [
            update.state
            for update in self.inbox.updates
            if update.kind is Kind.STATUS and wamid in (None, update.target)
        ]

    def assertRefused(self, reason, retry, *args, **kwargs):
        with self.assertRaises(GatewayError) as caught:
            self.provider.send(*args, **kwargs)
        error = caught.exception
        self.assertEqual((error.reason, error.retry), (reason, retry), error)
        return error


class TestInbound(FakeCase):
    def test_bodies_travel_escaped_and_signed(self):
        status = self.fake.deliver(bodies.text(ANN, "ä/ö"))
        self.assertEqual(status, [200])
        raw = self.inbox.bodies[0]
        self.assertIn(rb"\u00e4\/\u00f6", raw)
        self.assertTrue(raw.isascii())
        update = self.inbox.updates[0]
        self.assertEqual((update.text, update.name), ("ä/ö", ANN.name))
        self.assertEqual(update.addresses[0], PHONE)
        self.assertEqual(update.account, NUMBER_ID)

    def test_a_wrong_secret_is_refused(self):
        self.assertEqual(
            self.fake.deliver(bodies.text(ANN, "x"), app_secret="n"), [403]
        )

    def test_every_kind_parses(self):
        changes = {
            Kind.MESSAGE: [
                bodies.text(ANN, "x", reply_to="wamid.1"),
                bodies.forwarded(ANN, "x", often=True),
                bodies.from_ad(ANN, "x"),
                bodies.media(ANN, "image", "1", PNG, "image/png", caption="c"),
                bodies.media(ANN, "audio", "1", b"x", "audio/ogg", voice=True),
                bodies.location(ANN, 31.9, 35.9, name="Shop"),
                bodies.contacts(ANN, "Bob B", "+16505550000", own=True),
                bodies.button_reply(ANN, "p", "Yes"),
                bodies.list_reply(ANN, "p", "Row", description="d"),
                bodies.flow_reply(ANN, {"flow_token": "t"}),
                bodies.template_button(ANN, "p", "Label"),
                bodies.order(ANN, ("sku", 2, 9.5)),
            ],
            Kind.REACTION: [
                bodies.reaction(ANN, "wamid.1"),
                bodies.reaction(ANN, "w", ""),
            ],
            Kind.UNSUPPORTED: [bodies.unsupported(ANN)],
            Kind.EDIT: [bodies.edit(ANN, "wamid.1", "new")],
            Kind.REVOKE: [bodies.revoke(ANN, "wamid.1")],
            Kind.IDENTITY: [
                bodies.number_changed(ANN, "16505559999"),
                bodies.user_id_changed(ANN, "US.2"),
            ],
            Kind.ECHO: [bodies.echo(ANN, "from the phone")],
            Kind.HISTORY: [bodies.history(ANN, "old")],
            Kind.CALL: [bodies.call(ANN)],
            Kind.CONSENT: [bodies.marketing_preference(ANN)],
            Kind.TEMPLATE: [bodies.template_status("hello")],
            Kind.ACCOUNT: [bodies.account_update(), bodies.quality_update()],
            Kind.STATUS: [bodies.status("wamid.1", "read", ANN)],
        }
        for kind, group in changes.items():
            for change in group:
                with self.subTest(kind, change=change):
                    body = bodies.encode(bodies.envelope(change))
                    updates = WhatsAppProvider.parse(body)
                    self.assertEqual([update.kind for update in updates], [kind])

    def test_a_customer_without_a_phone(self):
        hidden = bodies.Customer("", "", "US.77", "ann_n")
        self.fake.deliver(bodies.text(hidden, "hi"))
        update = self.inbox.updates[0]
        self.assertEqual(update.addresses[0].kind, AddressKind.BSUID)
        self.assertEqual((update.name, update.username), ("", "ann_n"))

    def test_batches_are_shuffled_and_repeated(self):
        changes = [bodies.text(ANN, str(index)) for index in range(300)]
        statuses = self.fake.deliver(
            *changes, size=50, shuffle=True, repeat=2, workers=4, seed=3
        )
        self.assertEqual(statuses, [200] * 12)
        updates = self.inbox.updates
        self.assertEqual(len(updates), 600)
        self.assertEqual(len({update.key for update in updates}), 300)
        texts = [update.text for update in updates[:50]]
        self.assertNotEqual(texts, sorted(texts, key=int))

    def test_a_thousand_updates_fit_into_one_body(self):
        changes = [bodies.text(ANN, str(index)) for index in range(1001)]
        self.assertEqual(self.fake.deliver(*changes), [200, 200])
        self.assertEqual(len(self.inbox.updates), 1001)

    def test_handshake(self):
        self.assertTrue(self.fake.webhooks.handshake("word"))


class TestOutbound(FakeCase):
    def setUp(self):
        super().setUp()
        self.fake.deliver(bodies.text(ANN, "hi"))
        self.inbox.updates.clear()

    def test_a_message_is_accepted_and_its_statuses_come(self):
        result = self.provider.send(
            [PHONE], OutText("hello"), reply_to="wamid.1", correlation="case:1"
        )
        sent = self.fake.sent[0]
        self.assertEqual(sent.id, result.external_id)
        self.assertEqual((sent.customer, sent.type), (ANN.phone, "text"))
        self.assertEqual(sent.body["text"]["body"], "hello")
        self.assertEqual(sent.body["context"], {"message_id": "wamid.1"})
        self.assertEqual(self.states(result.external_id), ["sent", "delivered"])
        self.fake.tell(result.external_id, "read")
        self.assertEqual(self.states()[-1], "read")
        update = self.inbox.updates[0]
        self.assertEqual(
            (update.correlation, update.addresses), ("case:1", (PHONE, USER))
        )

    def test_a_user_id_as_recipient(self):
        result = self.provider.send([USER], OutText("hello"))
        self.assertEqual(self.fake.sent[0].customer, "US.1349")
        self.assertEqual(self.states(result.external_id), ["sent", "delivered"])

    def post(self, **values):
        """Send raw JSON, past the gateway's own checks."""
        body = {"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}}
        return self.provider._post(f"{NUMBER_ID}/messages", json=body | values)

    def test_a_user_id_in_to_is_accepted_and_lost(self):
        answer = self.post(to="US.1349")
        self.assertTrue(answer["messages"][0]["id"].startswith("wamid."))
        self.assertEqual(self.states(), [])
        self.assertEqual(self.fake.sent[0].customer, "")

    def test_a_number_without_plus_reaches_somebody_else(self):
        answer = self.post(to="6505551234")
        self.assertEqual(answer["contacts"][0]["wa_id"], "16505551234")
        answer = self.post(to="16505551234")
        self.assertEqual(answer["contacts"][0]["wa_id"], "116505551234")

    def test_a_brazilian_number_is_rewritten(self):
        result = self.provider.send(
            [Address(AddressKind.PHONE, "+5551987654321")], OutText("oi")
        )
        self.assertEqual(result.addresses[0].value, "+555187654321")

    def test_free_text_outside_of_the_window(self):
        self.fake.clock.forward(24 * 3600 + 5)
        result = self.provider.send([PHONE], OutText("late"))
        self.assertEqual(self.states(result.external_id), ["failed"])
        self.assertEqual(self.inbox.updates[-1].error.code, 131047)
        self.fake.messages.window = "refuse"
        self.assertRefused(
            "window_closed", Retry.WINDOW_CLOSED, [PHONE], OutText("late")
        )
        self.fake.add_template("hello", "en", "Hi {{1}}!")
        value = TemplateParameter("body", "text", "Ann")
        self.provider.send([PHONE], OutTemplate("hello", "en", (value,)))

    def test_windows_are_per_customer_and_calls_open_them(self):
        other = bodies.Customer("491701234567", "Bob")
        address = Address(AddressKind.PHONE, "+491701234567")
        self.fake.messages.window = "refuse"
        self.assertRefused(
            "window_closed", Retry.WINDOW_CLOSED, [address], OutText("x")
        )
        self.fake.deliver(bodies.number_changed(other, "491709999999"))
        self.assertRefused(
            "window_closed", Retry.WINDOW_CLOSED, [address], OutText("x")
        )
        self.fake.deliver(bodies.call(other))
        self.provider.send([address], OutText("x"))

    def test_failures_that_come_later(self):
        for code in (131047, 131026, 131053):
            self.fake.behave("fail", code=code, to=PHONE.value)
            result = self.provider.send([PHONE], OutText("x"))
            self.assertEqual(self.states(result.external_id), ["failed"])
            self.assertEqual(self.inbox.updates[-1].error.code, code)
        result = self.provider.send([PHONE], OutText("x"))
        self.assertEqual(self.states(result.external_id), ["sent", "delivered"])

    def test_a_status_before_the_answer(self):
        self.fake.behave("early_status")
        result = self.provider.send([PHONE], OutText("x"))
        states = [update.state for update in self.inbox.updates]
        self.assertEqual(states, ["sent", "delivered"])
        self.assertEqual(self.inbox.updates[0].target, result.external_id)

    def test_throttling_is_http_400(self):
        cases = (
            (4, "throttled", Retry.SLOW),
            (80007, "throttled", Retry.SLOW),
            (130429, "throttled", Retry.SOON),
            (131056, "pair_throttled", Retry.SOON),
        )
        for code, reason, retry in cases:
            self.fake.behave("error", code=code)
            error = self.assertRefused(reason, retry, [PHONE], OutText("x"))
            self.assertEqual(error.code, code)
        self.assertEqual(self.fake.sent, [])

    def test_behaviour_of_one_recipient(self):
        self.fake.behave("error", code=131026, to="+49 170 0000000", times=None)
        self.provider.send([PHONE], OutText("x"))
        other = Address(AddressKind.PHONE, "+491700000000")
        for _time in range(2):
            self.assertRefused("recipient", Retry.NEVER, [other], OutText("x"))

    def test_servers_that_fail(self):
        page = "<html>Bad Gateway</html>"
        self.fake.behave("http", status=502, body=page)
        self.assertRefused("server", Retry.IN_DOUBT, [PHONE], OutText("x"))
        self.fake.behave("http", status=503)
        self.assertRefused("server", Retry.IN_DOUBT, [PHONE], OutText("x"))
        self.assertEqual(self.fake.sent, [])

    def test_an_answer_that_never_comes_hides_a_sent_message(self):
        for action, number in (("reset", 1), ("hang", 2)):
            self.fake.behave(action, accepted=True, seconds=0.2)
            self.assertRefused("timeout", Retry.IN_DOUBT, [PHONE], OutText("x"))
            self.assertEqual(len(self.fake.sent), number)
        self.assertEqual(sorted(self.states()), ["delivered"] * 2 + ["sent"] * 2)

    def test_tokens(self):
        self.fake.expire_token("good")
        error = self.assertRefused("token", Retry.STOP_ACCOUNT, [PHONE], OutText("x"))
        self.assertEqual(error.code, 190)
        self.provider = self.make_provider("weak")
        self.fake.limit_token("weak")
        error = self.assertRefused("token", Retry.STOP_ACCOUNT, [PHONE], OutText("x"))
        self.assertEqual(error.code, 10)
        with self.assertRaises(GatewayError) as caught:
            self.provider._get(f"{WABA_ID}/message_templates")
        self.assertEqual(caught.exception.code, 200)

    def test_read_marks_and_typing(self):
        self.provider.mark_read("wamid.1", typing=True)
        self.assertEqual(self.fake.state.read_marks[0]["message_id"], "wamid.1")
        self.assertIn("typing_indicator", self.fake.state.read_marks[0])

    def test_limits(self):
        for values in (
            {"text": {"body": "x" * 4097}},
            {"text": {"body": " "}},
            {"type": "dance"},
            {"recipient_type": "business_scoped_user_id", "recipient": "US.1"},
            {"type": "image", "image": {"id": "404"}},
            {"messaging_product": "x"},
        ):
            with self.subTest(str(values)[:60]), self.assertRaises(GatewayError):
                self.post(to="+16505551234", **values)
        self.provider.send([PHONE], OutButtons("b", (Button("p", "t"),)))
        result = self.provider.send([PHONE], OutReaction("wamid.1", "👍"))
        self.assertEqual(self.states(result.external_id), ["sent"])

    def test_templates_need_approval_and_parameters(self):
        template = OutTemplate("hello", "en")
        self.assertRefused("template", Retry.NEVER, [PHONE], template)
        self.fake.add_template("hello", "en", "Hi {{1}}!")
        self.assertRefused("template", Retry.NEVER, [PHONE], template)
        value = TemplateParameter("body", "text", "Ann")
        good = OutTemplate("hello", "en", (value,))
        self.fake.behave("held")
        self.assertTrue(self.provider.send([PHONE], good).held)
        self.assertFalse(self.provider.send([PHONE], good).held)
        self.fake.approve("hello", "PAUSED")
        with self.assertRaises(GatewayError):
            self.provider.send([PHONE], good)
        self.assertIn(Kind.TEMPLATE, {update.kind for update in self.inbox.updates})

    def test_webhooks_are_repeated_until_accepted(self):
        self.inbox.refuse = 2
        result = self.provider.send([PHONE], OutText("x"))
        self.assertEqual(self.states(result.external_id), ["sent", "delivered"])
        refused = [item.status for item in self.fake.webhooks.deliveries]
        self.assertEqual(refused.count(503), 2)


class TestFiles(FakeCase):
    def setUp(self):
        super().setUp()
        self.fake.receive_file(ANN, "image", PNG, "image/png", caption="look")
        self.ref = self.inbox.updates[0].media[0]

    def test_a_file_of_the_customer(self):
        blob = self.provider.fetch_media(self.ref, max_size=1000)
        self.assertEqual((blob.content, blob.mime_type), (PNG, "image/png"))

    def test_addresses_die_after_five_minutes(self):
        download = self.provider.transport.download
        content, _headers = download(self.ref.url, token="good", max_size=1000)
        self.assertEqual(content, PNG)
        self.fake.clock.forward(301)
        with self.assertRaises(GatewayError) as caught:
            download(self.ref.url, token="good", max_size=1000)
        self.assertEqual(caught.exception.code, 404)
        self.assertTrue(self.provider.fetch_media(self.ref, max_size=1000).content)

    def test_files_die_after_a_week(self):
        self.fake.clock.forward(7 * 86400 + 1)
        with self.assertRaises(GatewayError) as caught:
            self.provider.fetch_media(self.ref, max_size=1000)
        self.assertEqual(caught.exception.reason, "media")

    def test_a_file_needs_the_token(self):
        for token in (None, "expired"):
            self.fake.expire_token("expired")
            with self.assertRaises(GatewayError) as caught:
                self.provider.transport.download(self.ref.url, token=token, max_size=99)
            self.assertEqual(caught.exception.code, 401)

    def test_upload_and_send(self):
        part = OutMedia("image", "image/png", caption="é")
        upload = Upload(PNG, "image/png", "bild ä.png")
        self.provider.send([PHONE], part, upload=upload)
        sent = self.fake.sent[0]
        media = self.fake.state.media[sent.body["image"]["id"]]
        self.assertEqual((media.content, media.mime_type), (PNG, "image/png"))

    def test_a_file_that_disappears(self):
        self.fake.behave("http", endpoint="download", status=404)
        self.assertTrue(self.provider.fetch_media(self.ref, max_size=1000).content)
        self.fake.behave("http", endpoint="download", status=503)
        with self.assertRaises(GatewayError) as caught:
            self.provider.fetch_media(self.ref, max_size=1000)
        self.assertEqual(caught.exception.reason, "server")


class TestAccount(FakeCase):
    def test_probe(self):
        found = self.provider.probe()
        self.assertEqual(found["status"], "connected")
        self.assertEqual(found["problems"], [])
        self.fake.state.subscribed = False
        self.assertIn("not_subscribed", self.provider.probe()["problems"])

    def test_template_list_has_pages(self):
        for index in range(30):
            self.fake.add_template(f"t_{index}", "en", "Hello there")
        first = self.provider._get(f"{WABA_ID}/message_templates")
        self.assertEqual(len(first["data"]), 25)
        after = first["paging"]["cursors"]["after"]
        rest = self.provider._get(f"{WABA_ID}/message_templates", {"after": after})
        self.assertEqual(len(rest["data"]), 5)
        self.assertNotIn("paging", rest)

    def test_a_new_template_is_pending(self):
        component = {
            "type": "BODY",
            "text": "Hello {{1}}, welcome",
            "example": {"body_text": [["Ann"]]},
        }
        values = {"name": "new_one", "language": "ar", "category": "UTILITY"}
        values["components"] = [component]
        answer = self.provider._post(f"{WABA_ID}/message_templates", json=values)
        self.assertEqual(answer["status"], "PENDING")
        for broken in ({"name": "New One"}, {"components": []}):
            with self.assertRaises(GatewayError):
                self.provider._post(
                    f"{WABA_ID}/message_templates", json=values | broken
                )

    def test_unknown_things(self):
        for path in ("12345", f"{NUMBER_ID}/nothing", f"{WABA_ID}/nothing"):
            with self.subTest(path), self.assertRaises(GatewayError):
                self.provider._get(path)


class TestControl(FakeCase):
    def control(self, method, path, **values):
        data = json.dumps(values).encode() if method == "POST" else None
        url = f"{self.fake.url}/_control/{path}"
        request = urllib.request.Request(url, data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def test_a_conversation_from_another_process(self):
        found = self.control(
            "POST",
            "message",
            kind="text",
            customer={"phone": "16505551234", "name": "Ann"},
            args=["hello"],
        )
        self.assertEqual(found["status"], 200)
        self.assertEqual(self.inbox.updates[0].external_id, found["id"])
        self.control("POST", "behave", action="fail", code=131026, to="+16505551234")
        result = self.provider.send([PHONE], OutText("x"))
        sent = self.control("GET", "sent?count=1&timeout=5&to=16505551234")
        self.assertEqual(sent[0]["id"], result.external_id)
        self.assertEqual(self.states(), ["failed"])
        self.control("POST", "status", id=result.external_id, status="read")
        self.assertEqual(self.states(), ["failed", "read"])
        self.assertEqual(self.control("GET", "requests")[0]["token"], "***")
        self.control("POST", "reset")
        self.assertEqual(self.control("GET", "sent"), [])

    def test_files_clock_and_deliveries(self):
        content = base64.b64encode(PNG).decode()
        self.control(
            "POST", "file", customer={}, kind="image", mime_type="image/png",
            content=content,
        )  # fmt: skip
        blob = self.provider.fetch_media(self.inbox.updates[0].media[0], max_size=999)
        self.assertEqual(blob.content, PNG)
        before = time.time()
        self.assertGreater(
            self.control("POST", "clock", forward=500)["now"], before + 499
        )
        change = bodies.text(ANN, "x")
        found = self.control("POST", "deliver", changes=[change], repeat=2)
        self.assertEqual(found, {"statuses": [200, 200]})
        statuses = [row["status"] for row in self.control("GET", "deliveries")]
        self.assertEqual(statuses, [200] * 3)

    def test_a_wrong_call_is_explained(self):
        for path, values in (("behave", {"action": "dance"}), ("nowhere", {})):
            with self.assertRaises(urllib.error.HTTPError) as caught:
                self.control("POST", path, **values)
            self.assertIn("error", json.load(caught.exception))
            caught.exception.close()
