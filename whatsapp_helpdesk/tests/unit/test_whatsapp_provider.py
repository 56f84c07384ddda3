from __future__ import annotations

import base64
import hashlib
from typing import Any

from ...gateway.errors import GatewayError, Retry, UnsupportedPart
from ...gateway.outgoing import OutMedia, OutTemplate, OutText, TemplateParameter
from ...gateway.provider import Credentials, Upload
from ...gateway.updates import Address, AddressKind, MediaRef, Scope
from ...gateway.whatsapp.provider import WhatsAppProvider
from .case import UnitCase
from .contract import Answer, ScriptedTransport

PHONE = Address(AddressKind.PHONE, "+33639980001")
GRAPH = "https://graph.facebook.com/v25.0"
SENT = Answer({"messages": [{"id": "wamid.NEW"}]})
PNG = Upload(b"\x89PNG....", "image/png", "lamp.png")
FILE = b"content of a file"
DIGEST = hashlib.sha256(FILE)


def provider(*answers: Any, **extra: str) -> tuple[WhatsAppProvider, Any]:
    transport = ScriptedTransport(*answers)
    credentials = Credentials("900", "tok-secret", extra=extra)
    return WhatsAppProvider(credentials, transport), transport


def info(**more: Any) -> Answer:
    values = {"url": "https://lookaside.fbsbx.com/f", "mime_type": "audio/ogg"}
    return Answer({**values, **more})


class TestWhatsappSend(UnitCase):
    def test_request_is_addressed_and_signed_with_the_token(self):
        sender, transport = provider(SENT)
        result = sender.send([PHONE], OutText("Hi"), correlation="part-1")
        (request,) = transport.requests
        self.assertEqual(result.external_id, "wamid.NEW")
        self.assertEqual(request["url"], f"{GRAPH}/900/messages")
        self.assertEqual(request["token"], "tok-secret")
        self.assertEqual(request["json"]["biz_opaque_callback_data"], "part-1")
        self.assertFalse(request["repeatable"])

    def test_base_url_replaces_the_provider(self):
        transport = ScriptedTransport(SENT)
        credentials = Credentials("900", base_url="http://127.0.0.1:8099/")
        WhatsAppProvider(credentials, transport).send([PHONE], OutText("Hi"))
        self.assertEqual(
            transport.requests[0]["url"], "http://127.0.0.1:8099/v25.0/900/messages"
        )

    def test_answer_tells_other_spellings_and_holds(self):
        sender, _transport = provider(
            Answer(
                {
                    "contacts": [{"input": "+5511990000077", "wa_id": "551190000077"}],
                    "messages": [
                        {"id": "w", "message_status": "held_for_quality_assessment"}
                    ],
                }
            )
        )
        result = sender.send([PHONE], OutTemplate("hello", "en"))
        self.assertEqual(
            result.addresses, (Address(AddressKind.PHONE, "+551190000077"),)
        )
        self.assertTrue(result.held)

    def test_user_id_of_the_answer_belongs_to_the_portfolio(self):
        sender, _transport = provider(
            Answer({"contacts": [{"user_id": "FR.1"}], "messages": [{"id": "w"}]})
        )
        result = sender.send([PHONE], OutText("Hi"))
        self.assertEqual(result.addresses[0].scope, Scope.PORTFOLIO)

    def test_file_is_uploaded_first(self):
        sender, transport = provider(Answer({"id": "m77"}), SENT)
        sender.send([PHONE], OutMedia("image", "image/png"), upload=PNG)
        upload, message = transport.requests
        self.assertEqual(upload["url"], f"{GRAPH}/900/media")
        self.assertEqual(upload["files"]["file"], ("file", PNG.content, "image/png"))
        self.assertEqual(
            upload["data"], {"messaging_product": "whatsapp", "type": "image/png"}
        )
        self.assertTrue(upload["repeatable"])
        self.assertEqual(message["json"]["image"], {"id": "m77"})

    def test_file_of_a_template_header(self):
        sender, transport = provider(Answer({"id": "m77"}), SENT)
        part = OutTemplate(
            "hello",
            "en",
            (
                TemplateParameter("body", "text", "Ann"),
                TemplateParameter("header", "image"),
            ),
        )
        sender.send([PHONE], part, upload=PNG)
        components = transport.requests[1]["json"]["template"]["components"]
        self.assertEqual(components[1]["parameters"][0]["image"], {"id": "m77"})

    def test_uploaded_file_is_not_uploaded_again(self):
        sender, transport = provider(SENT)
        part = OutMedia("image", "image/png", media_id="m1")
        sender.send([PHONE], part, upload=PNG)
        self.assertEqual(len(transport.requests), 1)

    def test_nothing_leaves_for_a_part_that_cannot_be_sent(self):
        nobody = Address(AddressKind.USER_ID, "x")
        heavy = Upload(b"x" * (5 * 1024 * 1024 + 1), "image/png")
        image = OutMedia("image", "image/png")
        for addresses, part, upload in (
            ([PHONE], OutText(""), None),
            ([nobody], image, PNG),
            ([PHONE], image, heavy),
            ([PHONE], image, Upload(b"x", "text/html")),
            ([PHONE], image, None),
            ([PHONE], OutText("Hi"), PNG),
        ):
            sender, transport = provider()
            with self.subTest(part=part), self.assertRaises(UnsupportedPart):
                sender.send(addresses, part, upload=upload)
            self.assertEqual(transport.requests, [])

    def test_failed_upload_is_never_in_doubt(self):
        for answer in (Answer(None, 502), Answer(None, 200), Answer({}, 200)):
            sender, _transport = provider(answer)
            with self.assertRaises(GatewayError) as caught:
                sender.send([PHONE], OutMedia("image", "image/png"), upload=PNG)
            self.assertIs(caught.exception.retry, Retry.SOON)

    def test_retry_after_of_the_answer_is_kept(self):
        refusal = {"error": {"code": 80007, "message": "slow down"}}
        for value, expected in (("30", 30.0), ("soon", None)):
            answer = Answer(refusal, 400, **{"Retry-After": value})
            sender, _transport = provider(answer)
            with self.assertRaises(GatewayError) as caught:
                sender.send([PHONE], OutText("Hi"))
            self.assertEqual(caught.exception.retry_after, expected)

    def test_error_in_a_good_answer_is_an_error(self):
        sender, _transport = provider(Answer({"error": {"code": 131026}}, 200))
        with self.assertRaises(GatewayError) as caught:
            sender.send([PHONE], OutText("Hi"))
        self.assertEqual(caught.exception.reason, "recipient")

    def test_read_mark_may_be_repeated(self):
        sender, transport = provider(Answer({"success": True}))
        sender.mark_read("wamid.X", typing=True)
        (request,) = transport.requests
        self.assertEqual(request["json"]["typing_indicator"], {"type": "text"})
        self.assertTrue(request["repeatable"])


