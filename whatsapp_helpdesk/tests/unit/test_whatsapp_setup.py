"""Connecting a number: what is asked, and what the answers mean."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from ...gateway.errors import GatewayError
from ...gateway.provider import Credentials
from ...gateway.setup import Profile, ProfileLimits, find_profile_issues
from ...gateway.whatsapp import const
from ...gateway.whatsapp.provider import WhatsAppProvider
from .case import UnitCase
from .contract import Answer, ScriptedTransport

CALLBACK = "https://help.example.com/messaging/webhook/abc"
SCOPES = ["whatsapp_business_management", "whatsapp_business_messaging"]
SUCCESS = Answer({"success": True})


def provider(*answers: Any, account: str = "900") -> tuple[WhatsAppProvider, Any]:
    transport = ScriptedTransport(*answers)
    credentials = Credentials(
        account, "tok-secret", ("app-secret",), extra={"parent": "500"}
    )
    return WhatsAppProvider(credentials, transport), transport


def token(**more: Any) -> Answer:
    data = {"app_id": "7", "is_valid": True, "expires_at": 0, "scopes": SCOPES}
    return Answer({"data": {**data, **more}})


def webhook(callback: str = CALLBACK, fields: Any = const.WEBHOOK_FIELDS) -> Answer:
    rows = [{"name": name, "version": "v25.0"} for name in fields]
    row = {"object": "whatsapp_business_account", "callback_url": callback}
    return Answer({"data": [{**row, "fields": rows}]})


def subscribed(app: str = "7", **more: Any) -> Answer:
    return Answer({"data": [{"whatsapp_business_api_data": {"id": app}, **more}]})


def number(**more: Any) -> Answer:
    values = {"id": "900", "status": "CONNECTED", "quality_rating": "GREEN"}
    return Answer({**values, **more})


def health(able: str = "AVAILABLE", **more: Any) -> Answer:
    entity = {"entity_type": "PHONE_NUMBER", "id": "900", **more}
    values = {"can_send_message": able, "entities": [entity]}
    return Answer({"health_status": values, "id": "900"})


def error(code: int, status: int = 400) -> Answer:
    return Answer({"error": {"code": code, "message": "no"}}, status)


class TestWhatsappSetup(UnitCase):
    def check(self, *answers: Any) -> dict[str, Any]:
        good = [token(), webhook(), subscribed(), number(), health()]
        given = dict(enumerate(answers))
        asker, transport = provider(*(given.get(i) or good[i] for i in range(5)))
        self.transport = transport
        return {check.code: check for check in asker.check_setup(CALLBACK)}

    def test_everything_right(self):
        checks = self.check()
        self.assertEqual(
            list(checks),
            ["token", "permissions", "webhook", "subscribed", "number", "health"],
        )
        self.assertTrue(all(check.ok for check in checks.values()))

    def test_dead_token_is_told_as_such(self):
        asker, _transport = provider(error(190, 401), *[error(190, 401)] * 3)
        checks = {check.code: check for check in asker.check_setup(CALLBACK)}
        self.assertEqual((checks["token"].ok, checks["token"].detail), (False, "token"))
        self.assertNotIn("permissions", checks)

    def test_unreachable_provider_is_no_fault_of_the_token(self):
        down = [GatewayError("network")] * 4
        asker, _transport = provider(*down)
        checks = asker.check_setup(CALLBACK)
        self.assertEqual({check.ok for check in checks}, {None})

    def test_missing_permission_is_named(self):
        checks = self.check(token(scopes=["whatsapp_business_messaging"]))
        self.assertFalse(checks["permissions"].ok)
        self.assertEqual(
            checks["permissions"].values["missing"], ["whatsapp_business_management"]
        )

    def test_token_of_a_day_is_told(self):
        ends = datetime.now(timezone.utc) + timedelta(hours=20)
        checks = self.check(token(expires_at=int(ends.timestamp())))
        self.assertEqual(
            (checks["token"].ok, checks["token"].detail), (True, "temporary")
        )

    def test_token_that_may_not_ask_about_itself(self):
        asker, _transport = provider(
            error(100), Answer({"id": "900"}), subscribed(), number(), health()
        )
        checks = {check.code: check for check in asker.check_setup(CALLBACK)}
        self.assertTrue(checks["token"].ok)
        self.assertIsNone(checks["webhook"].ok)

    def test_webhook_is_asked_as_the_app(self):
        self.check()
        self.assertEqual(self.transport.requests[1]["token"], "7|app-secret")
        self.assertEqual(self.transport.requests[2]["token"], "tok-secret")

    def test_wrong_app_secret(self):
        checks = self.check(None, error(190, 401))
        self.assertEqual(
            (checks["webhook"].ok, checks["webhook"].detail), (False, "secret")
        )

    def test_webhook_elsewhere_absent_or_without_messages(self):
        for answer, detail in (
            (webhook("https://old.example.com/hook"), "other"),
            (Answer({"data": []}), "absent"),
            (webhook(fields=["account_update"]), "fields"),
        ):
            with self.subTest(detail):
                check = self.check(None, answer)["webhook"]
                self.assertEqual((check.ok, check.detail), (False, detail))

    def test_another_app_is_not_ours(self):
        checks = self.check(None, None, subscribed("8"))
        self.assertEqual(checks["subscribed"].detail, "not_subscribed")

    def test_override_of_the_account_is_shown(self):
        other = "https://old.example.com/hook"
        checks = self.check(None, None, subscribed(override_callback_uri=other))
        self.assertEqual(checks["subscribed"].detail, "overridden")
        self.assertEqual(checks["subscribed"].values["callback"], other)

    def test_override_to_our_own_address_is_right(self):
        checks = self.check(None, None, subscribed(override_callback_uri=CALLBACK))
        self.assertTrue(checks["subscribed"].ok)

    def test_number_that_is_not_registered(self):
        checks = self.check(None, None, None, number(status="PENDING"))
        self.assertEqual(
            (checks["number"].ok, checks["number"].detail), (False, "pending")
        )

    def test_number_that_nobody_verified(self):
        row = number(status="PENDING", code_verification_status="NOT_VERIFIED")
        checks = self.check(None, None, None, row)
        self.assertEqual(checks["number"].detail, "not_verified")

    def test_advice_of_the_provider_is_kept(self):
        answer = health(
            "BLOCKED",
            errors=[
                {
                    "error_description": "No payment method.",
                    "possible_solution": "Add one.",
                }
            ],
        )
        check = self.check(None, None, None, None, answer)["health"]
        self.assertFalse(check.ok)
        self.assertEqual(check.values["message"], "No payment method. Add one.")

    def test_limited_account_can_send(self):
        check = self.check(None, None, None, None, health("LIMITED"))["health"]
        self.assertEqual((check.ok, check.detail), (True, "limited"))

    def test_numbers_of_the_account(self):
        rows = [{"id": "1", "display_phone_number": "+1 555"}, {"id": "2"}]
        asker, transport = provider(Answer({"data": rows}), account="")
        self.assertEqual([n.id for n in asker.list_numbers()], ["1", "2"])
        self.assertTrue(transport.requests[0]["url"].endswith("/500/phone_numbers"))

    def test_without_business_account_nothing_is_asked(self):
        transport = ScriptedTransport()
        asker = WhatsAppProvider(Credentials("900", "tok"), transport)
        with self.assertRaises(GatewayError):
            asker.subscribe()
        self.assertEqual(transport.requests, [])

    def test_webhook_is_set_as_the_app(self):
        asker, transport = provider(token(), SUCCESS)
        asker.set_webhook(CALLBACK, "verify")
        request = transport.requests[1]
        self.assertEqual(request["token"], "7|app-secret")
        self.assertEqual(request["data"]["callback_url"], CALLBACK)
        self.assertIn("messages", request["data"]["fields"].split(","))

    def test_unknown_fields_are_left_out_the_second_time(self):
        asker, transport = provider(token(), error(100), SUCCESS)
        asker.set_webhook(CALLBACK, "verify")
        fields = transport.requests[2]["data"]["fields"].split(",")
        self.assertEqual(fields, list(const.WEBHOOK_FIELDS))

    def test_address_that_did_not_answer_is_not_tried_again(self):
        asker, transport = provider(token(), error(2200))
        with self.assertRaises(GatewayError):
            asker.set_webhook(CALLBACK, "verify")
        self.assertEqual(len(transport.requests), 2)

    def test_secret_is_asked_before_it_is_used(self):
        for answer, expected in ((webhook(), True), (error(190, 401), False)):
            asker, transport = provider(token(), answer)
            self.assertIs(asker.check_secret("new-secret"), expected)
            self.assertEqual(transport.requests[1]["token"], "7|new-secret")

    def test_registering_may_be_repeated(self):
        asker, transport = provider(SUCCESS)
        asker.register("123456")
        self.assertEqual(transport.requests[0]["json"]["pin"], "123456")
        self.assertTrue(transport.requests[0]["repeatable"])

    def test_code_is_asked_for_and_given(self):
        asker, transport = provider(SUCCESS, SUCCESS)
        asker.request_code("sms", "en_US")
        asker.verify_code("123-456")
        self.assertEqual(transport.requests[0]["data"]["code_method"], "SMS")
        self.assertEqual(transport.requests[1]["data"]["code"], "123456")


class TestWhatsappProfile(UnitCase):
    def test_profile_is_read(self):
        row = {"about": "Hi", "websites": ["https://a.example"], "vertical": "RETAIL"}
        asker, _transport = provider(Answer({"data": [row]}))
        profile = asker.get_profile()
        self.assertEqual(
            profile, Profile("Hi", websites=("https://a.example",), vertical="RETAIL")
        )

    def test_number_without_profile(self):
        asker, _transport = provider(Answer({"data": []}))
        self.assertEqual(asker.get_profile(), Profile())

    def test_what_was_emptied_is_sent_empty(self):
        asker, transport = provider(SUCCESS)
        asker.set_profile(Profile(address="Main Street"))
        body = transport.requests[0]["json"]
        self.assertEqual((body["address"], body["email"]), ("Main Street", ""))
        self.assertNotIn("about", body)

    def test_limits_count_characters(self):
        limits = ProfileLimits({"about": 3}, websites=1, website=5)
        long = Profile(about="مرحبا", websites=("abc", "abcdef"))
        self.assertEqual(
            find_profile_issues(long, limits),
            [("about", 5, 3), ("websites", 2, 1), ("website", 6, 5)],
        )
        self.assertEqual(find_profile_issues(Profile(about="مرح"), limits), [])
