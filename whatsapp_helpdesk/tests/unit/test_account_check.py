"""Whether an account still works: what its provider answers, in our words."""

from __future__ import annotations

import time

from ...gateway.account_check import check_account
from ...gateway.provider import Credentials
from ...gateway.sandbox.provider import SandboxProvider
from ...gateway.whatsapp.provider import WhatsAppProvider
from .case import UnitCase
from .contract import Answer, ScriptedTransport

NUMBER = Answer({"status": "CONNECTED", "quality_rating": "GREEN"})


def check(*answers):
    transport = ScriptedTransport(*answers)
    return check_account(WhatsAppProvider(Credentials("900", "tok-secret"), transport))


def token(**ends):
    return Answer({"data": {"is_valid": True, **ends}})


class TestAccountCheck(UnitCase):
    def test_good_account_with_a_token_that_never_ends(self):
        found = check(NUMBER, token(expires_at=0))
        self.assertTrue(found.valid)
        self.assertEqual((found.status, found.quality), ("connected", "green"))
        self.assertIsNone(found.expires_at)

    def test_token_with_an_end(self):
        ends = int(time.time()) + 5 * 86400
        found = check(NUMBER, token(expires_at=ends, data_access_expires_at=0))
        self.assertEqual(int(found.expires_at.timestamp()), ends)

    def test_token_that_may_not_ask_about_itself_is_good_all_the_same(self):
        found = check(NUMBER, Answer({"error": {"code": 100}}, 400))
        self.assertTrue(found.valid)

    def test_expired_token(self):
        found = check(Answer({"error": {"code": 190, "error_subcode": 463}}, 401))
        self.assertEqual((found.valid, found.reason), (False, "token"))

    def test_token_without_the_permission(self):
        found = check(Answer({"error": {"code": 10}}, 403))
        self.assertEqual((found.valid, found.reason), (False, "token"))

    def test_provider_in_trouble_says_nothing_about_the_token(self):
        self.assertIsNone(check(Answer({}, 503)).valid)

    def test_number_that_is_not_connected_is_named(self):
        found = check(Answer({"status": "FLAGGED"}), token(expires_at=0))
        self.assertIn("not_connected", found.problems)

    def test_sandbox_is_always_fine(self):
        self.assertTrue(check_account(SandboxProvider(Credentials("any"))).valid)