class TestWhatsappMedia(UnitCase):
    def test_address_is_asked_for_and_fetched_with_the_token(self):
        sender, transport = provider(
            info(sha256=DIGEST.hexdigest(), file_size=str(len(FILE))), (FILE, {})
        )
        ref = MediaRef("audio", "m1", filename="a.ogg")
        blob = sender.fetch_media(ref, max_size=1000)
        self.assertEqual(
            (blob.content, blob.mime_type, blob.filename), (FILE, "audio/ogg", "a.ogg")
        )
        asked, fetched = transport.requests
        self.assertEqual(asked["url"], f"{GRAPH}/m1")
        self.assertEqual(asked["params"], {"phone_number_id": "900"})
        self.assertEqual(fetched["token"], "tok-secret")
        self.assertEqual(fetched["max_size"], 1000)

    def test_digest_may_be_base64_or_hexadecimal(self):
        encoded = base64.b64encode(DIGEST.digest()).decode()
        for digest in (encoded, DIGEST.hexdigest().upper(), ""):
            sender, _transport = provider(info(sha256=digest), (FILE, {}))
            with self.subTest(digest):
                blob = sender.fetch_media(MediaRef("audio", "m1"), max_size=1000)
                self.assertEqual(blob.content, FILE)

    def test_other_content_is_refused(self):
        for digest, of_ref in (("0" * 64, ""), ("", "0" * 64)):
            sender, _transport = provider(info(sha256=digest), (FILE, {}))
            with self.assertRaises(GatewayError) as caught:
                ref = MediaRef("audio", "m1", sha256=of_ref)
                sender.fetch_media(ref, max_size=1000)
            self.assertEqual(caught.exception.reason, "media")

    def test_large_file_is_not_even_asked_for(self):
        for size in (1001, "1001"):
            sender, transport = provider(info(file_size=size))
            with self.assertRaises(GatewayError) as caught:
                sender.fetch_media(MediaRef("audio", "m1"), max_size=1000)
            self.assertIs(caught.exception.retry, Retry.NEVER)
            self.assertEqual(len(transport.requests), 1)

    def test_dead_address_is_asked_for_once_more(self):
        gone = GatewayError("media", Retry.SOON, code=404)
        sender, transport = provider(info(), gone, info(), (FILE, {}))
        blob = sender.fetch_media(MediaRef("audio", "m1"), max_size=1000)
        self.assertEqual(blob.content, FILE)
        self.assertEqual(len(transport.requests), 4)
        sender, transport = provider(info(), gone, info(), gone)
        with self.assertRaises(GatewayError):
            sender.fetch_media(MediaRef("audio", "m1"), max_size=1000)

    def test_file_that_is_gone_is_a_media_error(self):
        sender, _transport = provider(Answer({"error": {"code": 100}}, 400))
        with self.assertRaises(GatewayError) as caught:
            sender.fetch_media(MediaRef("audio", "m1"), max_size=1000)
        self.assertEqual(
            (caught.exception.reason, caught.exception.retry), ("media", Retry.NEVER)
        )

    def test_expired_token_is_not_a_media_error(self):
        sender, _transport = provider(Answer({"error": {"code": 190}}, 401))
        with self.assertRaises(GatewayError) as caught:
            sender.fetch_media(MediaRef("audio", "m1"), max_size=1000)
        self.assertIs(caught.exception.retry, Retry.STOP_ACCOUNT)

    def test_reference_with_an_address_only(self):
        sender, transport = provider((FILE, {"Content-Type": "image/png"}))
        ref = MediaRef("image", url="https://lookaside.fbsbx.com/x")
        blob = sender.fetch_media(ref, max_size=1000)
        self.assertEqual(blob.mime_type, "image/png")
        self.assertEqual(transport.requests[0]["url"], ref.url)
        with self.assertRaises(GatewayError):
            sender.fetch_media(MediaRef("image"), max_size=1000)


