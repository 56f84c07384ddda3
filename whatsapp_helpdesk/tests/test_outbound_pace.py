"""Who goes first, how fast, and what two senders may do at once."""

from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..gateway import delivery
from ..gateway.errors import GatewayError
from ..models.messaging_message_claim import LEASE
from ..models.messaging_message_queue import BULK
from ..models.messaging_message_send import RENEW_EVERY
from .outbound_case import OutboundCase

SEND = "odoo.addons.whatsapp_helpdesk.models.messaging_message_send"


class PaceCase(OutboundCase):
    def _claim(self, **room):
        return self.env["messaging.message"]._claim_batch(delivery.Room(**room))

    def _claim_texts(self, **room):
        return [job.part.body for job in self._claim(**room)]

    def _queue_bulk(self, conversation, text="Offer"):
        part = self._get_parts(self._reply(conversation, text))
        part.priority = BULK
        return part


@tagged("post_install", "-at_install")
class TestPriorities(PaceCase):
    def test_an_answer_overtakes_the_bulk_of_its_customer(self):
        self._queue_bulk(self.conversation)
        self._reply(self.conversation, "Answer")
        self.assertEqual(self._claim_texts(), ["Answer"])

    def test_bulk_waits_while_an_answer_is_in_flight(self):
        bulk = self._queue_bulk(self.conversation)
        self._reply(self.conversation, "Answer")
        [job] = self._claim()
        self.assertFalse(self._claim())
        self.env["messaging.message"]._store_outcomes([delivery.perform(job)])
        self.assertEqual([job.key for job in self._claim()], bulk.ids)

    def test_a_retry_does_not_leave_beside_a_younger_one_in_flight(self):
        first = self._get_parts(self._reply(self.conversation, "one"))
        first.state = "failed"
        self._reply(self.conversation, "two")
        [job] = self._claim()
        self.assertEqual(job.part.body, "two")
        first._queue_again()
        self.assertFalse(self._claim())

    def test_bulk_leaves_slots_for_answers(self):
        for number in range(3):
            self._queue_bulk(self._create_conversation(f"Customer {number}"))
        self.assertEqual(len(self._claim(slots=9, bulk_slots=2)), 2)
        self._reply(self.conversation, "Answer")
        self.assertEqual(self._claim_texts(slots=7, bulk_slots=0), ["Answer"])

    def test_a_read_mark_neither_waits_nor_holds_up(self):
        self._customer_says(self.conversation)
        received = self.env["messaging.message"].search([("direction", "=", "in")])
        self.env["messaging.message"]._queue_read_mark(received[-1])
        self._reply(self.conversation, "Answer")
        jobs = self._claim()
        self.assertEqual([bool(job.read) for job in jobs], [False, True])


@tagged("post_install", "-at_install")
class TestPace(PaceCase):
    def _reply_to(self, count):
        for number in range(count):
            self._reply(self._create_conversation(f"Customer {number}"))

    def test_the_account_keeps_its_pace(self):
        self.account.messages_per_second = 0.5
        self._reply_to(3)
        self.assertEqual(len(self._claim()), 1)
        self.assertFalse(self._claim())

    def test_a_run_waits_for_the_pace_of_a_slow_account(self):
        self.account.messages_per_second = 10
        self._reply_to(4)
        self._send()
        self.assertEqual(set(self._get_outbox().mapped("state")), {"accepted"})

    def test_an_account_that_is_set_up_wrong_stops_no_other(self):
        self._reply(self.conversation, "Answer")
        account = self._create_account(self.connection, "wrong")
        wrong = self._create_conversation("Customer")
        wrong.messaging_identity_id.account_id = account
        self._get_parts(self._reply(wrong)).account_id = account
        account_class = self.env.registry["messaging.account"]
        get_provider = account_class._get_provider

        def refuse(asked):
            if asked == account:
                raise GatewayError("host_refused")
            return get_provider(asked)

        with (
            patch.object(account_class, "_get_provider", refuse),
            mute_logger("odoo.addons.whatsapp_helpdesk.models.messaging_message_claim"),
        ):
            self.assertEqual(self._claim_texts(), ["Answer"])
        part = self._get_outbox(wrong)
        self.assertEqual((part.state, part.failure_reason), ("failed", "host_refused"))

    def test_bulk_gets_only_a_share_of_the_pace(self):
        _pace, bulk_pace, _pair = self.account._get_paces()
        self.account.messages_per_second = 8
        self.assertAlmostEqual(bulk_pace.interval, 1 / 80 / 0.8)

    def test_a_number_in_the_phone_app_is_slower(self):
        self.assertEqual(self.account._get_messages_per_second(), 80)
        self.account.in_phone_app = True
        self.assertEqual(self.account._get_messages_per_second(), 20)
        self.account.messages_per_second = 500
        self.assertEqual(self.account._get_messages_per_second(), 500)

    def test_a_customer_gets_no_more_than_the_provider_lets_through(self):
        pair = self.account._get_paces()[2]
        Pace = self.env["messaging.pace"]
        now = fields.Datetime.now().timestamp()
        part = self._get_parts(self._reply(self.conversation))
        for _number in range(pair.burst):
            Pace._store_identities(self.identity, pair.interval, now)
        self._reply(self._create_conversation("Omar Other"), "free")
        self.assertEqual(self._claim_texts(), ["free"])
        wait = part.next_try_at - fields.Datetime.now()
        self.assertTrue(timedelta(0) < wait <= timedelta(seconds=7), wait)

    def test_every_account_has_its_row_once(self):
        Pace = self.env["messaging.pace"]
        Pace._ensure_accounts()
        rows = Pace.search([("account_id", "=", self.account.id)])
        self.assertEqual(len(rows), 1)

    def test_paces_that_are_over_are_thrown_away(self):
        Pace = self.env["messaging.pace"]
        Pace._store_identities(self.identity, 6.0, 1000.0)
        Pace._gc_identities()
        self.assertFalse(Pace.search([("identity_id", "=", self.identity.id)]))


