"""What the webhook keeps in memory: who may deliver, and how often it was refused."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..controllers.rate_limit import RateLimit
from ..controllers.signature_failures import INTERVAL, SignatureFailures
from . import bodies
from .common import SECRET, MessagingCase


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@tagged("post_install", "-at_install")
class TestWebhookMemory(MessagingCase):
    def _get_accesses(self):
        return self.env["messaging.connection"]._get_webhook_accesses()

    def _refusal(self, secret):
        raw = bodies.dump(bodies.text())
        return self.connection._get_refusal(bodies.sign(raw, secret), raw)

    def test_check_of_a_known_connection_asks_no_database(self):
        self._get_accesses()
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            connection = self.env["messaging.connection"]._get_by_token("nobody")
            self.assertFalse(connection)
            self.assertFalse(self._refusal(SECRET))

    def test_warm_delivery_is_one_statement(self):
        self._deliver(bodies.text("First"))
        self.env.flush_all()
        with self.assertQueryCount(1):
            self._deliver(bodies.text("Second"))

    def test_new_secret_counts_at_once(self):
        self.assertFalse(self._refusal(SECRET))
        self.connection.app_secret = "new"
        self.assertEqual(self._refusal(SECRET)[0], 403)
        self.assertFalse(self._refusal("new"))

    def test_other_processes_are_told_about_a_new_secret(self):
        self.env.registry.cache_invalidated.clear()
        self.connection.app_secret = "new"
        self.assertIn("default", self.env.registry.cache_invalidated)

    def test_change_that_is_committed_is_forgotten_once_more(self):
        self.connection.app_secret = "new"
        accesses = self._get_accesses()
        self.env.cr.postcommit.run()
        self.assertIsNot(self._get_accesses(), accesses)

    def test_archived_and_deleted_connections_have_no_address(self):
        other = self._create_connection()
        tokens = (self.connection.token, other.token)
        self.connection.active = False
        other.unlink()
        self.assertFalse(set(tokens) & set(self._get_accesses()))

    def test_secrets_in_memory_are_not_printed(self):
        self.assertNotIn(SECRET, repr(self._get_accesses()))

    def test_another_name_keeps_what_is_known(self):
        accesses = self._get_accesses()
        self.connection.name = "Another"
        self.assertIs(self._get_accesses(), accesses)

    # -- limits -----------------------------------------------------------------------

    def test_room_is_looked_at_without_taking_it(self):
        limit = RateLimit(rate=1, burst=1, clock=Clock())
        self.assertTrue(limit.has_room("a"))
        self.assertTrue(limit.allows("a"))
        self.assertFalse(limit.has_room("a"))
        self.assertFalse(limit.allows("a"))

    def test_limit_recovers_with_time(self):
        clock = Clock()
        limit = RateLimit(rate=1, burst=1, clock=clock)
        limit.allows("a")
        clock.now = 1.0
        self.assertTrue(limit.allows("a"))

    # -- wrong signatures -------------------------------------------------------------

    def _count(self):
        self.env.invalidate_all()
        found = self.env["messaging.signature.failure"].search(
            [("connection_id", "=", self.connection.id)]
        )
        return sum(found.mapped("count"))

    def _counter(self, clock):
        """A counter that stores in the test's transaction."""
        env = self.env

        class Here(SignatureFailures):
            def _store(self, _env, counts):
                env["messaging.signature.failure"]._add(counts)

        return Here(clock)

    def test_flood_of_wrong_signatures_costs_a_write_in_ten_seconds(self):
        clock = Clock()
        counter = self._counter(clock)
        with patch.object(counter, "_store", wraps=counter._store) as store:
            for _time in range(1000):
                counter.count(self.env, self.connection.id)
            self.assertEqual((store.call_count, self._count()), (1, 1))
            clock.now = INTERVAL
            counter.store_if_due(self.env)
            self.assertEqual((store.call_count, self._count()), (2, 1000))

    def test_quiet_counter_writes_nothing(self):
        counter = self._counter(Clock())
        with patch.object(counter, "_store") as store:
            counter.store_if_due(self.env)
        store.assert_not_called()

    def test_hours_are_counted_apart_and_forgotten(self):
        failures = self.env["messaging.signature.failure"]
        failures._add({self.connection.id: 2})
        failures._add({self.connection.id: 3})
        row = failures.search([("connection_id", "=", self.connection.id)])
        self.assertEqual(row.mapped("count"), [5])
        row.hour = fields.Datetime.subtract(row.hour, days=31)
        failures._gc_old()
        self.assertFalse(row.exists())

    def test_count_of_a_deleted_connection_is_dropped(self):
        other = self._create_connection()
        gone = other.id
        other.unlink()
        self.env["messaging.signature.failure"]._add({gone: 1, self.connection.id: 1})
        self.assertEqual(self._count(), 1)