class TestWhatsappProbe(UnitCase):
    NUMBER = {
        "id": "900",
        "display_phone_number": "+1 202-555-0100",
        "verified_name": "Lampen & Licht",
        "quality_rating": "GREEN",
        "status": "CONNECTED",
        "code_verification_status": "VERIFIED",
        "whatsapp_business_manager_messaging_limit": "TIER_2K",
    }

    def probe(self, number: dict, *apps: dict, **extra: str) -> dict[str, Any]:
        found = {"data": [{"whatsapp_business_api_data": app} for app in apps]}
        checker, _transport = provider(Answer(number), Answer(found), **extra)
        return checker.probe()

    def test_what_the_number_is_under_our_names(self):
        found = self.probe(self.NUMBER, {"id": "55"}, parent="w1", app="55")
        self.assertEqual(
            found,
            {
                "display_address": "+1 202-555-0100",
                "name": "Lampen & Licht",
                "quality": "green",
                "limit": "tier_2k",
                "status": "connected",
                "subscribed": True,
                "callback": "",
                "problems": [],
            },
        )

    def test_problems_are_named(self):
        number = {
            **self.NUMBER, "status": "PENDING", "code_verification_status": "EXPIRED"
        }  # fmt: skip
        found = self.probe(number, {"id": "66"}, parent="w1", app="55")
        self.assertEqual(
            found["problems"],
            ["not_connected", "number_not_verified", "not_subscribed"],
        )

    def test_any_app_counts_when_ours_is_unknown(self):
        self.assertTrue(
            self.probe(self.NUMBER, {"id": "66"}, parent="w1")["subscribed"]
        )
        self.assertFalse(self.probe(self.NUMBER, parent="w1")["subscribed"])

    def test_unknown_business_account_leaves_it_open(self):
        self.assertIsNone(self.probe(self.NUMBER)["subscribed"])

    def test_dead_token_raises(self):
        checker, _transport = provider(Answer({"error": {"code": 190}}, 401))
        with self.assertRaises(GatewayError) as caught:
            checker.probe()
        self.assertEqual(caught.exception.reason, "token")
