from datetime import datetime, timedelta, timezone

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..gateway.errors import GatewayError
from ..gateway.updates import Kind
from .plain_channel import PlainCase


@tagged("post_install", "-at_install")
class TestReachable(PlainCase):
    """A customer who blocked us is left alone until they let us again."""

    def setUp(self):
        super().setUp()
        self.message = self._arrive(self._update("Hello"))
        self.identity = self._find_identity()
        self.conversation = self.identity.conversation_id

    def _change(self, change, seconds=0):
        moment = datetime.now(timezone.utc) + timedelta(seconds=seconds)
        return self._update(
            kind=Kind.IDENTITY,
            external_id="",
            details={"change": change},
            timestamp=moment,
        )

    def _get_notes(self):
        return [
            str(note.body)
            for note in self.conversation.message_ids
            if note.message_type != "helpdesk_message"
        ]

    def test_who_blocked_us_is_not_written_to(self):
        self._arrive(self._change("blocked"))
        self.assertTrue(self.identity.unreachable_since)
        with self.assertRaises(UserError) as caught:
            self._reply(self.message)
        self.assertEqual(caught.exception.gate_reason, "blocked_us")

    def test_the_composer_says_why(self):
        self._reply(self.message)
        self._arrive(self._change("blocked"))
        code, sentence = self.env["messaging.gate"]._get_lock(self.conversation)
        self.assertEqual(code, "blocked_us")
        self.assertIn("blocked", sentence)

    def test_the_conversation_says_it_once(self):
        self._arrive(self._change("blocked"))
        self._arrive(self._change("blocked", seconds=1))
        said = [note for note in self._get_notes() if "has blocked you" in note]
        self.assertEqual(len(said), 1)

    def test_what_waits_does_not_leave(self):
        part = self._reply(self.message).messaging_part_ids
        self._arrive(self._change("blocked"))
        self._send()
        self.assertFalse(self.script.calls)
        self.assertEqual((part.state, part.failure_reason), ("failed", "blocked_us"))

    def test_who_lets_us_again_is_written_to(self):
        self._arrive(self._change("blocked"))
        self._arrive(self._change("unblocked", seconds=1))
        self.assertFalse(self.identity.unreachable_since)
        self._reply(self.message)
        self._send()
        self.assertEqual(len(self.script.calls), 1)

    def test_who_writes_can_be_answered(self):
        self._arrive(self._change("blocked"))
        later = datetime.now(timezone.utc) + timedelta(seconds=2)
        self._arrive(self._update("Back again", timestamp=later))
        self.assertFalse(self.identity.unreachable_since)

    def test_what_was_written_before_the_block_changes_nothing(self):
        self._arrive(self._change("blocked"))
        before = datetime.now(timezone.utc) - timedelta(minutes=5)
        self._arrive(self._update("Written before", timestamp=before))
        self.assertTrue(self.identity.unreachable_since)

    def test_a_block_that_is_told_late_changes_nothing(self):
        self._arrive(self._change("blocked", seconds=-600))
        self.assertFalse(self.identity.unreachable_since)

    def test_a_send_finds_out(self):
        self.script.answer(GatewayError("blocked_us"))
        part = self._reply(self.message).messaging_part_ids
        self._send()
        self.assertEqual((part.state, part.failure_reason), ("failed", "blocked_us"))
        self.assertTrue(self.identity.unreachable_since)

    def test_a_stranger_who_blocks_us_makes_no_customer(self):
        stranger = self._update(
            kind=Kind.IDENTITY, customer="77", details={"change": "blocked"}
        )
        self._arrive(stranger)
        self.assertFalse(self._find_identity("77"))
        update = self.env["messaging.update"].search([("key", "=", stranger.key)])
        self.assertEqual(update.state, "ignored")
