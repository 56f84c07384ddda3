from unittest.mock import patch

from odoo.tests import HttpCase

from ..controllers import webhook
from ..controllers.rate_limit import RateLimit
from ..controllers.signature_failures import SignatureFailures
from .common import MessagingMixin


class WebhookCase(MessagingMixin, HttpCase):
    """Deliveries over HTTP, each test with memories of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_messaging()

    def setUp(self):
        super().setUp()
        # Other tests are refused from the same address.
        limit = RateLimit(rate=1000, burst=1000)
        self.startPatcher(patch.object(webhook, "REFUSALS", limit))
        self.startPatcher(patch.object(webhook, "FAILURES", SignatureFailures()))
        self.path = f"/messaging/webhook/{self.connection.token}"
