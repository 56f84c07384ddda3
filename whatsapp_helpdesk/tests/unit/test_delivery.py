import threading
import time
import unittest

from ...gateway.delivery import (
    MAX_TRIES,
    WORKERS,
    Job,
    deliver,
    may_retry,
    perform,
    retry_delay,
)
from ...gateway.errors import GatewayError, Retry
from ...gateway.outgoing import OutText
from ...gateway.provider import SendResult


class Provider:
    def __init__(self, answer=None, seconds=0.0, gate=None):
        self.answer = answer
        self.seconds = seconds
        self.gate = gate
        self.reads = []
        self.running = self.peak = 0
        self.lock = threading.Lock()

    def send(self, addresses, part, *, reply_to, correlation, upload):
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

    def mark_read(self, external_id):
        self.reads.append(external_id)


def job(provider, key=1):
    return Job(key, key, provider, part=OutText("x"), correlation=str(key))


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
        self.assertEqual(provider.reads, ["wamid.in"])
        self.assertIsNone(outcome.result)


class TestDeliver(unittest.TestCase):
    def test_every_job_has_one_outcome(self):
        jobs = [job(Provider(), key) for key in range(20)]
        keys = [outcome.key for batch in deliver(jobs) for outcome in batch]
        self.assertEqual(sorted(keys), list(range(20)))

    def test_threads_are_bounded(self):
        provider = Provider(seconds=0.02)
        list(deliver([job(provider, key) for key in range(30)]))
        self.assertGreater(provider.peak, 1)
        self.assertLessEqual(provider.peak, WORKERS)

    def test_a_slow_send_does_not_hold_back_the_others(self):
        slow, fast = Provider(gate=threading.Event()), Provider()
        batches = deliver([job(slow, 1), job(fast, 2), job(fast, 3)])
        first = next(batches)
        self.assertEqual({outcome.key for outcome in first}, {2, 3})
        slow.gate.set()
        self.assertEqual([o.key for batch in batches for o in batch], [1])


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
        self.assertEqual(retry_delay(error, 3, lambda: 0.0), 32.0)


if __name__ == "__main__":
    unittest.main()
