from datetime import datetime, timezone

from odoo.tests import tagged

from ..gateway.outgoing import Button, OutButtons, OutContactRequest
from ..gateway.provider import SendResult
from ..gateway.updates import (
    Address,
    AddressKind,
    ContactCard,
    Kind,
    Location,
    MediaRef,
    Scope,
)
from .plain_channel import PlainCase


@tagged("post_install", "-at_install")
class TestOnlyAccount(PlainCase):
    """Deliveries that name no account belong to the only one of their connection."""

    def _get_update(self, update):
        return self.env["messaging.update"].search([("key", "=", update.key)])

    def test_it_is_found(self):
        update = self._update("Hello")
        message = self._arrive(update)
        self.assertEqual(message.messaging_identity_id.account_id, self.plain_account)

    def test_without_an_account_they_are_parked(self):
        self.plain_account.connection_id = self._create_connection(
            name="Other", channel="telegram"
        )
        update = self._update("Hello")
        self.assertFalse(self._arrive(update))
        self.assertEqual(self._get_update(update).state, "parked")

    def test_an_archived_account_gives_way_to_the_active_one(self):
        self.plain_account.active = False
        new = self._create_account(self.plain, "bot2")
        message = self._arrive(self._update("Hello"))
        self.assertEqual(message.messaging_identity_id.account_id, new)

    def test_of_two_accounts_none_is_guessed(self):
        """Of before it was refused to have a second one."""
        self.plain_account.active = False
        self._create_account(self.plain, "bot2")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE messaging_account SET active = TRUE WHERE id = %s",
            [self.plain_account.id],
        )
        self.env.invalidate_all()
        update = self._update("Hello")
        self.assertFalse(self._arrive(update))
        self.assertEqual(self._get_update(update).state, "parked")

    def test_groups_are_no_customers(self):
        update = self._update("Hi all", kind=Kind.GROUP, group="-100")
        self.assertFalse(self._arrive(update))
        self.assertEqual(self._get_update(update).state, "ignored")
        self.assertFalse(self._find_identity())


@tagged("post_install", "-at_install")
class TestWithoutReceipts(PlainCase):
    """A channel that tells nothing after it took a message says so."""

    def _answer(self):
        message = self._reply(self._arrive(self._update("Hello")))
        self._send()
        return message

    def test_a_message_that_was_taken_is_sent(self):
        message = self._answer()
        part = message.messaging_part_ids
        self.assertEqual(message.messaging_state, "sent")
        self.assertTrue(part.sent_at)
        self.assertTrue(part.without_receipts)

    def test_the_client_is_told(self):
        message = self._answer()
        values = message._get_messaging_store_fields()
        told = {
            attr.field_name: attr.value(message)
            for attr in values
            if attr.field_name == "messaging_without_receipts"
        }
        self.assertEqual(told, {"messaging_without_receipts": True})

    def test_a_customer_who_is_given_another_address_keeps_it(self):
        address = Address(AddressKind.USER_ID, "4242", Scope.PROVIDER)
        self.script.answer(SendResult("m1", (address,)))
        message = self._answer()
        identity = message.messaging_identity_id
        self.assertEqual(identity.address, "4242")
        self._reply(self._arrive(self._update("Again", customer="4242")))
        self._send()
        self.assertEqual(self.script.calls[-1]["addresses"][0].value, "4242")

    def test_buttons_leave_as_a_part(self):
        self._arrive(self._update("Hello"))
        identity = self._find_identity()
        conversation = identity.conversation_id
        for part in (
            OutButtons("Which one?", (Button("a", "A"), Button("b", "B"))),
            OutContactRequest("May we have your number?"),
        ):
            conversation.with_context(messaging_part=part)._helpdesk_post_outbound(
                author=self.company.partner_id,
                author_kind="automatic",
                body=part.body,
            )
        self._send()
        self.assertEqual(
            [part.kind for part in self.script.parts], ["buttons", "contact_request"]
        )


@tagged("post_install", "-at_install")
class TestTyping(PlainCase):
    def setUp(self):
        super().setUp()
        self.incoming = self._update("Hello")
        self.message = self._arrive(self.incoming)
        self.conversation = self.env["discuss.channel"].browse(self.message.res_id)
        self.message.helpdesk_ticket_id.user_id = self.agent

    def _type(self, user):
        members = self.conversation.channel_member_ids
        member = members.filtered(lambda m: m.partner_id == user.partner_id)
        member.with_user(user)._notify_typing(True)
        return member

    def test_the_customer_sees_that_the_assignee_types(self):
        self.assertTrue(self._type(self.agent))
        self._type(self.agent)
        self._send()
        self.assertEqual(self.script.reads, [(self.incoming.external_id, True)])

    def test_who_stops_tells_nothing(self):
        members = self.conversation.channel_member_ids
        members.with_user(self.agent)._notify_typing(False)
        self._send()
        self.assertFalse(self.script.reads)


