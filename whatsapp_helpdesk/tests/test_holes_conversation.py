"""Attempts to break into a conversation with the ORM, as RPC allows it."""

from markupsafe import Markup

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .security_case import SecurityCase


@tagged("post_install", "-at_install")
class TestHolesMembership(SecurityCase):
    def setUp(self):
        super().setUp()
        self.conversation = self.conversations["mine"]
        self.channel = self._as("agent", self.conversation)
        self.outsider = self.people["employee"].partner_id

    def assertMembersKept(self):
        self.env.invalidate_all()
        members = self.conversation.channel_member_ids
        self.assertEqual(members.partner_id, self.people["agent"].partner_id)
        self.assertFalse(members.guest_id)

    def test_member_cannot_add_members(self):
        with self.assertRaises(AccessError):
            self.channel.add_members(partner_ids=self.outsider.ids)
        self.assertMembersKept()

    def test_member_cannot_add_members_to_a_call(self):
        with self.assertRaises(AccessError):
            self.channel.add_members(
                partner_ids=self.outsider.ids, invite_to_rtc_call=True
            )

    def test_cores_sudo_adds_nobody(self):
        """Public pages and sub-channels add people with ``sudo``, as the user."""
        with self.assertRaises(AccessError):
            self.channel.sudo().add_members(partner_ids=self.outsider.ids)
        with self.assertRaises(AccessError):
            self.conversation.sudo().channel_join()
        self.assertMembersKept()

    def test_member_cannot_create_a_member_record(self):
        Member = self._as("agent", self.env["discuss.channel.member"])
        with self.assertRaises(AccessError):
            Member.create(
                {"channel_id": self.conversation.id, "partner_id": self.outsider.id}
            )

    def test_nobody_adds_themselves(self):
        for person in ("colleague", "manager", "salesperson", "administrator"):
            channel = self._as(person, self.conversation)
            with self.subTest(person=person), self.assertRaises(AccessError):
                channel.channel_join()
        self.assertMembersKept()

    def test_guest_is_refused_even_with_sudo(self):
        guest = self.env["mail.guest"].create({"name": "Guest"})
        with self.assertRaises(AccessError):
            self.conversation.sudo().add_members(guest_ids=guest.ids)
        with self.assertRaises(AccessError):
            self.env["discuss.channel.member"].sudo().create(
                {"channel_id": self.conversation.id, "guest_id": guest.id}
            )

    def test_member_record_cannot_be_moved_to_a_conversation(self):
        group = self._as("employee", self.env["discuss.channel"])._create_group(
            self.outsider.ids, name="Lunch"
        )
        member = self._as("employee", group.channel_member_ids)
        with self.assertRaises(AccessError):
            member.write({"channel_id": self.conversation.id})

    def test_member_cannot_leave_by_hand(self):
        with self.assertRaises(AccessError):
            self.channel.action_unfollow()
        with self.assertRaises(AccessError):
            self.channel.channel_member_ids.unlink()
        self.assertMembersKept()

    def test_leave_command_only_hides_it(self):
        self.channel.execute_command_leave()
        self.assertMembersKept()
        self.assertTrue(self.conversation.channel_member_ids.unpin_dt)

    def test_commands_tell_nothing_to_others(self):
        channel = self._as("employee", self.conversation)
        for command in ("execute_command_who", "execute_command_help"):
            with self.subTest(command=command), self.assertRaises(AccessError):
                getattr(channel, command)()

    def test_there_is_no_invitation_link(self):
        self.assertFalse(self.conversation.uuid)
        self.assertFalse(self.conversation.invitation_url)

    def test_nobody_is_invited_by_mail(self):
        with self.assertRaises(AccessError):
            self.channel.invite_by_email(["spy@example.com"])

    def test_groups_are_not_subscribed_automatically(self):
        with self.assertRaises(AccessError):
            self.channel.write({"group_ids": [self.env.ref("base.group_user").id]})

    def test_no_call_in_a_conversation(self):
        member = self.conversation.channel_member_ids
        with self.assertRaises(AccessError):
            member.sudo()._rtc_join_call()

    def test_reader_who_types_does_not_become_a_member(self):
        channel = self._as("leader", self.conversation)
        self.assertFalse(channel._find_or_create_member_for_self())
        self.assertMembersKept()


