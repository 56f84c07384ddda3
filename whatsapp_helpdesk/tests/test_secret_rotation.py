"""Secrets are replaced without losing a message, and checked before they are used."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.messaging_secret_mixin import MASK
from . import bodies
from .common import SECRET, MessagingCase
from .setup_case import SetupMixin


@tagged("post_install", "-at_install")
class TestSecretRotation(SetupMixin, MessagingCase):
    def setUp(self):
        super().setUp()
        self._start_graph()
        self.graph.secret = "new-app-secret"
        self.graph.good_tokens = {"test-access-token"}
        self.connection.base_url = self.graph.url

    def _hello(self, secret):
        return self._deliver(bodies.text("Hello"), secret=secret)[0]

    def _replace(self, value):
        wizard = self.env["messaging.secret.replace"].create(
            {"connection_id": self.connection.id, "value": value}
        )
        wizard.action_replace_secret()
        return wizard

    def _start_rotation(self):
        self._hello(SECRET)
        self._replace("new-app-secret")

    def test_both_secrets_are_accepted(self):
        self._start_rotation()
        self.assertEqual(self._hello(SECRET), 200)
        self.assertEqual(self._hello("new-app-secret"), 200)
        self.assertEqual(self._hello("a-third-secret"), 403)

    def test_secret_that_the_provider_refuses_is_not_taken(self):
        self._hello(SECRET)
        with self.assertRaises(UserError):
            self._replace("mistyped-secret")
        self.assertEqual(self.connection.app_secret, SECRET)

    def test_nothing_of_it_is_left_in_the_dialog(self):
        self._hello(SECRET)
        self.assertFalse(self._replace("new-app-secret").value)

    def test_deliveries_are_counted_by_secret(self):
        self._start_rotation()
        self._hello(SECRET)
        self._hello("new-app-secret")
        self._hello("new-app-secret")
        self.connection.invalidate_recordset()
        counts = (self.connection.new_secret_count, self.connection.old_secret_count)
        # The one before the replacement, in the same second, belongs to neither.
        self.assertEqual((counts[1], counts[0] >= 2), (1, True))

    def test_any_way_of_writing_keeps_the_one_before(self):
        self._hello(SECRET)
        self.connection.write({"app_secret": "new-app-secret"})
        self.assertEqual(self.connection.app_secret_previous, SECRET)
        self.assertTrue(self.connection.secret_changed_at)

    def test_correcting_a_mistake_keeps_the_one_before_it(self):
        self._hello(SECRET)
        for value in ("new-app-sceret", "new-app-secret ", "new-app-secret"):
            self.connection.write({"app_secret": value})
        self.assertEqual(self.connection.app_secret, "new-app-secret")
        self.assertEqual(self.connection.app_secret_previous, SECRET)
        self.assertEqual(self._hello(SECRET), 200)

    def test_a_second_replacement_keeps_the_one_that_signed_last(self):
        self._hello(SECRET)
        self.connection.write({"app_secret": "new-app-secret"})
        self._hello("new-app-secret")
        event = self.env["messaging.event"].search(
            [("connection_id", "=", self.connection.id)], order="id desc", limit=1
        )
        event.received_at += timedelta(minutes=1)
        self.connection.write({"app_secret": "newest-app-secret"})
        self.assertEqual(self.connection.app_secret_previous, "new-app-secret")

    def test_masked_and_equal_values_start_nothing(self):
        self._hello(SECRET)
        self.connection.write({"app_secret": MASK})
        self.connection.write({"app_secret": SECRET})
        self.assertFalse(self.connection.app_secret_previous)

    def test_typing_error_before_the_first_delivery_is_not_kept(self):
        self.connection.write({"app_secret": "new-app-secret"})
        self.assertFalse(self.connection.app_secret_previous)

    def test_rotation_waits_for_the_new_secret(self):
        self._start_rotation()
        self._hello(SECRET)
        with self.assertRaises(UserError):
            self.connection.action_finish_rotation()
        self._hello("new-app-secret")
        self.connection.action_finish_rotation()
        self.assertFalse(self.connection.app_secret_previous)
        self.assertEqual(self._hello(SECRET), 403)

    def test_nothing_delivered_finishes_nothing(self):
        self._start_rotation()
        self.env["messaging.event"].search([]).received_at = (
            fields.Datetime.now() - timedelta(hours=1)
        )
        with self.assertRaises(UserError):
            self.connection.action_finish_rotation()

    def test_old_rotation_is_a_problem_of_the_account(self):
        self._start_rotation()
        health = self.env["messaging.health"].browse(self.account.id)
        self.assertNotIn("old_secret", self._get_problems(health))
        self.connection.secret_changed_at = fields.Datetime.now() - timedelta(days=8)
        self.assertIn("old_secret", self._get_problems(health))

    def _get_problems(self, health):
        problems = health._find_problems(health._get_gauges(), health._get_jobs_state())
        return [problem.kind for problem in problems[health.id]]


@tagged("post_install", "-at_install")
class TestTokenReplacement(SetupMixin, MessagingCase):
    def setUp(self):
        super().setUp()
        self._start_graph()
        self.graph.good_tokens = {"new-token"}
        self.connection.base_url = self.graph.url

    def _replace(self, value):
        wizard = self.env["messaging.secret.replace"].create(
            {"account_id": self.account.id, "value": value}
        )
        wizard.action_replace_token()

    def test_good_token_replaces_and_starts_again(self):
        sister = self._create_account(self.connection, "777")
        self.account._stop("expired")
        self._replace("new-token")
        self.assertEqual(self.account.access_token, "new-token")
        self.assertEqual(self.account.state, "active")
        self.assertEqual(sister.access_token, "new-token", "it used the same one")

    def test_bad_token_changes_nothing(self):
        with self.assertRaises(UserError):
            self._replace("mistyped-token")
        self.assertEqual(self.account.access_token, "test-access-token")

    def test_token_without_permission_changes_nothing(self):
        self.graph.scopes.clear()
        with self.assertRaisesRegex(UserError, "whatsapp_business_messaging"):
            self._replace("new-token")
        self.assertEqual(self.account.access_token, "test-access-token")
