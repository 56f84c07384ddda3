"""Past conversations from files: to be read, and nobody's work."""

import json
from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from . import bodies
from .common import MessagingCase
from .import_case import ImportMixin

HEADER = "time,direction,author,text\n"
TALK = HEADER + (
    "2023-05-01 10:00,in,,Hello\n"
    "2023-05-01 10:05,out,Aram Agent,Good morning\n"
    "2023-05-01 10:06,out,Somebody,Anything else?\n"
)
CHAT = (
    "13/05/2023, 21:04 - Messages are end-to-end encrypted.\n"
    "13/05/2023, 21:05 - Ana: Hello\nsecond line\n"
    "13/05/2023, 21:06 - My Shop: Good evening\n"
)


@tagged("post_install", "-at_install")
class TestImportHistory(ImportMixin, MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_import()

    def _import(self, content, filename="talk.csv", **values):
        return super()._import(
            content,
            filename,
            **{
                "kind": "history",
                "create_contacts": True,
                "number": f"+{bodies.PHONE}",
                **values,
            },
        )

    def _prepare(self, content, filename="talk.csv", **values):
        return super()._prepare(content, filename, **{"kind": "history", **values})

    def _get_conversation(self):
        return self.env["discuss.channel"].search([("channel_type", "=", "helpdesk")])

    def _fetch(self, conversation=None, **options):
        """Messages as the client gets them, oldest first."""
        conversation = conversation or self._get_conversation()
        result = self.env["mail.message"]._message_fetch(
            None, thread=conversation, **options
        )
        return result["messages"][::-1]

    def _get_texts(self, messages):
        return [
            message.body.striptags().replace("Imported", "").strip(" ·")
            for message in messages
        ]

    # -- what is stored ---------------------------------------------------------------

    def test_messages_keep_time_direction_and_author(self):
        record = self._import(TALK)
        hello, morning, other = self._fetch()
        self.assertEqual((record.state, record.done_count), ("done", 3))
        self.assertEqual(hello.date, datetime(2023, 5, 1, 10, 0))
        self.assertEqual(hello.messaging_direction, "in")
        self.assertEqual(hello.author_id, self._get_conversation().helpdesk_partner_id)
        self.assertEqual(morning.author_id, self.agent.partner_id)
        self.assertEqual(morning.messaging_direction, "out")
        self.assertEqual(other.author_id, self.company.partner_id)
        self.assertIn("Somebody", other.body)
        self.assertTrue(hello.helpdesk_is_history)

    def test_markup_is_text(self):
        self._import(HEADER + "2023-05-01,in,<b>x</b>,<script>alert(1)</script>\n")
        body = self._fetch().body
        self.assertIn("&lt;script&gt;", body)
        self.assertNotIn("<script", body)

    def test_times_are_of_the_chosen_zone(self):
        self._import(TALK, tz="Asia/Baghdad")
        self.assertEqual(self._fetch()[0].date, datetime(2023, 5, 1, 7, 0))

    def test_json_and_exported_chats(self):
        item = {"time": "2023-05-01T10:00:00Z", "direction": "in", "text": "Hello"}
        self._import(json.dumps([item]), "talk.json")
        record = self._prepare(CHAT, "WhatsApp Chat.txt", create_contacts=True)
        self.assertTrue(record.blocker)
        record.customer_author_id = record.author_ids.filtered(
            lambda author: author.name == "Ana"
        )
        record.number = f"+{bodies.PHONE}"
        self.assertFalse(record.blocker)
        record.action_start()
        messages = self._fetch()
        self.assertEqual(
            self._get_texts(messages)[0::2], ["Hello", "My ShopGood evening"]
        )
        self.assertEqual(messages[1].messaging_direction, "in")

    # -- what must not happen ---------------------------------------------------------

    def test_no_case_no_fact_no_unread_no_window(self):
        before = self.env["helpdesk.ticket"].search_count([])
        facts = self.env["helpdesk.message.fact"].search_count([])
        notifications = self.env["mail.notification"].search_count([])
        self._import(TALK)
        conversation = self._get_conversation()
        identity = conversation.messaging_identity_ids
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)
        self.assertEqual(self.env["helpdesk.message.fact"].search_count([]), facts)
        self.assertEqual(self.env["mail.notification"].search_count([]), notifications)
        self.assertFalse(conversation.helpdesk_waiting_since)
        self.assertFalse(conversation.channel_member_ids)
        self.assertFalse(identity.last_inbound_at)

    def test_nothing_is_sent(self):
        self._import(TALK)
        self.assertFalse(
            self.env["messaging.message"].search(
                [("state", "in", ("queued", "sending"))]
            )
        )

    def test_an_agent_has_nothing_unread_by_it(self):
        self._receive(bodies.text("Now"))
        conversation = self._get_conversation()
        member = conversation.channel_member_ids
        self.assertEqual(len(member), 1)
        before = member.message_unread_counter
        self._import(TALK)
        member.invalidate_recordset()
        self.assertEqual(member.message_unread_counter, before)

    def test_an_agent_opens_the_first_case_of_a_conversation_with_history_only(self):
        self._import(TALK)
        conversation = self._get_conversation()
        self.agent.group_ids += self.env.ref("helpdesk_mgmt.group_helpdesk_user")
        conversation.with_user(self.agent).helpdesk_reopen()
        self.assertEqual(conversation.helpdesk_ticket_id.user_id, self.agent)
        self.assertFalse(conversation.helpdesk_ticket_id.closed)

    def test_who_takes_the_case_starts_at_the_first_unanswered_message(self):
        [message] = self._receive(bodies.text("Now"))
        self._import(TALK)
        conversation = self._get_conversation()
        message.helpdesk_ticket_id.user_id = self.agent2
        member = conversation.channel_member_ids.filtered(
            lambda m: m.partner_id == self.agent2.partner_id
        )
        self.assertEqual(member.new_message_separator, message.id)

    # -- once, in the order of time ---------------------------------------------------

    def test_the_same_file_twice_adds_nothing(self):
        self._import(TALK)
        record = self._import(TALK)
        self.assertEqual(len(self._fetch()), 3)
        self.assertEqual((record.done_count, record.known_count), (0, 3))

    def test_equal_messages_of_one_minute_are_kept(self):
        self._import(HEADER + "2023-05-01 10:00,in,,ok\n" * 2)
        self.assertEqual(len(self._fetch()), 2)

    def test_history_comes_before_what_was_there(self):
        self._receive(bodies.text("Now"))
        self._import(TALK)
        texts = self._get_texts(self._fetch())
        self.assertEqual(texts[0], "Hello")
        self.assertEqual(texts[-1], "Now")

    def test_a_preview_shows_what_was_said_last(self):
        self._receive(bodies.text("Now"))
        self._import(TALK)
        last = self._get_conversation()._get_last_messages()
        self.assertEqual(self._get_texts(last), ["Now"])

    def test_pages_follow_the_order_of_time(self):
        self._receive(bodies.text("Now"))
        lines = "".join(f"2023-05-01 10:{n:02},in,,line {n}\n" for n in range(10))
        self._import(HEADER + lines)
        expected = [f"line {n}" for n in range(10)] + ["Now"]
        page = self._fetch(limit=4)
        self.assertEqual(self._get_texts(page), expected[-4:])
        older = self._fetch(limit=4, before=page[0].id)
        self.assertEqual(self._get_texts(older), expected[-8:-4])
        newer = self._fetch(limit=4, after=older[-1].id)
        self.assertEqual(newer, page)
        around = self._fetch(limit=4, around=older[1].id)
        self.assertEqual(self._get_texts(around), expected[-8:-4])
        self.assertEqual(self._get_texts(self._fetch(limit=60, around=0)), expected)

    def test_search_works_in_a_conversation_with_history(self):
        self._import(TALK)
        found = self._fetch(search_term="anything")
        self.assertEqual(len(found), 1)

    def test_who_writes_then_goes_on_in_the_same_conversation(self):
        self._import(TALK)
        conversation = self._get_conversation()
        [message] = self._receive(bodies.text("Now"))
        self.assertEqual(message.res_id, conversation.id)
        self.assertEqual(self._get_texts(self._fetch())[-1], "Now")

    # -- refusals and jobs ------------------------------------------------------------

    def test_bad_lines_are_refused_one_by_one(self):
        record = self._import(
            HEADER + "2023-05-01,in,,a\nnever,in,,b\n2023-05-01,sideways,,c\n"
        )
        self.assertEqual(
            sorted(self._get_codes(record)), [(3, "time"), (4, "direction")]
        )
        self.assertEqual(len(self._fetch()), 1)

    def test_unknown_customers_are_refused_unless_created(self):
        record = self._import(TALK, create_contacts=False)
        self.assertEqual(
            {code for _line, code in self._get_codes(record)}, {"no_contact"}
        )
        self.assertFalse(self._get_conversation())

    def test_a_wrong_file_names_its_line(self):
        with self.assertRaisesRegex(UserError, "Line 2"):
            self._prepare(b'[{"text": "a"},\n{"text": "b"', "talk.json")

    def test_a_customer_that_cannot_be_stored_keeps_nobody_waiting(self):
        model = self.env.registry["messaging.import"]
        logger = "odoo.addons.whatsapp_helpdesk.models.messaging_import_run"
        with (
            patch.object(model, "_find_place", side_effect=UserError("No.")),
            self.assertLogs(logger, "WARNING"),
        ):
            record = self._import(HEADER + "2023-05-01 10:00,in,,hello\n")
        self.assertEqual(record.state, "done")
        self.assertEqual(self._get_codes(record), [(2, "unknown")])

    def test_an_import_that_breaks_stops_and_others_go_on(self):
        lines = "2023-05-01 10:00,in,,hello\n" * 600
        broken = self._import(HEADER + lines)
        other = self._import(HEADER + lines.replace("hello", "good day"))
        model = self.env.registry["messaging.import"]
        run = model._import_batch

        def import_batch(record, batch):
            if record == broken:
                raise ValueError("hello")
            return run(record, batch)

        logger = "odoo.addons.whatsapp_helpdesk.models.messaging_import_run"
        with (
            patch.object(model, "_import_batch", import_batch),
            patch.object(self.env.cr, "rollback", lambda: None),
            self._without_commit(),
            self.assertLogs(logger, "ERROR") as logs,
        ):
            self.env["messaging.import"]._cron_import()
        self.assertEqual((broken.state, other.state), ("stopped", "done"))
        self.assertNotIn("hello", str(logs.output))

    def test_a_long_talk_is_imported_by_the_job_in_order(self):
        lines = "".join(
            f"2023-05-{1 + n // 60:02} 10:{n % 60:02},in,,line {n}\n"
            for n in range(700)
        )
        record = self._import(HEADER + lines)
        self.assertEqual(record.state, "running")
        with self._without_commit():
            self.env["messaging.import"]._cron_import()
        self.assertEqual((record.state, record.done_count), ("done", 700))
        messages = self._fetch(limit=700)
        self.assertEqual(self._get_texts(messages), [f"line {n}" for n in range(700)])
        self.assertEqual(messages.ids, sorted(messages.ids))