@tagged("post_install", "-at_install")
class TestContent(PlainCase):
    """How the kinds of a channel with edits and shared contacts look."""

    def test_an_edit_shows_the_new_text_and_keeps_the_old_one(self):
        update = self._update("Blue")
        message = self._arrive(update)
        self._edit(update, "Red")
        self.assertLess(message.body.index("Red"), message.body.index("Blue"))
        self.assertIn('<summary dir="auto">', message.body)

    def _edit(self, update, text="", **values):
        edit = self._update(
            text, kind=Kind.EDIT, target=update.external_id, external_id="", **values
        )
        self._arrive(edit)
        return self.env["messaging.update"].search([("key", "=", edit.key)])

    def test_an_edit_that_changes_nothing_is_not_shown(self):
        update = self._update("Blue")
        message = self._arrive(update)
        body = message.body
        self.assertEqual(self._edit(update, "Blue").state, "ignored")
        self.assertEqual(message.body, body)

    def test_many_edits_do_not_grow_without_end(self):
        update = self._update("Start")
        message = self._arrive(update)
        for number in range(12):
            self._edit(update, f"{number} " + "x" * 4000)
        self.assertLess(len(message.body), 60_000)
        self.assertIn("11 x", message.body)

    def test_a_position_that_moves_shows_where_it_is_now(self):
        update = self._update(type="location", location=Location(30.5, 47.8))
        message = self._arrive(update)
        for latitude in (30.6, 30.7):
            self._edit(update, type="location", location=Location(latitude, 47.8))
        self.assertIn("30.7", message.body)
        self.assertNotIn("30.6", message.body)

    def test_an_edited_text_leaves_the_file_that_is_being_fetched(self):
        update = self._photo("Blue")
        message = self._arrive(update)
        self._edit(update, "Red", media=update.media, type="image")
        self.assertEqual(len(message.messaging_part_ids.media_ids), 1)
        before_details = message.body.split("<details")[0]
        self.assertIn("o-helpdesk-media", before_details)

    def test_a_replaced_file_is_fetched_too(self):
        update = self._photo("Blue")
        message = self._arrive(update)
        other = MediaRef("image", media_id="other", size=77)
        self._edit(update, "Blue", media=(other,), type="image")
        files = message.messaging_part_ids.media_ids
        self.assertEqual(files.mapped("size"), [update.media[0].size, 77])

    def test_an_own_contact_is_told_from_a_forwarded_one(self):
        bodies = []
        for own in (True, False):
            card = ContactCard("Layla", phones=("+9647701234567",), own=own)
            message = self._arrive(self._update(type="contacts", contacts=(card,)))
            bodies.append("own number" in message.body)
        self.assertEqual(bodies, [True, False])

    def test_who_opens_the_chat_is_welcomed_without_a_case(self):
        start = self._update(type="start", deep_link="abc")
        self._arrive(start)
        conversation = self._find_identity().conversation_id
        self.assertFalse(conversation.helpdesk_ticket_ids)
        messages = conversation.message_ids.filtered(
            lambda m: m.message_type == "helpdesk_message"
        ).sorted("id")
        self.assertEqual(messages.mapped("messaging_direction"), ["in", "out"])
        self.assertNotIn("abc", messages[0].body)
        self.assertIn("opened the chat", messages[0].body)

    def test_who_opens_the_chat_again_is_welcomed_once_a_day(self):
        for _time in range(3):
            self._arrive(self._update(type="start"))
        sent = self._get_outgoing(self._find_identity()).mail_message_id
        self.assertEqual(len(sent), 1)

    def test_who_opens_the_chat_in_the_middle_of_a_talk_is_left_alone(self):
        message = self._arrive(self._update("Hello"))
        self._arrive(self._update(type="start"))
        self.assertFalse(self._get_outgoing(self._find_identity()))
        self.assertEqual(
            self._find_identity().conversation_id.helpdesk_ticket_ids,
            message.helpdesk_ticket_id,
        )

    def test_who_opens_the_chat_again_waits_for_nothing(self):
        message = self._arrive(self._update("Hello"))
        self._reply(message)
        case = message.helpdesk_ticket_id
        self.assertEqual(case.waiting_on, "customer")
        self._arrive(self._update(type="start"))
        self.assertEqual(case.waiting_on, "customer")

    def test_the_first_words_after_opening_the_chat_open_a_case(self):
        self._arrive(self._update(type="start"))
        moment = datetime.now(timezone.utc)
        message = self._arrive(self._update("My order is late", timestamp=moment))
        message = message.filtered(lambda m: m.messaging_direction == "in")
        self.assertEqual(message.helpdesk_ticket_id.name, "My order is late")
