"""The log is read by people who may read no conversation."""

import logging
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..gateway.errors import GatewayError, Retry
from . import bodies
from .erase_case import ARABIC, BSUID, NAME, PHONE, TEXT, EraseCase, wamid
from .fakes import Script, scripted_provider
from .outbound_case import OutboundMixin


@tagged("post_install", "-at_install")
class TestLogPrivacy(OutboundMixin, EraseCase):
    def setUp(self):
        super().setUp()
        self.lines = []
        handler = logging.Handler()
        handler.emit = lambda record: self.lines.append(self._format(record))
        for part in ("models", "controllers", "wizards", "gateway"):
            self._listen(f"odoo.addons.whatsapp_helpdesk.{part}", handler)

    def _listen(self, name, handler):
        """Errors made on purpose are no failures of this run: they go no further."""
        logger = logging.getLogger(name)
        level, propagate = logger.level, logger.propagate
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False

        def restore():
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagate

        self.addCleanup(restore)

    def _format(self, record):
        text = record.getMessage()
        if record.exc_info:
            text += logging.Formatter().formatException(record.exc_info)
        return text

    def assertNothingPersonal(self):
        self.assertTrue(self.lines, "something was logged at all")
        text = "\n".join(self.lines)
        for secret in (
            PHONE,
            PHONE[3:],
            BSUID,
            NAME,
            "kidney",
            ARABIC,
            wamid(PHONE, b"00000001"),
            "test-access-token",
            self.connection.app_secret,
            self.connection.token,
        ):
            self.assertNotIn(secret, text)

    def test_receiving_erasing_and_their_errors(self):
        self._leave_traces()
        model = self.env.registry["messaging.inbound"]
        error = ValueError(f"+{PHONE} {wamid(PHONE, b'00000001')} test-access-token")
        with (
            patch.object(model, "_receive_message", side_effect=error),
            mute_logger("odoo.sql_db"),
        ):
            self._receive(bodies.inbound(self._write(number=b"00000051"), name=NAME))
        self._deliver(b"{", secret="wrong")
        self._queue()
        with patch.object(
            self.env.registry["rating.rating"], "_erase_person", side_effect=error
        ):
            self._run_erase()
        self.assertNothingPersonal()

    def test_sending_and_its_errors(self):
        conversation = self._create_conversation(NAME, phone=f"+{PHONE}")
        self._customer_says(conversation, TEXT, wamid(PHONE, b"00000001"))
        self._reply(conversation, f"About {TEXT}")
        script = Script()
        provider = scripted_provider(script)
        self.startPatcher(
            patch.object(
                self.env.registry["messaging.connection"],
                "_get_provider_class",
                lambda connection: provider,
            )
        )
        script.answer(
            GatewayError(
                "server", Retry.SOON, details=f"failed for {PHONE} test-access-token"
            ),
            ValueError(f"{PHONE} {TEXT}"),
        )
        self._send()
        self.assertEqual(len(script.calls), 1)
        self._get_outbox().next_try_at = fields.Datetime.now()
        self._send()
        self.assertEqual(len(script.calls), 2)
        self.assertNothingPersonal()
