"""Connecting a bot, its webhook, and a token that shows nowhere."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, timezone
from typing import Any

from ...gateway.errors import GatewayError
from ...gateway.provider import Credentials
from ...gateway.redact import redact
from ...gateway.telegram import const
from ...gateway.telegram.provider import TelegramProvider
from ...gateway.updates import MediaRef
from .case import UnitCase
from .contract import Answer, ScriptedTransport
from .test_transport import TransportCase

CALLBACK = "https://help.example.com/messaging/webhook/abc"
TOKEN = "7700000009:AAabcdefghijklmnopqrstuvwxyz"
BOT = {"id": 7700000009, "is_bot": True, "first_name": "Lamps", "username": "lamp_bot"}
REFUSED = Answer({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)


def ok(result: Any) -> Answer:
    return Answer({"ok": True, "result": result})


def info(**values: Any) -> Answer:
    known = {"url": CALLBACK, "pending_update_count": 0}
    return ok({**known, "allowed_updates": list(const.UPDATES), **values})


class SetupCase(UnitCase):
    def provider(self, *answers: Any, account: str = "") -> TelegramProvider:
        self.transport = ScriptedTransport(*answers)
        return TelegramProvider(Credentials(account, TOKEN), self.transport)

    def checks(self, *answers: Any, account: str = "") -> dict[str, Any]:
        found = self.provider(*answers, account=account).check_setup(CALLBACK)
        return {check.code: check for check in found}


class TestToken(SetupCase):
    def test_whose_it_is(self):
        number = self.provider(ok(BOT)).get_number()
        self.assertEqual(
            (number.id, number.display, number.name, number.connected),
            ("7700000009", "@lamp_bot", "Lamps", True),
        )
        token = self.provider(ok(BOT)).get_token()
        self.assertEqual((token.valid, token.app), (True, "7700000009"))
        self.assertEqual(len(self.provider(ok(BOT)).list_numbers()), 1)

    def test_one_that_does_not_work(self):
        self.assertFalse(self.provider(REFUSED).get_token().valid)
        person = {**BOT, "is_bot": False}
        for answer in (REFUSED, ok(person)):
            with self.assertRaises(GatewayError) as caught:
                self.provider(answer).get_number()
            self.assertEqual(caught.exception.reason, "token")

    def test_an_answer_that_says_nothing_is_the_servers_failure(self):
        for answer in (ok(True), ok({}), ok({"id": "x", "is_bot": True})):
            with self.assertRaises(GatewayError) as caught:
                self.provider(answer).get_number()
            self.assertEqual(caught.exception.reason, "server")


class TestWebhook(SetupCase):
    def test_it_is_set_with_the_secret_and_all_we_read(self):
        self.provider(ok(True)).set_webhook(CALLBACK, "s3cret-_")
        sent = self.transport.requests[0]
        self.assertTrue(sent["url"].endswith("/setWebhook"))
        self.assertEqual(sent["json"]["url"], CALLBACK)
        self.assertEqual(sent["json"]["secret_token"], "s3cret-_")
        self.assertLessEqual(set(const.UPDATES), set(sent["json"]["allowed_updates"]))
        self.assertNotIn("drop_pending_updates", sent["json"])

    def test_a_secret_that_telegram_refuses_is_not_sent(self):
        for secret in ("", "with blank", "x" * 257, "é"):
            with self.subTest(secret), self.assertRaises(GatewayError):
                self.provider().set_webhook(CALLBACK, secret)
            self.assertEqual(self.transport.requests, [])

    def test_it_is_removed(self):
        self.provider(ok(True)).remove_webhook()
        self.assertTrue(self.transport.requests[0]["url"].endswith("/deleteWebhook"))

    def test_all_is_well(self):
        found = self.checks(ok(BOT), info(), account="7700000009")
        self.assertEqual(list(found), ["token", "webhook", "deliveries"])
        self.assertTrue(all(check.ok for check in found.values()))

    def test_the_token_of_another_bot(self):
        check = self.checks(ok(BOT), info(), account="123")["token"]
        self.assertEqual((check.ok, check.detail), (False, "token"))

    def test_where_it_goes(self):
        other = "https://elsewhere.example/"
        cases = (
            ({"url": ""}, "absent", {}),
            ({"url": other}, "other", {"callback": other}),
            (
                {"allowed_updates": ["message", "edited_message"]},
                "fields",
                {"missing": ["callback_query", "my_chat_member"]},
            ),
        )
        for values, detail, more in cases:
            check = self.checks(ok(BOT), info(**values))["webhook"]
            self.assertEqual((check.ok, check.detail), (False, detail))
            self.assertEqual(check.values, more)

    def test_deliveries(self):
        now = datetime.now(timezone.utc)
        recent, old = (int((now - timedelta(days=days)).timestamp()) for days in (0, 3))
        cases = (
            ({"pending_update_count": 4}, True, "waiting"),
            ({"last_error_date": recent}, False, "failing"),
            ({"last_error_date": old}, True, ""),
            ({"last_error_date": old, "pending_update_count": 1}, False, "failing"),
        )
        for values, is_ok, detail in cases:
            values = {"last_error_message": "Wrong response: 502", **values}
            check = self.checks(ok(BOT), info(**values))["deliveries"]
            with self.subTest(values):
                self.assertEqual((check.ok, check.detail), (is_ok, detail))
                pending = values.get("pending_update_count", 0)
                self.assertEqual(check.values["pending"], pending)
                if not is_ok:
                    self.assertEqual(check.values["message"], "Wrong response: 502")
                    datetime.fromisoformat(check.values["at"])

    def test_a_refusal_is_a_result(self):
        found = self.checks(REFUSED, REFUSED)
        self.assertEqual({check.ok for check in found.values()}, {False})
        lost = GatewayError("network")
        found = self.checks(lost, lost)
        self.assertEqual({check.ok for check in found.values()}, {None})

    def test_probe(self):
        found = self.provider(ok(BOT), info(pending_update_count=2)).probe()
        self.assertEqual(found["display_address"], "@lamp_bot")
        self.assertEqual((found["pending"], found["problems"]), (2, []))

    def test_probe_finds_what_keeps_deliveries_away(self):
        now = int(datetime.now(timezone.utc).timestamp())
        cases = (
            ({"url": ""}, ["webhook_absent"]),
            ({"url": "https://elsewhere.example/"}, ["webhook_elsewhere"]),
            ({"last_error_date": now}, ["webhook_failing"]),
            ({}, []),
        )
        for values, problems in cases:
            provider = self.provider(ok(BOT), info(**values))
            provider.credentials = Credentials("", TOKEN, extra={"callback": CALLBACK})
            self.assertEqual(provider.probe()["problems"], problems)


class TestTokenInTheAddress(TransportCase):
    """Over real HTTP: the library logs addresses, and its errors quote them."""

    def provider(self, path: str = "") -> TelegramProvider:
        base = f"{self.url}{path}"
        provider = TelegramProvider(Credentials("1", TOKEN, base_url=base))
        self.addCleanup(provider.transport.close)
        return provider

    def assert_silent(self, call: Any, *args: Any, **kwargs: Any) -> None:
        with self.assertLogs(level=logging.DEBUG) as logs:
            with self.assertRaises(GatewayError) as caught:
                call(*args, **kwargs)
            logging.getLogger(__name__).debug("there may be no other line")
        error = caught.exception
        told = [*logs.output, str(error), repr(error), error.details]
        for secret in (TOKEN, TOKEN.partition(":")[2]):
            self.assertNotIn(secret, "".join(told))

    def test_it_is_in_no_log_line_and_no_error(self):
        self.assert_silent(self.provider().get_number)
        self.assertIn(f"/bot{TOKEN}/getMe", self.server.seen[0][1])

    def test_nor_when_the_connection_breaks(self):
        provider = self.provider()
        provider.credentials = Credentials("1", TOKEN, base_url="http://127.0.0.1:1")
        self.assert_silent(provider.get_number)

    def test_nor_when_a_file_is_fetched(self):
        self.assert_silent(
            self.provider().fetch_media, MediaRef("image", "f"), max_size=9
        )

    def test_it_is_masked_wherever_it_is_printed(self):
        for text in (
            f"GET https://api.telegram.org/bot{TOKEN}/getMe failed",
            f"/file/bot{TOKEN}/photos/a.jpg",
            f"url: /bot{TOKEN.replace(':', '%3A')}/getMe",
            f"token={TOKEN}",
        ):
            self.assertNotIn(TOKEN.partition(":")[2], redact(text))
