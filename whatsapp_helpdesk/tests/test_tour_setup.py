"""From the first run to the first answered customer, in a real browser."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from . import bodies, fake_telegram
from .common import MessagingMixin
from .outbound_case import OutboundMixin
from .test_setup_token import TokenSetupMixin

DASHBOARD = "helpdesk_mgmt.helpdesk_ticket_dashboard_action"


@tagged("post_install", "-at_install", "wh_tour")
class TestSetupTour(TokenSetupMixin, OutboundMixin, MessagingMixin, HttpCase):
    language = "en_US"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_messaging()
        # The first run: nothing is connected, and nobody wrote.
        cls.account.unlink()
        cls.connection.unlink()
        cls.env["messaging.setup"].search([]).unlink()
        cls.company.messaging_checklist_done = False
        teams = cls.env["helpdesk.ticket.team"].search([("id", "!=", cls.team.id)])
        teams.active = False
        cls.agent.password = "agent1"

    def setUp(self):
        super().setUp()
        self._start_graph()
        self.env["res.lang"]._activate_lang(self.language)
        self.admin = self._create_admin()
        (self.admin | self.agent).lang = self.language

    def _tour(self, name, url, login="setup_admin"):
        self.start_tour(url, f"whatsapp_helpdesk_setup_{name}", login=login, timeout=90)

    def test_first_run_to_first_answer(self):
        dashboard = f"/odoo/action-{DASHBOARD}"
        with self._local_provider(self.graph.url):
            self._tour("connect", dashboard)
        account = self.env["messaging.account"].search(
            [("external_id", "=", bodies.NUMBER_ID)]
        )
        self.assertEqual(account.access_token, "good-token")
        self.assertEqual(self.graph.callback, account.connection_id.webhook_url)
        self._customer_writes(account)
        self._tour("test_message", "/odoo/connect-number")
        self._send()
        [part] = self._get_outbox()
        self._status(part, "delivered")
        self._tour("finish", "/odoo/connect-number")
        self.assertEqual(account.team_id, self.team)
        self._agent_answers()
        self._send()
        texts = [message["text"]["body"] for message in self.graph.sent]
        self.assertEqual(texts[-1], "Welcome to our shop")
        self._tour("all_done", dashboard)
        self.assertTrue(self.company.messaging_checklist_done)

    def test_token_to_first_answer(self):
        self._start_bots()
        dashboard = f"/odoo/action-{DASHBOARD}"
        # A wrong token is refused with a sentence, which Odoo logs.
        with self._local_provider(self.bots.url), mute_logger("odoo.http"):
            self._tour("connect_token", dashboard)
        account = self.env["messaging.account"].search(
            [("external_id", "=", fake_telegram.BOT_ID)]
        )
        webhook = self.bots.get_webhook()
        self.assertEqual(webhook["url"], account.connection_id.webhook_url)
        self.assertEqual(self._bot_hears(account.connection_id, "HELLO")[0], 200)
        self._tour("test_message", "/odoo/connect-number")
        self._send()
        self._tour("finish", "/odoo/connect-number")
        self._agent_answers()
        self._send()
        self.assertEqual(self.bots.sent[-1]["text"], "Welcome to our shop")

    @contextmanager
    def _local_provider(self, url):
        """New connections talk to the fake, as administrators may set by hand."""
        setup_class = self.env.registry["messaging.setup"]
        create = setup_class._create_connection

        def create_local(setup, channel):
            connection = create(setup, channel)
            connection.base_url = url
            return connection

        with patch.object(setup_class, "_create_connection", create_local):
            yield

    def _customer_writes(self, account):
        values = bodies.text("HELLO", timestamp=self._now_timestamp())
        status, _text = self._deliver(values, connection=account.connection_id)
        self.assertEqual(status, 200)
        self._process()

    def _agent_answers(self):
        case = self.env["helpdesk.ticket"].search([("conversation_id", "!=", False)])
        case.user_id = self.agent
        self._tour("first_answer", "/odoo/discuss", login="agent1")


@tagged("post_install", "-at_install", "wh_tour")
class TestSetupTourInArabic(TestSetupTour):
    """The same steps look at no text, so they hold in every language."""

    allow_inherited_tests_method = True
    language = "ar_001"
