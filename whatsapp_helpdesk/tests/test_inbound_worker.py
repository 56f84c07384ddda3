from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.ir_cron import OVERDUE
from ..models.messaging_update import PARTITIONS
from ..models.messaging_update_worker import LOCK_CLASS, MAX_ATTEMPTS
from . import bodies
from .common import MessagingCase

WORKER_LOGGER = "odoo.addons.whatsapp_helpdesk.models.messaging_update_worker"


@tagged("post_install", "-at_install")
class TestInboundWorker(MessagingCase):
    def _fail_on(self, text, error=None):
        """Make the handling of messages with this text fail."""
        inbound_class = self.env.registry["messaging.inbound"]
        handle = inbound_class._handle_message

        def failing(model, ctx):
            if text in ctx.parsed.text:
                raise error or ValueError("secret token=test-access-token")
            return handle(model, ctx)

        return patch.object(inbound_class, "_handle_message", failing)

    def test_each_update_ends_done(self):
        self._receive(bodies.text("One"), bodies.text("Two"))
        self.assertEqual(self._get_updates().mapped("state"), ["done", "done"])

    def test_one_customer_always_has_the_same_queue(self):
        for number in range(5):
            self._deliver(bodies.text(f"Message {number}"))
        self.assertEqual(len(set(self._get_updates().mapped("partition"))), 1)

    def test_customers_are_spread_over_queues(self):
        for number in range(40):
            self._deliver(bodies.text("Hi", phone=f"96477012{number:05d}"))
        partitions = set(self._get_updates().mapped("partition"))
        self.assertGreater(len(partitions), 15)
        self.assertTrue(all(0 <= p < PARTITIONS for p in partitions))

    def test_queue_that_another_worker_holds_is_left_alone(self):
        self._deliver(bodies.text("Hi"))
        update = self._get_updates()
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, update.partition]
            )
            self._process()
            self.assertEqual(update.state, "pending")
        self._process()
        self.assertEqual(update.state, "done")

    # -- errors -------------------------------------------------------------------

    @mute_logger(WORKER_LOGGER)
    def test_failing_update_is_parked_and_later_ones_go_on(self):
        with self._fail_on("Bad"):
            messages = self._receive(
                bodies.text("Good"), bodies.text("Bad"), bodies.text("Later")
            )
        self.assertEqual(
            self._get_updates().mapped("state"), ["done", "parked", "done"]
        )
        self.assertEqual(len(messages), 2)

    @mute_logger(WORKER_LOGGER)
    def test_parked_message_leaves_one_mark_in_the_conversation(self):
        conversation = self._receive(bodies.text("Good")).helpdesk_ticket_id
        with self._fail_on("Bad"):
            self._receive(bodies.text("Bad"))
            self._get_updates()[-1].next_try_at = fields.Datetime.now()
            self._process()
        notes = conversation.conversation_id.message_ids.mapped("body")
        gaps = [note for note in notes if "missing here" in note]
        self.assertEqual(len(gaps), 1)
        self.assertIn('data-oe-type="helpdesk_gap"', gaps[0])

    def test_status_whose_message_never_came_is_given_up(self):
        self._receive(bodies.status("wamid.NEVER"))
        update = self._get_updates()
        self.env.cr.execute(
            "UPDATE messaging_update SET create_date = now() - interval '8 days' "
            "WHERE id = %s",
            [update.id],
        )
        update._gc_waiting()
        self.assertEqual(update.state, "ignored")

    @mute_logger(WORKER_LOGGER)
    def test_parked_update_keeps_a_traceback_without_secrets(self):
        with self._fail_on("Bad"):
            self._receive(bodies.text("Bad"))
        update = self._get_updates()
        self.assertIn("ValueError", update.error)
        self.assertNotIn("test-access-token", update.error)

    @mute_logger(WORKER_LOGGER)
    def test_parked_update_backs_off_and_then_waits_for_a_person(self):
        with self._fail_on("Bad"):
            self._receive(bodies.text("Bad"))
            update = self._get_updates()
            waits = []
            for _time in range(MAX_ATTEMPTS):
                if not update.next_try_at:
                    break
                waits.append(update.next_try_at - fields.Datetime.now())
                update.next_try_at = fields.Datetime.now()
                self._process()
        self.assertEqual(update.attempts, MAX_ATTEMPTS)
        self.assertEqual(update.state, "parked")
        self.assertFalse(update.next_try_at)
        self.assertEqual(waits, sorted(waits))

    @mute_logger(WORKER_LOGGER)
    def test_parked_update_is_not_tried_before_its_time(self):
        with self._fail_on("Bad"):
            self._receive(bodies.text("Bad"))
        self._process()
        self.assertEqual(self._get_updates().attempts, 1)

    @mute_logger(WORKER_LOGGER)
    def test_replay_processes_a_parked_update_once(self):
        with self._fail_on("Bad"):
            self._receive(bodies.text("Bad"))
        update = self._get_updates()
        update.action_replay()
        self._process()
        self.assertEqual(update.state, "done")
        self.assertFalse(update.error)

    def test_replay_leaves_finished_updates_alone(self):
        self._receive(bodies.text("One"))
        update = self._get_updates()
        parked = update.copy({"key": "other", "state": "parked"})
        (update | parked).action_replay()
        self.assertEqual((update.state, parked.state), ("done", "pending"))

    @mute_logger(WORKER_LOGGER)
    def test_parser_failing_on_a_stored_body_parks_its_updates_only(self):
        self._deliver(bodies.text("Broken"))
        broken = self._get_updates()
        broken.event_id.body = b"bm90IGpzb24="
        self._receive(bodies.text("Fine"))
        self.assertEqual(self._get_updates().mapped("state"), ["parked", "done"])

    # -- concurrency --------------------------------------------------------------

    def test_serialization_failure_starts_a_new_transaction(self):
        """It never counts as the update's own failure."""
        self._deliver(bodies.text("Hello"))
        restarts = []
        failures = [SerializationFailure(), SerializationFailure()]
        inbound_class = self.env.registry["messaging.inbound"]
        handle = inbound_class._handle_message

        def conflicting(model, ctx):
            if failures:
                raise failures.pop()
            return handle(model, ctx)

        update_class = self.env.registry["messaging.update"]
        with (
            patch.object(inbound_class, "_handle_message", conflicting),
            patch.object(
                update_class, "_start_new_transaction", lambda model: restarts.append(1)
            ),
        ):
            self._process()
        self.assertEqual(len(restarts), 2)
        self.assertEqual(self._get_updates().state, "done")
        self.assertEqual(self._get_updates().attempts, 1)

    # -- accounts -----------------------------------------------------------------

    def test_two_known_numbers_and_an_unknown_one_in_one_body(self):
        other = self._create_account(self.connection, "222")
        body = bodies.envelope(
            *bodies.text("First")["entry"][0]["changes"],
            *bodies.text("Second", number_id="222")["entry"][0]["changes"],
            *bodies.text("Lost", number_id="999")["entry"][0]["changes"],
        )
        messages = self._receive(body)
        accounts = messages.messaging_part_ids.account_id
        self.assertEqual(accounts, self.account | other)
        parked = self._get_updates().filtered(lambda u: u.state == "parked")
        self.assertEqual(parked.account_ref, "999")
        self.assertFalse(parked.account_id)
        self.assertIn("Unknown account", parked.reason)

    def test_unknown_number_alerts_an_administrator_once(self):
        def count():
            return self.env["mail.activity"].search_count(
                [("summary", "like", "not set up")]
            )

        before = count()
        self._receive(bodies.text("One", number_id="999"))
        self._receive(bodies.text("Two", number_id="999"))
        self.assertEqual(count() - before, 1)

    def test_unknown_number_is_replayed_after_it_was_added(self):
        self._receive(bodies.text("Early", number_id="999"))
        self._create_account(self.connection, "999")
        self._get_updates().action_replay()
        self._process()
        self.assertEqual(self._get_updates().state, "done")

    def test_number_of_another_connection_is_unknown(self):
        other = self._create_connection(name="Other")
        self._receive(bodies.text("Hi"), connection=other)
        update = self.env["messaging.update"].search([("connection_id", "=", other.id)])
        self.assertEqual(update.state, "parked")

    def test_archived_account_parks(self):
        self.account.active = False
        self._receive(bodies.text("Hi"))
        self.assertEqual(self._get_updates().state, "parked")

    def test_an_overdue_trigger_that_nobody_heard_of_is_announced_again(self):
        cron = self.env.ref("whatsapp_helpdesk.cron_inbound_1")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        cron._wake_once()
        cron._wake_once()
        waiting = triggers.search([("cron_id", "=", cron.id)])
        self.assertEqual(len(waiting), 1)
        waiting.call_at -= OVERDUE
        waiting.flush_recordset()
        cron._wake_once()
        self.assertEqual(triggers.search_count([("cron_id", "=", cron.id)]), 2)

    def test_copy_of_a_worker_is_woken_too_an_archived_one_is_not(self):
        shipped = self.env.ref("whatsapp_helpdesk.cron_inbound_1")
        copy = shipped.copy({"name": "Messaging: receive (5)"})
        self.env["ir.cron.trigger"].search([]).unlink()
        self.env["messaging.update"]._wake_workers()
        woken = self.env["ir.cron.trigger"].search([]).cron_id
        self.assertEqual(len(woken), 5)
        self.assertIn(copy, woken)
        copy.active = False
        self.env["ir.cron.trigger"].search([]).unlink()
        self.env["messaging.update"]._wake_workers()
        self.assertEqual(len(self.env["ir.cron.trigger"].search([]).cron_id), 4)
