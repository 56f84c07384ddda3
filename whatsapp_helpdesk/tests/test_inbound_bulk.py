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

    def test_new_cases_of_a_batch_are_spread_evenly(self):
        messages = self._receive(
            *(self._text("Hi", f"96477010000{n}") for n in range(6))
        )
        agents = messages.helpdesk_ticket_id.mapped("user_id")
        self.assertEqual(len(messages.helpdesk_ticket_id), 6)
        self.assertEqual(agents, self.agent | self.agent2)
        for agent in agents:
            cases = messages.helpdesk_ticket_id.filtered(
                lambda case, agent=agent: case.user_id == agent
            )
            self.assertEqual(len(cases), 3)

    def test_new_customer_whose_number_a_contact_has_gets_no_second_contact(self):
        known = self.env["res.partner"].create(
            {"name": "Known", "phone": "+9647701000001"}
        )
        messages = self._receive(
            self._text("Hi", "9647701000000"), self._text("Hi", "9647701000001")
        )
        self.assertEqual(messages[1].author_id, known)
        self.assertNotEqual(messages[0].author_id, known)

    def test_one_customer_with_two_addresses_in_a_batch_is_one(self):
        messages = self._receive(
            bodies.text("One", bsuid="", timestamp=self._now_timestamp()),
            bodies.text("Two", bsuid=bodies.BSUID, timestamp=self._now_timestamp()),
            bodies.text(
                "Three", phone="", bsuid=bodies.BSUID, timestamp=self._now_timestamp()
            ),
        )
        self.assertEqual(len(messages), 3)
        self.assertEqual(len(messages.messaging_identity_id), 1)
        self.assertEqual(len(messages.helpdesk_ticket_id), 1)

    def test_same_number_at_two_accounts_is_one_contact(self):
        other = self._create_account(self.connection, "222")
        messages = self._receive(
            self._text("One"),
            bodies.text(
                "Two",
                phone="9647701234567",
                number_id=other.external_id,
                timestamp=self._now_timestamp(),
            ),
        )
        self.assertEqual(len(messages.messaging_identity_id), 2)
        self.assertEqual(len(messages.author_id), 1)

    def test_message_without_words_for_an_agent_opens_no_case_beforehand(self):
        messages = self._receive(self._text("stop"))
        self.assertEqual(messages.mapped("messaging_direction"), ["in", "out"])
        self.assertFalse(messages.helpdesk_ticket_id)

    def test_posting_changed_by_another_addon_is_done_one_by_one(self):
        channel_class = self.env.registry["discuss.channel"]
        self.assertTrue(self.env["discuss.channel"]._helpdesk_may_post_together())
        self.patch(
            channel_class, "_helpdesk_get_harmless_addons", lambda channels: {"mail"}
        )
        self.assertFalse(self.env["discuss.channel"]._helpdesk_may_post_together())
        self.assertEqual(len(self._receive(self._text("One"), self._text("Two"))), 2)