@tagged("post_install", "-at_install")
class TestLease(PaceCase):
    def test_a_lease_is_longer_than_a_call(self):
        self.assertLess(timedelta(seconds=delivery.CALL_SECONDS), LEASE)

    def test_longer_calls_are_renewed_in_time(self):
        self.assertLess(timedelta(seconds=2 * RENEW_EVERY), LEASE)

    def test_nothing_is_stuck_for_two_minutes(self):
        every_minute = timedelta(minutes=1)  # the interval of the jobs
        crons = self.env["messaging.message"]._get_sender_crons()
        self.assertEqual(set(crons.mapped("interval_type")), {"minutes"})
        self.assertEqual(set(crons.mapped("interval_number")), {1})
        self.assertLess(LEASE + every_minute, timedelta(minutes=2))

    def test_a_lease_is_renewed(self):
        part = self._get_parts(self._reply(self.conversation))
        self._claim()
        part.lease_until = fields.Datetime.now()
        self.env.flush_all()
        self.env["messaging.message"]._renew_leases(part.ids)
        self.assertGreater(part.lease_until, fields.Datetime.now())


@tagged("post_install", "-at_install")
class TestOutcomesAreKept(PaceCase):
    def _keep(self, *errors):
        """Store the outcome of a call while the database fails in some way first."""
        message = self._reply(self.conversation)
        outcomes = [delivery.perform(job) for job in self._claim()]
        outbox_class = self.env.registry["messaging.message"]
        store, failures = outbox_class._store_durably, list(errors)

        def failing(outbox, some):
            if failures:
                raise failures.pop(0)
            return store(outbox, some)

        with (
            self._without_commit(),
            patch.object(outbox_class, "_store_durably", failing),
            patch.object(outbox_class, "_roll_back", lambda outbox: None),
            patch(f"{SEND}.time.sleep", lambda seconds: None),
        ):
            self.env["messaging.message"]._keep_outcomes(outcomes)
        return message.messaging_state

    def test_through_any_number_of_conflicts(self):
        conflicts = [psycopg2.errors.SerializationFailure()] * 20
        self.assertEqual(self._keep(*conflicts), "accepted")

    @mute_logger(SEND)
    def test_through_a_restart_of_the_database(self):
        gone = [psycopg2.OperationalError("gone"), psycopg2.InterfaceError("closed")]
        self.assertEqual(self._keep(*gone), "accepted")

    def test_a_conflict_makes_smaller_groups(self):
        others = [self._create_conversation(f"Customer {n}") for n in range(4)]
        for conversation in others:
            self._reply(conversation)
        outcomes = [delivery.perform(job) for job in self._claim()]
        outbox_class = self.env.registry["messaging.message"]
        sizes = []

        def store(outbox, some):
            sizes.append(len(some))
            if len(some) > 1:
                raise psycopg2.errors.SerializationFailure

        with (
            patch.object(outbox_class, "_store_durably", store),
            patch.object(outbox_class, "_roll_back", lambda outbox: None),
            patch(f"{SEND}.time.sleep", lambda seconds: None),
        ):
            self.env["messaging.message"]._keep_outcomes(outcomes)
        self.assertEqual(sizes, [4, 2, 1, 1, 1, 1])
