"""What nobody should send goes all the way, and every public route gets some of it."""

import inspect
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers import webhook
from ..controllers.rate_limit import RateLimit
from . import bodies
from .common import SECRET, MessagingCase
from .fuzz_cases import Fuzz
from .fuzz_routes import (
    TARGETS,
    WEBHOOK,
    Places,
    RouteFuzz,
    exchange,
    find_fault,
    to_wire,
)
from .phone_case import PhoneCase
from .test_inbound_samples import SAMPLES

CASES = 600
#: Workers take what was stored in portions of this many bodies.
PORTION = 100


def load_samples():
    return [path.read_bytes() for path in sorted(SAMPLES.rglob("*.json"))]


@tagged("post_install", "-at_install")
class TestFuzzInbound(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.samples = load_samples()
        provider = cls.connection._get_provider_class()
        refs = {u.account for raw in cls.samples for u in provider.parse(raw)}
        for ref in refs - {"", bodies.NUMBER_ID}:
            cls._create_account(cls.connection, ref)

    def test_signed_bodies_are_stored_and_none_fails(self):
        events = self.env["messaging.event"]
        stored = set()
        for number, body in enumerate(Fuzz(1, self.samples).bodies(CASES)):
            if not body:
                continue
            status, text = self._deliver(body)
            self.assertEqual((status, text), (200, "OK"), body[:200])
            stored.add(body)
            if number % PORTION == 0:
                self._process()
        self._process()
        domain = [("connection_id", "=", self.connection.id)]
        self.assertEqual(events.search_count(domain), len(stored))
        updates = self._get_updates()
        self.assertNotIn("pending", updates.mapped("state"))
        self.assertGreater(len(updates.filtered("mail_message_id")), CASES // 10)
        self.assertNoBug(updates)

    def assertNoBug(self, updates):
        for update in updates.filtered("error"):
            body = update.event_id.body[:3000]
            with self.subTest(kind=update.kind, body=body):
                self.fail(update.error)


@tagged("post_install", "-at_install", "wh_http")
class TestFuzzRoutes(PhoneCase):
    def setUp(self):
        super().setUp()
        for name in ("REFUSALS", "DELIVERIES"):
            limit = RateLimit(rate=1000, burst=10_000)
            self.startPatcher(patch.object(webhook, name, limit))
        self.place = urlsplit(self.base_url())
        path = f"/messaging/webhook/{self.connection.token}"
        places = Places(path, (self.token,), self.place.netloc)
        self.fuzz = RouteFuzz(1, load_samples(), SECRET, places)

    def test_every_route_of_the_app_is_attacked(self):
        """A new route has to be added to ``TARGETS`` before it is let through."""
        own = self.env["ir.http"].routing_map().iter_rules()
        routes = {rule.rule for rule in own if _is_ours(rule.endpoint.func)}
        self.assertIn(WEBHOOK, routes)
        self.assertFalse(routes - set(TARGETS))

    def test_no_request_makes_an_error(self):
        self.env.flush_all()
        for route in TARGETS:
            for case, path in self.fuzz.requests_to(route, 40):
                raw, stop = to_wire(case, path, self.place.netloc)
                self.cr.flush()
                self.cr.clear()
                with (
                    self.subTest(route, case=case.number, body=case.body[:300]),
                    self.allow_requests(all_requests=True),
                    mute_logger("odoo.http", "werkzeug"),
                ):
                    place = (self.place.hostname, self.place.port)
                    status, text = exchange(place, raw, stop)
                    self.assertEqual(find_fault(status, text), "", text[:3000])
        self.assertEqual(self._sync()["version"], self._sync()["version"])


def _is_ours(endpoint):
    """Whether the code that answers is in this app, wherever its route is from."""
    functions = [endpoint, getattr(endpoint, "func", None), inspect.unwrap(endpoint)]
    return any(
        getattr(function, "__module__", "").startswith("odoo.addons.whatsapp_helpdesk")
        for function in functions
    )
