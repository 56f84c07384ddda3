import threading
import time
import unittest

from ...gateway import deadline, transport
from ...gateway.delivery import (
    CALL_SECONDS,
    CALL_WITH_FILE_SECONDS,
    FILE_BYTES,
    MAX_TRIES,
    SLOTS,
    Job,
    Pool,
    Room,
    may_retry,
    perform,
    retry_delay,
)
from ...gateway.errors import GatewayError, Retry
from ...gateway.outgoing import OutText
from ...gateway.provider import SendResult, Upload


class Provider:
    def __init__(self, answer=None, seconds=0.0, gate=None):
        self.answer = answer
        self.seconds = seconds
        self.gate = gate
        self.reads = []
        self.acknowledged = []
        self.running = self.peak = 0
        self.lock = threading.Lock()

    def send(self, addresses, part, *, reply_to, correlation, upload):
        self.time_left = deadline.left(1000)
        with self.lock:
            self.running += 1
            self.peak = max(self.peak, self.running)
        time.sleep(self.seconds)
        if self.gate:
            self.gate.wait(10)
        with self.lock:
            self.running -= 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return SendResult(f"id.{correlation}")

    def mark_read(self, external_id, *, typing=False):
        self.reads.append((external_id, typing))

    def acknowledge(self, token):
        self.acknowledged.append(token)


def job(provider, key=1, **values):
    return Job(key, key, provider, part=OutText("x"), correlation=str(key), **values)


class TestPerform(unittest.TestCase):
    def test_result_carries_the_external_id(self):
        outcome = perform(job(Provider()))
        self.assertEqual(outcome.result.external_id, "id.1")
        self.assertIsNone(outcome.error)

    def test_gateway_error_is_an_outcome(self):
        error = GatewayError("recipient", code=131026)
        self.assertIs(perform(job(Provider(error))).error, error)

    def test_anything_else_is_in_doubt_and_keeps_its_text_to_itself(self):
        with self.assertLogs(level="ERROR") as logs:
            outcome = perform(job(Provider(ValueError("https://x/?token=secret"))))
        self.assertIs(outcome.error.retry, Retry.IN_DOUBT)
        self.assertNotIn("secret", outcome.error.details + "".join(logs.output))

    def test_read_mark_sends_nothing(self):
        provider = Provider()
        outcome = perform(Job(1, 1, provider, read="wamid.in"))
        self.assertEqual(provider.reads, [("wamid.in", False)])
        self.assertIsNone(outcome.result)

    def test_typing_marks_a_message_too(self):
        provider = Provider()
        perform(Job(1, 1, provider, read="in.1", typing=True))
        self.assertEqual(provider.reads, [("in.1", True)])

    def test_acknowledgement_sends_nothing(self):
        provider = Provider()
        outcome = perform(Job(1, 1, provider, acknowledge="token"))
        self.assertEqual(provider.acknowledged, ["token"])
        self.assertIsNone(outcome.result)

    def test_a_call_has_a_time_limit(self):
        provider = Provider()
        perform(job(provider))
        self.assertLessEqual(provider.time_left, CALL_SECONDS)
        perform(job(provider, upload=Upload(b"x")))
        self.assertGreater(provider.time_left, CALL_SECONDS)
        self.assertLessEqual(provider.time_left, CALL_WITH_FILE_SECONDS)


