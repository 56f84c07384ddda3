"""An agent answers by one of several channels of a customer."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MessagingCase
from .outbound_case import OutboundMixin


@tagged("post_install", "-at_install")
class TestReplyChannel(OutboundMixin, MessagingCase):
    """One customer, known on two numbers of one inbox."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.conversation = cls._create_conversation()
        cls.first = cls.conversation.messaging_identity_id
        cls.account2 = cls._create_account(
            cls.connection, "200000000000002", name="Second number"
        )
        cls.second = cls._create_second_identity(cls.conversation)
        cls.other_conversation = cls._create_conversation("Somebody else")

    @classmethod
    def _create_second_identity(cls, conversation):
        return cls.env["messaging.identity"].create(
            {
                "account_id": cls.account2.id,
                "name": "Sara at work",
                "partner_id": conversation.helpdesk_partner_id.id,
                "conversation_id": conversation.id,
                "last_inbound_at": fields.Datetime.now() - timedelta(hours=2),
                "address_ids": [
                    Command.create(
                        {
                            "kind": "phone",
                            "value": "+9647809999999",
                            "scope": f"account:{cls.account2.id}",
                            "reach": "provider:whatsapp",
                        }
                    )
                ],
            }
        )

    def _get_channels(self, user=None):
        conversation = self.conversation.with_user(user or self.agent)
        return conversation.helpdesk_get_reply_channels()

    def _get_channel(self, identity):
        return next(c for c in self._get_channels() if c["identity_id"] == identity.id)

    # -- the list --

    def test_the_channel_of_the_last_message_comes_first_and_is_current(self):
        channels = self._get_channels()
        self.assertEqual(
            [(c["identity_id"], c["is_current"]) for c in channels],
            [(self.first.id, True), (self.second.id, False)],
        )

    def test_window_and_limits_are_those_of_each_identity(self):
        channel = self._get_channel(self.second)
        self.assertEqual(
            channel["window_end"], fields.Datetime.to_string(self.second.window_end)
        )
        self.assertNotEqual(self.first.window_end, self.second.window_end)
        self.assertEqual(channel["text_limit"], {"size": 4096, "unit": "characters"})
        self.assertEqual(channel["address"], "+9647809999999")
        self.assertEqual(channel["account"], "Second number")

    def test_a_locked_channel_has_its_reason(self):
        self.second.blocked = True
        channel = self._get_channel(self.second)
        self.assertEqual(channel["lock"], "blocked")
        self.assertTrue(channel["lock_text"])
        self.assertFalse(self._get_channel(self.first)["lock"])

    def test_a_closed_window_locks_only_its_own_channel(self):
        self.second.last_inbound_at = fields.Datetime.now() - timedelta(hours=30)
        self.assertEqual(self._get_channel(self.second)["lock"], "window_closed")
        self.assertFalse(self._get_channel(self.first)["lock"])

    def test_the_cost_is_that_of_the_place(self):
        Rate = self.env["messaging.rate"].sudo()
        country = self.env.ref("base.iq")
        charge = Rate._charge_next(self.account, "service", country)
        self.assertTrue(charge.rate, "the card has a rate for this country")
        text = self._get_channel(self.first)["cost_text"]
        self.assertIn(f"{charge.amount.normalize():f} {charge.currency}", text)

    def test_the_list_is_for_readers_only(self):
        stranger = self._create_agent("stranger", "Stranger", "base.group_user")
        with self.assertRaises(AccessError):
            self._get_channels(stranger)

    # -- answering --

    def test_an_answer_goes_where_the_customer_wrote_last(self):
        part = self._reply(self.conversation).messaging_part_ids
        self.assertEqual(part.identity_id, self.first)

    def test_an_answer_goes_by_the_chosen_channel(self):
        message = self._reply(self.conversation, messaging_identity_id=self.second.id)
        self.assertEqual(message.messaging_identity_id, self.second)
        self.assertEqual(message.messaging_part_ids.account_id, self.account2)
        self.assertEqual(
            message.helpdesk_ticket_id, self.conversation.helpdesk_ticket_id
        )

    def test_choosing_does_not_change_where_the_next_answer_goes(self):
        self._reply(self.conversation, messaging_identity_id=self.second.id)
        self.assertEqual(self.conversation.messaging_identity_id, self.first)

    def test_another_customers_identity_is_refused(self):
        stranger = self.other_conversation.messaging_identity_id
        with self.assertRaises(UserError):
            self._reply(self.conversation, messaging_identity_id=stranger.id)

    def test_the_window_of_the_chosen_channel_counts(self):
        self.second.last_inbound_at = fields.Datetime.now() - timedelta(hours=30)
        with self.assertRaises(UserError):
            self._reply(self.conversation, messaging_identity_id=self.second.id)
        self.assertTrue(self._reply(self.conversation).messaging_part_ids)

    def test_a_note_never_gets_a_channel(self):
        note = self._note(self.conversation, messaging_identity_id=self.second.id)
        self.assertFalse(note.messaging_identity_id)
        self.assertFalse(note.messaging_part_ids)

    def test_other_channels_of_discuss_take_no_identity(self):
        channel = self.env["discuss.channel"].create({"name": "Lunch"})
        self.assertNotIn("messaging_identity_id", channel._get_allowed_message_params())
        self.assertIn(
            "messaging_identity_id", self.conversation._get_allowed_message_params()
        )

    # -- quoting --

    def test_a_quote_within_a_channel_is_the_channels_own(self):
        asked = self._customer_says(self.conversation, "Is it <b>blue</b>?")
        reply = self._reply(self.conversation, "Yes", parent_id=asked.id)
        self.assertEqual(reply.parent_id, asked)
        self.assertEqual(
            reply.messaging_part_ids.reply_to_ref, asked.messaging_part_ids.external_id
        )

    def test_a_quote_from_another_channel_is_text(self):
        asked = self._customer_says(self.conversation, "Is it blue?")
        reply = self._reply(
            self.conversation,
            "Yes",
            parent_id=asked.id,
            messaging_identity_id=self.second.id,
        )
        self.assertFalse(reply.parent_id)
        self.assertFalse(reply.messaging_part_ids.reply_to_ref)
        text = reply.messaging_part_ids.payload["body"]
        self.assertIn("> Is it blue?", text)
        self.assertTrue(text.endswith("Yes"))

    def test_a_quoted_text_cannot_smuggle_html(self):
        asked = self._customer_says(self.conversation, "<img src=x onerror=alert(1)>")
        reply = self._reply(
            self.conversation,
            "<b>Yes</b>",
            parent_id=asked.id,
            messaging_identity_id=self.second.id,
        )
        self.assertNotIn("<img", reply.body)
        self.assertNotIn("<b>", reply.body)

    def test_a_message_from_elsewhere_is_never_quoted(self):
        secret = self._customer_says(self.other_conversation, "My secret")
        note = self._note(self.conversation, "Do not tell")
        for message in (secret, note):
            reply = self._reply(
                self.conversation,
                "Hello",
                parent_id=message.id,
                messaging_identity_id=self.second.id,
            )
            self.assertEqual(reply.messaging_part_ids.payload["body"], "Hello")

    # -- what clients know --

    def test_messages_and_conversations_name_their_channels(self):
        message = self._reply(self.conversation, messaging_identity_id=self.second.id)
        self.assertEqual(message._get_store_channel()["identity_id"], self.second.id)
        self.assertEqual(
            [c["identity_id"] for c in self.conversation._get_store_channels()],
            [self.first.id, self.second.id],
        )

    def test_a_template_goes_by_the_chosen_channel(self):
        wizard = self.env["messaging.template.send"].new(
            {
                "conversation_id": self.conversation.id,
                "chosen_identity": self.second.id,
            }
        )
        self.assertEqual(wizard.allowed_account_ids._origin, self.account2)