@tagged("post_install", "-at_install")
class TestHolesChannel(SecurityCase):
    def setUp(self):
        super().setUp()
        self.conversation = self.conversations["mine"]
        self.channel = self._as("agent", self.conversation)

    def test_member_cannot_change_it(self):
        partner = self.people["employee"].partner_id
        for values in (
            {"name": "Renamed"},
            {"description": "x"},
            {"helpdesk_partner_id": partner.id},
            {"helpdesk_agent_id": self.people["colleague"].id},
            {"helpdesk_private_team_id": False},
            {"helpdesk_sales_readable": True},
            {"active": False},
            {"channel_partner_ids": [Command.link(partner.id)]},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.channel.write(values)

    def test_nobody_has_the_right_to_write_it(self):
        for person in self.people:
            with self.subTest(person=person):
                channel = self._as(person, self.conversation)
                self.assertFalse(channel.has_access("write"))
        self.assertFalse(self.channel.is_editable)

    def test_member_cannot_rename_or_describe_it(self):
        with self.assertRaises(AccessError):
            self.channel.channel_rename("Renamed")
        with self.assertRaises(AccessError):
            self.channel.channel_change_description("x")

    def test_it_cannot_be_deleted_or_copied(self):
        for person in ("agent", "manager", "administrator"):
            channel = self._as(person, self.conversation)
            with self.subTest(person=person), self.assertRaises(AccessError):
                channel.unlink()
            with self.subTest(person=person), self.assertRaises(AccessError):
                channel.copy()
        with self.assertRaises(AccessError):
            self.conversation.sudo().unlink()

    def test_it_cannot_be_created_by_hand(self):
        values = {
            "channel_type": "helpdesk",
            "name": "x",
            "messaging_inbox_id": self.account.inbox_id.id,
            "helpdesk_partner_id": self.people["employee"].partner_id.id,
        }
        for person in ("agent", "manager", "administrator"):
            Channel = self._as(person, self.env["discuss.channel"])
            with self.subTest(person=person), self.assertRaises(AccessError):
                Channel.create(values)

    def test_another_channel_cannot_become_one(self):
        group = self._as("agent", self.env["discuss.channel"])._create_group(
            self.people["employee"].partner_id.ids
        )
        with self.assertRaises(UserError):
            group.write({"channel_type": "helpdesk"})

    def test_no_threads_start_from_it(self):
        message = self._get_customer_message(self.conversation)
        with self.assertRaises(AccessError):
            self.channel._create_sub_channel(from_message_id=message.id)
        for parent in ({"parent_channel_id": self.conversation.id},):
            with self.assertRaises(UserError):
                self._as("agent", self.env["discuss.channel"]).create(
                    {"channel_type": "group", "name": "x", **parent}
                )

    def test_pinning_is_for_those_who_answer_and_sends_nothing(self):
        message = self._get_customer_message(self.conversation)
        parts = self.env["messaging.message"].search_count([])
        with self.assertRaises(AccessError):
            self._as("salesperson", self.conversation).set_message_pin(message.id, True)
        self.channel.set_message_pin(message.id, True)
        self.assertTrue(message.pinned_at)
        self.assertEqual(self.env["messaging.message"].search_count([]), parts)
        line = self.conversation.message_ids[0]
        self.assertEqual(line.message_type, "notification")

    def test_pin_cannot_reach_another_conversations_message(self):
        message = self._get_customer_message(self.conversations["private"])
        self.channel.set_message_pin(message.id, True)
        self.assertFalse(message.pinned_at)

    def test_member_of_other_type_channels_is_untouched(self):
        group = self._as("employee", self.env["discuss.channel"])._create_group(
            self.people["agent"].partner_id.ids, name="Lunch"
        )
        group.write({"name": "Dinner"})
        group.message_post(body="hello", message_type="comment")
        group.add_members(partner_ids=self.people["colleague"].partner_id.ids)
        self.assertEqual(len(group.channel_member_ids), 3)
        self.assertTrue(group.uuid)
        self.assertTrue(group.invitation_url)


@tagged("post_install", "-at_install")
class TestHolesMessages(SecurityCase):
    def setUp(self):
        super().setUp()
        self.conversation = self.conversations["mine"]
        self.channel = self._as("agent", self.conversation)
        self.message = self._get_customer_message(self.conversation)
        self.customer = self.conversation.helpdesk_partner_id

    def _note(self, **values):
        return self.channel.message_post(
            body="note", message_type="comment", subtype_xmlid="mail.mt_note", **values
        )

    def test_author_of_a_note_cannot_be_forged(self):
        note = self._note(author_id=self.customer.id, email_from="x@example.com")
        self.assertEqual(note.author_id, self.people["agent"].partner_id)

    def test_note_cannot_pretend_to_be_of_the_customer(self):
        note = self._note(
            messaging_direction="in",
            helpdesk_author_kind="customer",
            messaging_identity_id=self.conversation.messaging_identity_id.id,
        )
        self.assertFalse(note.messaging_direction)
        self.assertFalse(note.helpdesk_author_kind)
        self.assertEqual(note.message_type, "comment")

    def test_message_records_cannot_be_created_directly(self):
        Message = self._as("agent", self.env["mail.message"])
        place = {"model": "discuss.channel", "res_id": self.conversation.id}
        for values in (
            {**place, "body": "x", "author_id": self.customer.id},
            {**place, "body": "x", "message_type": "helpdesk_message"},
            {"body": "x", "message_type": "helpdesk_message"},
            {"body": "x", "messaging_direction": "in"},
            {"body": "x", "helpdesk_author_kind": "customer"},
            {
                "body": "x",
                "helpdesk_ticket_id": self.conversation.helpdesk_ticket_id.id,
            },
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                Message.create(values)

    def test_cores_sudo_is_no_way_in(self):
        Message = self._as("agent", self.env["mail.message"]).sudo()
        with self.assertRaises(AccessError):
            Message.create(
                {
                    "model": "discuss.channel",
                    "res_id": self.conversation.id,
                    "body": "x",
                    "author_id": self.customer.id,
                }
            )

    def test_mark_of_the_server_cannot_be_sent_by_a_client(self):
        Message = self._as("agent", self.env["mail.message"])
        for mark in (True, "POSTING", 1, {}):
            with self.subTest(mark=mark), self.assertRaises(AccessError):
                Message.with_context(helpdesk_posting=mark).create(
                    {
                        "model": "discuss.channel",
                        "res_id": self.conversation.id,
                        "body": "x",
                    }
                )

    def test_mass_mailing_composer_is_no_way_in(self):
        composer = self._as("agent", self.env["mail.compose.message"]).create(
            {
                "model": "discuss.channel",
                "res_ids": self.conversation.ids,
                "composition_mode": "mass_mail",
                "body": "x",
                "subject": "x",
                "author_id": self.customer.id,
                "email_from": "customer@example.com",
            }
        )
        count = len(self.conversation.message_ids)
        with self.assertRaises(AccessError):
            composer._action_send_mail()
        self.env.invalidate_all()
        self.assertEqual(len(self.conversation.message_ids), count)

    def test_system_lines_cannot_be_forged(self):
        for channel in (
            self.channel.sudo(),
            self._as("salesperson", self.conversation),
        ):
            with self.subTest(su=channel.env.su), self.assertRaises(AccessError):
                channel.message_post(body="Case closed", message_type="notification")

    def test_own_message_elsewhere_cannot_be_moved_in(self):
        ticket = self._as("agent", self.conversation.helpdesk_ticket_id)
        message = ticket.message_post(body="x", message_type="comment")
        message = self._as("agent", message)
        values = {"model": "discuss.channel", "res_id": self.conversation.id}
        for attempt in (message, message.sudo()):
            with self.assertRaises(AccessError):
                attempt.write(values)
        admin = self._as("administrator", message)
        with self.assertRaises(AccessError):
            admin.write(values)
        with self.assertRaises(AccessError):
            message.write({"messaging_direction": "in"})

    def test_customers_message_cannot_be_edited(self):
        for person in ("agent", "leader", "manager", "administrator", "portal"):
            message = self._as(person, self.message)
            for values in ({"body": "x"}, {"author_id": 1}, {"date": "2020-01-01"}):
                with self.subTest(person=person), self.assertRaises(AccessError):
                    message.write(values)

    def test_customers_message_cannot_be_deleted(self):
        for person in ("agent", "leader", "manager", "administrator"):
            with self.subTest(person=person), self.assertRaises(AccessError):
                self._as(person, self.message).unlink()

    def test_customers_message_cannot_be_updated_through_the_thread(self):
        for person in ("agent", "administrator"):
            channel = self._as(person, self.conversation)
            with self.subTest(person=person), self.assertRaises(UserError):
                channel._message_update_content(self.message.sudo(), body="x")

    def test_notes_are_edited_through_the_thread_only(self):
        note = self._note()
        with self.assertRaises(AccessError):
            self._as("agent", note).write({"author_id": self.customer.id})
        self.channel._message_update_content(note.sudo(), body=Markup("<p>new</p>"))
        self.assertIn("new", note.body)

    def test_reply_to_another_conversations_message_shows_nothing_of_it(self):
        foreign = self._get_customer_message(self.conversations["private"])
        note = self._note(parent_id=foreign.id)
        self.assertFalse(note.parent_id)

    def test_foreign_attachment_cannot_be_smuggled_in(self):
        attachment = self.env["ir.attachment"].create(
            {
                "name": "salaries.pdf",
                "raw": b"salaries",
                "res_model": "discuss.channel",
                "res_id": self.conversations["private"].id,
            }
        )
        with self.assertRaises(AccessError):
            self._note(attachment_ids=attachment.ids)

    def test_customer_is_never_mentioned_in_a_note(self):
        note = self._note(partner_ids=self.customer.ids)
        self.assertFalse(note.partner_ids)

    def test_mention_reaches_only_colleagues_who_may_read(self):
        partners = self.people["leader"].partner_id | self.people["employee"].partner_id
        note = self._note(partner_ids=partners.ids)
        self.assertEqual(note.partner_ids, self.people["leader"].partner_id)
