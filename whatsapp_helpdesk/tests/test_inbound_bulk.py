from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from . import bodies
from .common import MessagingCase

WORKER = "odoo.addons.whatsapp_helpdesk.models.messaging_update_worker"


@tagged("post_install", "-at_install")
class TestInboundBulk(MessagingCase):
    def _watch_batches(self, follow=None):
        """Record what the hook after each batch gets; ``follow`` acts on it."""
        batches = []

        def after_batch(inbound, stored):
            batches.append(stored)
            if follow:
                follow(stored)

        hook = patch.object(
            self.env.registry["messaging.inbound"], "_after_batch", after_batch
        )
        self.startPatcher(hook)
        return batches

    def _text(self, text, phone="9647701234567"):
        return bodies.text(text, phone=phone, timestamp=self._now_timestamp())

    def test_hook_gets_the_messages_of_a_batch_in_order(self):
        batches = self._watch_batches()
        messages = self._receive(
            self._text("One"), self._text("Two"), self._text("Three", "9647709999999")
        )
        [stored] = batches
        self.assertEqual([entry.message for entry in stored], list(messages))
        self.assertEqual([entry.opened for entry in stored], [True, False, True])
        for entry in stored:
            self.assertEqual(entry.case, entry.message.helpdesk_ticket_id)
            self.assertEqual(entry.conversation.id, entry.message.res_id)
            self.assertEqual(entry.identity, entry.message.messaging_identity_id)

    def test_hook_knows_reopened_cases_and_consumers(self):
        [first] = self._receive(self._text("Hello"))
        first.helpdesk_ticket_id.stage_id = self.env["helpdesk.ticket.stage"].search(
            [("closed", "=", True)], limit=1
        )
        batches = self._watch_batches()
        self._receive(self._text("thanks"))
        self._receive(self._text("It is broken again"))
        [[swallowed], [reopening]] = batches
        self.assertEqual((swallowed.opened, swallowed.consumer), (False, "thank_you"))
        self.assertEqual((reopening.opened, reopening.consumer), (True, ""))

    def test_hook_that_fails_costs_no_message(self):
        def fail(stored):
            raise ValueError("automatic answer")

        batches = self._watch_batches(fail)
        with mute_logger(WORKER):
            messages = self._receive(self._text("One"), self._text("Two"))
        self.assertEqual(len(messages), 2)
        self.assertEqual(set(self._get_updates().mapped("state")), {"done"})
        self.assertEqual([len(stored) for stored in batches], [2, 1, 1])
