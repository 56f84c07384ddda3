from __future__ import annotations

from ...gateway.errors import REASONS, Retry
from ...gateway.updates import ErrorInfo
from ...gateway.whatsapp.errors import RULES, classify, from_answer
from ...gateway.whatsapp.provider import WhatsAppProvider
from .case import UnitCase

NEVER, SOON, SLOW = Retry.NEVER, Retry.SOON, Retry.SLOW
LATER, STOP = Retry.LATER, Retry.STOP_ACCOUNT

#: Retry class of the codes of Meta's list.
TABLE = {
    NEVER: (
        100, 130472, 130497, 131008, 131009, 131021, 131026, 131030, 131051, 131052,
        131053, 131055, 131060, 131062, 132000, 132001, 132005, 132007, 132012, 132016,
        132068, 133005, 133006, 134011, 134100, 135000, 137000, 138000, 138018, 139000,
        139004, 139100, 139101, 147001, 147005, 2388040, 2388019, 2593107,
    ),
    SOON: (1, 2, 130429, 131000, 131016, 131056, 131057, 133004, 139102, 139103),
    SLOW: (4, 613, 80007, 133015, 134101),
    LATER: (131049, 132015, 132069, 133008, 133016, 134102),
    STOP: (
        3, 10, 33, 190, 200, 299, 368, 131005, 131031, 131037, 131042, 131045, 131048,
        131063, 131064, 133000, 133010,
    ),
    Retry.WINDOW_CLOSED: (131047, 470),
    Retry.OPTED_OUT: (131050,),
}  # fmt: skip


class TestWhatsappErrors(UnitCase):
    def test_codes_have_the_retry_class_of_the_table(self):
        for retry, codes in TABLE.items():
            for code in codes:
                with self.subTest(code):
                    self.assertIs(classify(code, 400).retry, retry)

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
