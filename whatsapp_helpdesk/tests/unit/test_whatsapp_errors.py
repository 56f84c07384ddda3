from __future__ import annotations

import json
from unittest import mock

from ...gateway.errors import REASONS, GatewayError, Retry
from ...gateway.outgoing import OutText
from ...gateway.provider import Credentials
from ...gateway.transport import Response
from ...gateway.updates import Address, AddressKind, ErrorInfo, Scope
from ...gateway.whatsapp.errors import RULES, classify, from_answer
from ...gateway.whatsapp.provider import WhatsAppProvider
from .case import UnitCase

NEVER, SOON, SLOW = Retry.NEVER, Retry.SOON, Retry.SLOW
LATER, STOP = Retry.LATER, Retry.STOP_ACCOUNT
PHONE = Scope.PROVIDER

#: Retry class of every code of Meta's list, and of the few seen besides it.
TABLE = {
    NEVER: (
        100, 130403, 130472, 130497, 131008, 131009, 131014, 131021, 131026, 131030,
        131051, 131052, 131053, 131055, 131060, 131062, 132000, 132001, 132005, 132007,
        132012, 132016, 132068, 133005, 133006, 134100, 135000, 136024, 137000,
        *range(138000, 138019), *range(139000, 139005), 139100, 139101,
        *range(147001, 147006), 2388019, 2388040, 2388047, 2388072, 2388073, 2388293,
        2388299, 2593107, 2593108,
    ),
    SOON: (1, 2, 130429, 131000, 131016, 131056, 131057, 133004, 139102, 139103),
    SLOW: (4, 613, 80007, 133015, 134101),
    LATER: (131049, 132015, 132069, 133008, 133009, 133016, 134102),
    STOP: (
        3, 10, 33, 190, *range(200, 300), 368, 131005, 131031, 131037, 131042, 131045,
        131048, 131063, 131064, 133000, 133010, 134011,
    ),
    Retry.WINDOW_CLOSED: (131047, 470),
    Retry.OPTED_OUT: (131050,),
}  # fmt: skip

#: What a send answers with Meta's own error in its body: it was refused, so nothing
#: went out and trying again is safe, whatever the HTTP status.
REFUSALS = ((1, 400), (2, 503), (131000, 500), (131016, 500), (131057, 500))
#: What may have gone out: never sent again by itself.
DOUBTS = ((500, b"<html>"), (502, b""), (503, b"{}"), (504, b"x"), (408, b""))
#: Codes that slow the account down, not only the part.
THROTTLED = (4, 613, 80007, 130429)


class TestWhatsappErrors(UnitCase):
    def test_codes_have_the_retry_class_of_the_table(self):
        for retry, codes in TABLE.items():
            for code in codes:
                with self.subTest(code):
                    self.assertIs(classify(code, 400).retry, retry)

    def test_the_table_is_complete(self):
        listed = {code for codes in TABLE.values() for code in codes}
        self.assertEqual(listed, set(RULES))

    def _send_answered(self, status, content):
        answer = Response(status, {}, content)
        transport = mock.Mock(**{"request.return_value": answer})
        provider = WhatsAppProvider(Credentials("1"), transport)
        with self.assertRaises(GatewayError) as caught:
            provider.send([Address(AddressKind.PHONE, "+96411", PHONE)], OutText("x"))
        return caught.exception

    def test_a_refusal_of_meta_itself_is_safe_to_repeat(self):
        for code, status in REFUSALS:
            with self.subTest(code):
                content = json.dumps({"error": {"code": code}}).encode()
                self.assertIs(self._send_answered(status, content).retry, SOON)

    def test_an_answer_that_is_not_metas_is_in_doubt(self):
        for status, content in (*DOUBTS, (200, b"{}"), (200, b"<html>")):
            with self.subTest(status):
                error = self._send_answered(status, content)
                self.assertIs(error.retry, Retry.IN_DOUBT)

    def test_limits_of_the_account_are_throttling_of_everybody(self):
        for code in THROTTLED:
            error = classify(code, 400)
            self.assertEqual((error.reason, error.only_recipient), ("throttled", False))

    def test_authentication_failed_has_no_code(self):
        error = from_answer({"error": {"code": 0}}, 401, str)
        self.assertIs(error.retry, STOP)

    def test_every_reason_is_one_of_ours(self):
        for code, rule in RULES.items():
            with self.subTest(code):
                self.assertIn(rule.reason, REASONS)

    def test_the_code_counts_not_the_http_status(self):
        self.assertEqual(classify(130429, 400).reason, "throttled")
        self.assertEqual(classify(131026, 500).retry, NEVER)

    def test_failure_told_by_webhook_is_classified_alike(self):
        for code in RULES:
            told = WhatsAppProvider.classify(ErrorInfo(code, "Title", "Details"))
            answered = classify(code, 400)
            self.assertEqual(
                (told.reason, told.retry), (answered.reason, answered.retry)
            )

    def test_failed_status_without_code_does_not_stop_the_account(self):
        error = WhatsAppProvider.classify(ErrorInfo())
        self.assertEqual((error.reason, error.retry), ("unknown", NEVER))

    def test_unknown_codes_go_by_http_status(self):
        for status, reason, retry in (
            (401, "token", STOP),
            (403, "account", NEVER),
            (404, "invalid", NEVER),
            (413, "media", NEVER),
            (418, "invalid", NEVER),
            (429, "throttled", SLOW),
            (500, "server", SOON),
            (0, "unknown", NEVER),
        ):
            with self.subTest(status):
                error = classify(999999, status)
                self.assertEqual((error.reason, error.retry), (reason, retry))

    def test_pair_limit_concerns_one_customer(self):
        self.assertTrue(classify(131056, 400).only_recipient)
        self.assertFalse(classify(130429, 400).only_recipient)

    def test_known_waits_are_told(self):
        self.assertEqual(classify(131057).retry_after, 60)
        self.assertEqual(classify(133015).retry_after, 300)
        self.assertIsNone(classify(131056).retry_after)

    def test_details_and_trace_are_kept(self):
        answer = {
            "error": {
                "code": 131009,
                "message": "(#131009) Parameter value is not valid",
                "error_data": {"details": "Button title is too long."},
                "fbtrace_id": "AbCdEf",
            }
        }
        error = from_answer(answer, 400, str)
        self.assertEqual(error.code, 131009)
        self.assertEqual(error.details, "Button title is too long. [AbCdEf]")

    def test_transient_unknown_error_may_be_tried_again(self):
        answer = {"error": {"code": 999999, "is_transient": True}}
        self.assertIs(from_answer(answer, 400, str).retry, SOON)

    def test_odd_error_objects_do_not_raise(self):
        for error in ({}, {"code": "x"}, {"code": None, "error_data": "text"}):
            with self.subTest(error):
                self.assertEqual(from_answer({"error": error}, 400, str).code, 400)
