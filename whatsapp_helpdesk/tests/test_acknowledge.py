from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..gateway.errors import GatewayError, Retry
from ..gateway.updates import ButtonPress
from . import bodies
from .plain_channel import PlainCase


@tagged("post_install", "-at_install")
class TestAcknowledge(PlainCase):
    """A pressed button stops turning in the customer's app."""

    def _press(self, **values):
        return self._update(
            "Yes",
            type="button",
            button=ButtonPress("yes", "Yes"),
            acknowledge="query-1",
            **values,
        )

    def _get_marks(self, customer="42"):
        marks = self._get_outgoing(self._find_identity(customer))
        return marks.filtered(lambda part: part.kind == "acknowledge")

    def test_a_press_is_acknowledged_and_leaves_no_row(self):
        message = self._arrive(self._press())
        self.assertIn("Yes", message.body)
        self._send()
        self.assertEqual(self.script.acknowledged, ["query-1"])
        self.assertFalse(self._get_marks())

    def test_an_acknowledgement_that_fails_is_not_tried_again(self):
        self.script.refuses_acknowledgement = GatewayError("server", Retry.SOON)
        self._arrive(self._press())
        self._send()
        self._send()
        self.assertEqual(self.script.acknowledged, ["query-1"])
        self.assertFalse(self._get_marks())

    def test_one_that_waited_too_long_is_dropped(self):
        self._arrive(self._press())
        mark = self._get_marks()
        self.assertLessEqual(
            mark.expires_at, fields.Datetime.now() + timedelta(seconds=30)
        )
        mark.expires_at = fields.Datetime.now()
        self._send()
        self.assertFalse(self.script.acknowledged)
        self.assertFalse(mark.exists())

    def test_it_passes_a_message_that_is_being_sent(self):
        message = self._arrive(self._update("Hello"))
        part = self._reply(message).messaging_part_ids
        part.write(
            {
                "state": "sending",
                "lease_until": fields.Datetime.now() + timedelta(minutes=1),
            }
        )
        self._arrive(self._press())
        self._send()
        self.assertEqual(self.script.acknowledged, ["query-1"])
        self.assertEqual(part.state, "sending")

    def test_it_holds_up_no_message(self):
        message = self._arrive(self._press())
        mark = self._get_marks()
        mark.write(
            {
                "state": "sending",
                "lease_until": fields.Datetime.now() + timedelta(minutes=1),
            }
        )
        self._reply(message)
        self._send()
        self.assertEqual(len(self.script.calls), 1)

    def test_a_press_that_was_seen_before_is_acknowledged_too(self):
        press = self._press()
        self._arrive(press)
        self._send()
        again = self._press(external_id=press.external_id)
        self.assertFalse(self._arrive(again))
        self._send()
        self.assertEqual(len(self.script.acknowledged), 2)

    def test_other_channels_have_nothing_to_acknowledge(self):
        self._receive(bodies.text("Hello"))
        marks = self.env["messaging.message"].search([("kind", "=", "acknowledge")])
        self.assertFalse(marks)
