"""Faults by chance and deliveries over a bad network."""

import http.server
import json
import threading
import time
import unittest
import urllib.request

from ..fakes.whatsapp import FakeWhatsApp, bodies
from ..fakes.whatsapp.chaos import FAULTS, Chaos
from ..fakes.whatsapp.courier import Courier
from ..fakes.whatsapp.state import NUMBER_ID

ANN = bodies.Customer("16505551234", "Ann")


class Receiver(http.server.BaseHTTPRequestHandler):
    """Keeps what it gets; refuses the first few."""

    def log_message(self, *args):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        refuse = self.server.refuse > 0
        self.server.refuse -= 1
        if not refuse:
            self.server.bodies.append(body)
        self.send_response(503 if refuse else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()


class ReceiverCase(unittest.TestCase):
    def setUp(self):
        self.inbox = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.inbox.daemon_threads = True
        self.inbox.bodies, self.inbox.refuse = [], 0
        thread = threading.Thread(target=self.inbox.serve_forever, args=(0.02,))
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.inbox.server_close)
        self.addCleanup(self.inbox.shutdown)
        self.url = f"http://127.0.0.1:{self.inbox.server_port}/hook"

    def wait(self, probe):
        limit = time.monotonic() + 10
        while not probe() and time.monotonic() < limit:
            time.sleep(0.01)
        self.assertTrue(probe())


class TestCourier(ReceiverCase):
    def make(self, **options):
        courier = Courier([self.url], "secret", **options)
        courier.start()
        self.addCleanup(courier.stop)
        return courier

    def test_a_refused_body_comes_again(self):
        courier = self.make()
        self.inbox.refuse = 1
        courier.add("a", bodies.text(ANN, "hello"))
        self.wait(lambda: not courier.pending)
        self.assertEqual([item.status for item in courier.log], [503, 200])
        self.assertEqual([item.labels for item in courier.log], [["a"], ["a"]])
        self.assertEqual(len(self.inbox.bodies), 1)

    def test_an_acknowledged_body_may_come_again(self):
        courier = self.make(repeat=1.0)
        courier.add("a", bodies.text(ANN, "hello"))
        self.wait(lambda: not courier.pending)
        self.assertEqual([item.status for item in courier.log], [200, 200])
        self.assertEqual(self.inbox.bodies[0], self.inbox.bodies[1])

    def test_an_answer_nobody_read_is_none(self):
        courier = self.make(abandon=1.0)
        courier.add("a", bodies.text(ANN, "hello"))
        self.wait(lambda: courier.log)
        courier.quiet()
        self.wait(lambda: not courier.pending)
        statuses = [item.status for item in courier.log]
        self.assertEqual((statuses[0], statuses[-1]), (0, 200))

    def test_what_is_due_together_travels_together(self):
        courier = Courier([self.url], "secret", workers=1)
        for number in range(60):
            courier.add(str(number), bodies.text(ANN, str(number)))
        courier.start()
        self.addCleanup(courier.stop)
        self.wait(lambda: not courier.pending)
        labels = [label for item in courier.log for label in item.labels]
        self.assertEqual(sorted(map(int, labels)), list(range(60)))
        self.assertLess(len(courier.log), 60)


class TestChaos(ReceiverCase):
    def setUp(self):
        super().setUp()
        self.fake = FakeWhatsApp(app_secret="secret", window="off")
        self.fake.__enter__()
        self.addCleanup(self.fake.__exit__, None, None, None)
        self.control("POST", "chaos", seed=1, urls=[self.url], app_secret="secret")

    def control(self, method, path, **values):
        data = json.dumps(values).encode() if method == "POST" else None
        url = f"{self.fake.url}/_control/{path}"
        request = urllib.request.Request(url, data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def send(self, text):
        values = {
            "messaging_product": "whatsapp",
            "to": "+16505551234",
            "type": "text",
            "text": {"body": text},
            "biz_opaque_callback_data": f"c {text}",
        }
        url = f"{self.fake.url}/v23.0/{NUMBER_ID}/messages"
        headers = {"Authorization": "Bearer x"}
        data = json.dumps(values).encode()
        request = urllib.request.Request(url, data, headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["messages"][0]["id"]

    def test_the_same_seed_is_the_same_fate(self):
        courier = Courier([self.url], "")

        def fates(seed):
            chaos = Chaos(seed, courier)
            for number in range(300):
                chaos.take("1", {"text": {"body": str(number)}})
            return [call.fault for call in chaos.calls]

        self.assertEqual(fates(1), fates(1))
        self.assertNotEqual(fates(1), fates(2))
        self.assertLessEqual(fates(3).count("account_throttled"), 2)
        self.assertLess(set(fates(1)) - {""}, set(FAULTS))

    def test_calls_and_statuses_are_reported(self):
        self.control("POST", "quiet")
        wamid = self.send("hello")
        self.wait(lambda: not self.control("GET", "pending")["pending"])
        report = self.control("GET", "chaos")
        [call] = report["calls"]
        self.assertEqual((call["mark"], call["id"]), ("hello", wamid))
        self.assertEqual(call["correlation"], "c hello")
        told = {entry["label"] for entry in report["told"]}
        posted = {label for item in report["deliveries"] for label in item["labels"]}
        self.assertEqual(told, posted)
        self.assertIn(f"{wamid} sent", told)

    def test_a_fault_hides_that_it_was_accepted(self):
        chaos = self.fake.messages.chaos
        chaos._choose = lambda mark, tries: "reset_accepted"
        with self.assertRaises(OSError):
            self.send("hello")
        self.assertTrue(chaos.calls[0].id)
        self.wait(lambda: self.inbox.bodies)

    def test_early_statuses_overtake_the_answer(self):
        chaos = self.fake.messages.chaos
        chaos._choose = lambda mark, tries: "early_status"
        self.send("hello")
        self.assertTrue(self.inbox.bodies)

    def test_a_file_that_can_be_fetched(self):
        found = self.control("POST", "media", mime_type="image/png", content="AAAA")
        request = urllib.request.Request(
            found["url"], headers={"Authorization": "Bearer x"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            self.assertEqual(answer.read(), b"\0\0\0")