class TestPool(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.pool = Pool(slots=4, bulk_slots=3)
        self.held = Provider(gate=threading.Event())
        self.addCleanup(self.pool.__exit__)
        self.addCleanup(self.held.gate.set)

    def _collect_all(self):
        outcomes = []
        while self.pool.jobs:
            outcomes += self.pool.collect(10)
        return outcomes

    def _get_slots(self):
        room = self.pool.room
        return room.get_slots(False), room.get_slots(True)

    def test_every_job_has_one_outcome(self):
        keys = []
        for key in range(20):
            if not self.pool.room.slots:
                keys += [outcome.key for outcome in self.pool.collect(10)]
            self.pool.submit([job(Provider(), key)])
        keys += [outcome.key for outcome in self._collect_all()]
        self.assertEqual(sorted(keys), list(range(20)))

    def test_a_job_starts_at_once_in_a_free_slot(self):
        self.pool.submit([job(self.held, key) for key in range(3)])
        self.pool.submit([job(Provider(), 9)])
        self.assertEqual([outcome.key for outcome in self.pool.collect(10)], [9])

    def test_a_hanging_call_holds_back_nobody(self):
        self.pool.submit([job(self.held, 1)])
        for key in range(2, 12):
            self.pool.submit([job(Provider(), key)])
            self.assertEqual([o.key for o in self.pool.collect(10)], [key])
        self.assertEqual([running.key for running in self.pool.jobs], [1])

    def test_bulk_leaves_slots_free(self):
        self.assertEqual(self._get_slots(), (4, 3))
        self.pool.submit([job(self.held, key, bulk=True) for key in range(3)])
        self.assertEqual(self._get_slots(), (1, 0))

    def test_bulk_yields_to_what_runs_already(self):
        self.pool.submit([job(self.held, key) for key in range(3)])
        self.assertEqual(self._get_slots(), (1, 1))

    def test_bytes_of_files_are_counted_until_they_are_sent(self):
        self.pool.submit([job(self.held, 1, upload=Upload(b"12345"))])
        self.assertEqual(self.pool.room.file_bytes, FILE_BYTES - 5)
        self.held.gate.set()
        self._collect_all()
        self.assertEqual(self.pool.room.file_bytes, FILE_BYTES)

    def test_every_call_can_keep_its_connection(self):
        self.assertGreaterEqual(transport.POOL_SIZE, SLOTS)

    def test_nothing_to_wait_for_is_no_wait(self):
        self.assertEqual(self.pool.collect(10), [])


class TestRoom(unittest.TestCase):
    def test_files_fit_while_there_is_room(self):
        room = Room(file_bytes=100)
        self.assertTrue(room.take_file(60))
        self.assertFalse(room.take_file(60))
        self.assertTrue(room.take_file(40))

    def test_a_file_larger_than_all_room_goes_alone(self):
        room = Room()
        self.assertTrue(room.take_file(FILE_BYTES + 1))
        self.assertFalse(room.take_file(1))

    def test_bulk_takes_from_both(self):
        room = Room(slots=5, bulk_slots=3)
        room.take(2, is_bulk=True)
        self.assertEqual((room.get_slots(False), room.get_slots(True)), (3, 1))


class TestRetry(unittest.TestCase):
    def test_only_two_classes_are_tried_again(self):
        again = {retry for retry in Retry if may_retry(GatewayError("x", retry), 1)}
        self.assertEqual(again, {Retry.SOON, Retry.SLOW})

    def test_tries_end(self):
        for retry, tries in MAX_TRIES.items():
            self.assertTrue(may_retry(GatewayError("x", retry), tries - 1))
            self.assertFalse(may_retry(GatewayError("x", retry), tries))

    def test_delay_doubles_up_to_a_limit(self):
        error = GatewayError("server", Retry.SOON)
        delays = [retry_delay(error, tries, lambda: 0.0) for tries in (1, 2, 3, 20)]
        self.assertEqual(delays, [2.0, 4.0, 8.0, 300.0])

    def test_jitter_adds_at_most_a_half(self):
        error = GatewayError("throttled", Retry.SLOW)
        self.assertEqual(retry_delay(error, 1, lambda: 1.0), 90.0)

    def test_the_provider_may_ask_for_more(self):
        error = GatewayError("server", Retry.SOON, retry_after=60.0)
        self.assertEqual(retry_delay(error, 1, lambda: 0.0), 60.0)

    def test_limit_of_one_customer_grows_by_four(self):
        error = GatewayError("pair_throttled", Retry.SOON, only_recipient=True)
        delays = [retry_delay(error, tries, lambda: 0.0) for tries in (1, 2, 3, 9)]
        self.assertEqual(delays, [1.0, 4.0, 16.0, 300.0])


if __name__ == "__main__":
    unittest.main()
