from markupsafe import Markup

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from ..gateway.errors import GatewayError, Retry
from .outbound_case import OutboundCase


@tagged("post_install", "-at_install")
class TestPosting(OutboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_agent(
            "manager", "Mona", "helpdesk_mgmt.group_helpdesk_manager"
        )
        cls.seller = mail_new_test_user(
            cls.env, login="seller", groups="sales_team.group_sale_salesman"
        )
        cls.portal = mail_new_test_user(
            cls.env, login="portal_user", groups="base.group_portal"
        )

    def test_assignee_and_leader_answer(self):
        for user in (self.agent, self.leader):
            message = self._reply(self.conversation, user=user)
            self.assertEqual(message.author_id, user.partner_id)
            self.assertTrue(self._get_parts(message))

    def test_others_have_to_take_over_first(self):
        with self.assertRaisesRegex(AccessError, "Aram Agent holds this case"):
            self._reply(self.conversation, user=self.manager)
        self.assertFalse(self._get_outbox(self.conversation))

    def test_who_cannot_read_cannot_post(self):
        for user in (self.agent2, self.seller, self.portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._reply(self.conversation, user=user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._note(self.conversation, user=user)

    def test_a_salesperson_who_reads_leaves_notes_only(self):
        self.conversation.write({"helpdesk_sales_readable": True})
        self.conversation.helpdesk_partner_id.user_id = self.seller
        note = self._note(self.conversation, user=self.seller)
        self.assertTrue(note.subtype_id.internal)
        with self.assertRaises(AccessError):
            self._reply(self.conversation, user=self.seller)

    def test_a_note_never_leaves(self):
        note = self._note(self.conversation)
        self.assertEqual(note.message_type, "comment")
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
        self.assertFalse(note.messaging_part_ids)
        self.assertFalse(self._get_outbox(self.conversation))

    def test_what_does_not_ask_to_leave_stays(self):
        message = self.conversation.with_user(self.agent).message_post(
            body="Without a subtype", message_type="comment"
        )
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))
        self.assertFalse(self._get_outbox(self.conversation))

    def test_a_closed_case_takes_no_answer(self):
        self.conversation.with_user(self.agent).helpdesk_close()
        with self.assertRaisesRegex((UserError, AccessError), "closed|access"):
            self._reply(self.conversation, user=self.leader)

    def test_author_type_and_direction_are_ours(self):
        message = self._reply(
            self.conversation,
            author_id=self.conversation.helpdesk_partner_id.id,
            email_from="sara@example.com",
            messaging_direction="in",
            helpdesk_author_kind="customer",
            helpdesk_late=True,
        )
        self.assertEqual(message.author_id, self.agent.partner_id)
        self.assertEqual(message.messaging_direction, "out")
        self.assertEqual(message.helpdesk_author_kind, "agent")
        self.assertFalse(message.helpdesk_late)

    def test_a_forged_type_becomes_a_reply_or_a_note(self):
        for message_type in ("helpdesk_message", "email", "whatsapp_message", "sms"):
            message = self.conversation.with_user(self.agent).message_post(
                body="x", message_type=message_type, subtype_xmlid="mail.mt_note"
            )
            self.assertEqual(message.sudo().message_type, "comment")
            self.assertFalse(message.sudo().messaging_direction)

    def test_a_reply_is_of_the_current_case(self):
        self.assertEqual(self._reply(self.conversation).helpdesk_ticket_id, self.case)

    def test_a_mention_in_a_note_reaches_who_may_read_without_joining(self):
        note = self._note(
            self.conversation,
            partner_ids=(self.manager | self.agent2).partner_id.ids
            + self.conversation.helpdesk_partner_id.ids,
        )
        self.assertEqual(note.partner_ids, self.manager.partner_id)
        self.assertEqual(note.notification_ids.res_partner_id, self.manager.partner_id)
        self.assertEqual(note.notification_ids.notification_type, "inbox")
        self.assertNotIn(
            self.manager.partner_id, self.conversation.channel_member_ids.partner_id
        )

    def test_an_answer_to_a_mentions_email_becomes_a_note_of_its_author(self):
        gateway = self.conversation.with_user(SUPERUSER_ID)
        message = gateway.message_post(
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.agent.partner_id.id,
            body="By mail",
            attachments=[("list.txt", b"one")],
        )
        self.assertEqual(message.author_id, self.agent.partner_id)
        self.assertTrue(message.subtype_id.internal)
        self.assertFalse(message.messaging_part_ids)
        self.assertEqual(message.attachment_ids.name, "list.txt")

    def test_a_stranger_cannot_write_notes_by_email(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRaises(AccessError):
            self.conversation.with_user(SUPERUSER_ID).message_post(
                message_type="email", author_id=stranger.id, body="Hello"
            )

    def test_a_reply_mentions_nobody(self):
        message = self._reply(
            self.conversation, partner_ids=self.manager.partner_id.ids
        )
        self.assertFalse(message.partner_ids)

    def test_a_message_of_the_customer_is_unread_for_the_assignee(self):
        member = self.conversation.channel_member_ids
        self.assertEqual(member.partner_id, self.agent.partner_id)
        before = member.message_unread_counter
        self._customer_says(self.conversation)
        member.invalidate_recordset()
        self.assertEqual(member.message_unread_counter, before + 1)

    def test_starring_and_pinning_still_work(self):
        asked = self._customer_says(self.conversation)
        asked.with_user(self.agent).toggle_message_starred()
        self.assertIn(self.agent.partner_id, asked.starred_partner_ids)
        self.conversation.with_user(self.agent).set_message_pin(asked.id, True)
        self.assertTrue(asked.pinned_at)
        self.assertFalse(self._get_outbox(self.conversation))

    def test_no_link_preview_is_fetched(self):
        message = self._reply(
            self.conversation, Markup('<p><a href="http://127.0.0.1:9/x">x</a></p>')
        )
        self.env["mail.link.preview"]._create_from_message_and_notify(message)
        self.assertFalse(message.message_link_preview_ids)


@tagged("post_install", "-at_install")
class TestReactions(OutboundCase):
    def setUp(self):
        super().setUp()
        self.asked = self._customer_says(self.conversation, external_id="wamid.asked")

    def _react(self, emoji, action="add", user=None, message=None):
        user = user or self.agent
        message = (message or self.asked).with_user(user).sudo()
        message._message_reaction(
            emoji, action, user.partner_id, self.env["mail.guest"]
        )

    def test_a_reaction_on_the_customers_message_leaves(self):
        self._react("👍")
        self._send()
        [part] = self.script.parts
        self.assertEqual(
            (part.kind, part.target, part.emoji), ("reaction", "wamid.asked", "👍")
        )
        self.assertEqual(self.asked.messaging_state, "received")

    def test_taking_it_back_leaves_too(self):
        self._react("👍")
        self._react("👍", "remove")
        self._send()
        self.assertEqual([part.emoji for part in self.script.parts], ["👍", ""])
        self.assertFalse(self.asked.reaction_ids)

    def test_a_new_reaction_replaces_the_one_before(self):
        self._react("👍")
        self._react("🎉")
        self.assertEqual(self.asked.reaction_ids.mapped("content"), ["🎉"])
        self._send()
        self.assertEqual([part.emoji for part in self.script.parts], ["👍", "🎉"])

    def test_the_same_reaction_twice_is_sent_once(self):
        self._react("👍")
        self._react("👍")
        self.assertEqual(len(self._get_outbox(self.conversation)), 1)

    def test_reactions_on_notes_and_answers_stay_inside(self):
        note = self._note(self.conversation)
        answer = self._reply(self.conversation)
        outbox = self._get_outbox(self.conversation)
        self._react("👍", message=note)
        self._react("👍", message=answer)
        self.assertEqual(self._get_outbox(self.conversation), outbox)
        self.assertEqual(note.reaction_ids.content, "👍")

    def test_only_who_may_answer_reacts(self):
        manager = self._create_agent(
            "manager", "Mona", "helpdesk_mgmt.group_helpdesk_manager"
        )
        with self.assertRaisesRegex(AccessError, "holds this case"):
            self._react("👍", user=manager)
        self.assertFalse(self.asked.reaction_ids)

    def test_a_reaction_of_the_customer_is_not_sent_back(self):
        self.asked._message_reaction(
            "❤️", "add", self.conversation.helpdesk_partner_id, self.env["mail.guest"]
        )
        self.assertFalse(self._get_outbox(self.conversation))

    def test_a_reaction_that_failed_disappears(self):
        self._react("👍")
        self.script.answer(GatewayError("invalid", code=131009))
        self._send()
        self.assertFalse(self.asked.reaction_ids)

    def test_a_closed_window_refuses_it(self):
        self.identity.last_inbound_at = False
        with self.assertRaises(UserError):
            self._react("👍")


@tagged("post_install", "-at_install")
class TestRetryByPeople(OutboundCase):
    def _fail(self, reason="recipient", body="Hello"):
        self.script.answer(GatewayError(reason))
        message = self._reply(self.conversation, body)
        self._send()
        self.assertEqual(message.messaging_state, "failed")
        return message

    def test_retry_is_a_new_send_with_a_new_correlation(self):
        message = self._fail()
        part = self._get_parts(message)
        old = part.correlation
        message.with_user(self.agent).messaging_retry()
        self.assertNotEqual(part.correlation, old)
        self._send()
        self.assertEqual(part.state, "accepted")
        self.assertEqual(part.attempt_ids.mapped("outcome"), ["refused", "accepted"])

    def test_only_failed_parts_leave_again(self):
        self.script.answer("wamid.ok", GatewayError("server"))
        message = self._reply(self.conversation, "a" * 4000 + "\n\n" + "b" * 4000)
        self._send()
        self.assertEqual(
            self._get_parts(message).mapped("state"), ["accepted", "failed"]
        )
        message.with_user(self.agent).messaging_retry()
        self._send()
        self.assertEqual([text[0] for text in self.script.texts], ["a", "b", "b"])

    def test_pressing_twice_sends_once(self):
        message = self._fail()
        message.with_user(self.agent).messaging_retry()
        with self.assertRaises(UserError):
            message.with_user(self.agent).messaging_retry()
        self._send()
        self.assertEqual(len(self.script.calls), 2)

    def test_the_gate_is_asked_again(self):
        message = self._fail()
        self.identity.last_inbound_at = False
        with self.assertRaises(UserError):
            message.with_user(self.agent).messaging_retry()

    def test_only_who_may_answer_retries(self):
        message = self._fail()
        with self.assertRaises(AccessError):
            message.with_user(self.agent2).messaging_retry()

    def test_a_person_settles_a_doubt(self):
        self.script.answer(GatewayError("timeout", Retry.IN_DOUBT))
        message = self._reply(self.conversation)
        self._send()
        message.with_user(self.agent).messaging_decide("sent")
        self.assertEqual(message.messaging_state, "accepted")
        self._send()
        self.assertEqual(len(self.script.calls), 1)

    def test_a_message_that_arrived_is_not_sent_again(self):
        message = self._reply(self.conversation)
        self._send()
        with self.assertRaises(UserError):
            message.with_user(self.agent).messaging_retry()
        with self.assertRaises(UserError):
            message.with_user(self.agent).messaging_decide("resend")
