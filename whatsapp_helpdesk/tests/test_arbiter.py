from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..gateway.outgoing import Button, OutButtons
from ..models.messaging_arbiter import Burst, Candidate
from . import bodies
from .outbound_case import OutboundCase

ARBITER = "odoo.addons.whatsapp_helpdesk.models.messaging_arbiter"
BOTS = "odoo.addons.whatsapp_helpdesk.gateway.bots"
PHONE = "9647701234567"


class ArbiterCase(OutboundCase):
    """An account that greets; candidates of other features are given by a test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.greeting_enabled = True
        stages = cls.env["helpdesk.ticket.stage"].search([])
        cls.closed_stage = stages.filtered("closed")[0]

    def _say(self, *texts, phone=PHONE, **values):
        """The customer writes messages that are processed in one batch."""
        values.setdefault("timestamp", self._now_timestamp())
        return self._receive(
            *(bodies.text(text, phone=phone, **values) for text in texts)
        ).filtered(lambda message: message.messaging_direction == "in")

    def _get_automatic(self, phone=PHONE):
        return self.env["mail.message"].search(
            [
                ("helpdesk_author_kind", "=", "automatic"),
                (
                    "messaging_identity_id.address_ids.value",
                    "in",
                    [phone, f"+{phone}"],
                ),
            ],
            order="id",
        )

    def _want(self, *candidates, greeting=False):
        """Other features want to say something to every burst."""
        arbiter_class = self.env.registry["messaging.arbiter"]
        original = arbiter_class._get_candidates

        def get_candidates(arbiter, burst):
            found = original(arbiter, burst) if greeting else []
            return found + [
                candidate(burst) if callable(candidate) else candidate
                for candidate in candidates
            ]

        self.startPatcher(
            patch.object(arbiter_class, "_get_candidates", get_candidates)
        )

    def _forget_burst(self):
        """As if everything automatic was said some minutes ago."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE messaging_automatic SET sent_at = sent_at - interval '5 minutes'"
        )


@tagged("post_install", "-at_install")
class TestGreeting(ArbiterCase):
    def test_new_case_is_greeted_once(self):
        inbound = self._say("Hello", "Where is my order?")
        self._forget_burst()
        self._say("Are you there?")
        [greeting] = self._get_automatic()
        self.assertIn("thank you for your message", greeting.body)
        self.assertEqual(greeting.helpdesk_ticket_id, inbound.helpdesk_ticket_id)
        self.assertEqual(greeting.author_id, self.company.partner_id)
        [part] = greeting.messaging_part_ids
        self.assertEqual((part.state, part.priority), ("queued", 20))

    def test_greeting_reaches_the_provider(self):
        self._say("Hello")
        self._send()
        [part] = self._get_automatic().messaging_part_ids
        self.assertEqual(part.state, "accepted")

    def test_nothing_by_default(self):
        account = self._create_account(self.connection, "123456789")
        self.assertFalse(account.greeting_enabled)
        self.account.greeting_enabled = False
        self._say("Hello")
        self.assertFalse(self._get_automatic())

    def test_master_switch(self):
        self.account.automatic_answers = False
        self._say("Hello")
        self.assertFalse(self._get_automatic())

    def test_reopened_case_is_not_greeted_again(self):
        case = self._say("Hello").helpdesk_ticket_id
        case.stage_id = self.closed_stage
        self._forget_burst()
        reopened = self._say("It is broken again").helpdesk_ticket_id
        self.assertEqual(reopened, case)
        self.assertEqual(len(self._get_automatic()), 1)

    def test_next_case_is_greeted(self):
        case = self._say("Hello").helpdesk_ticket_id
        case.stage_id = self.closed_stage
        case.closed_date = fields.Datetime.now() - timedelta(days=30)
        self._forget_burst()
        self.assertNotEqual(self._say("Something else").helpdesk_ticket_id, case)
        self.assertEqual(len(self._get_automatic()), 2)

    def test_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.account.greeting = "Hello!"
        self.account.with_context(lang="ar_001").greeting = "أهلًا!"
        self.account.language = "ar_001"
        self._say("مرحبا")
        self.assertIn("أهلًا", self._get_automatic().body)

    def test_language_that_is_not_installed_gives_way(self):
        self.env["res.lang"]._activate_lang("ar_001")
        arbiter = self.env["messaging.arbiter"]
        self.identity.language = "ar"
        self.assertEqual(arbiter._get_language(self.identity), "ar_001")
        self.identity.language = "xx"
        self.identity.partner_id.lang = "en_US"
        self.assertEqual(arbiter._get_language(self.identity), "en_US")

    def test_standard_text_in_arabic(self):
        self.env["res.lang"]._activate_lang("ar_001")
        standard = self.account._get_standard_greeting()
        arabic = self.account.with_context(lang="ar_001")._get_standard_greeting()
        self.assertNotEqual(arabic, standard)
        self.assertRegex(arabic, "[\u0600-\u06ff]")

    def test_preview_shows_every_language(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.account.greeting = "Hello <b>you</b>!"
        preview = self.account.greeting_preview
        self.assertIn("Hello &lt;b&gt;you&lt;/b&gt;!", preview)
        self.assertEqual(preview.count('dir="auto"'), 2)


@tagged("post_install", "-at_install")
class TestWhatIsAnswered(ArbiterCase):
    def test_late_message(self):
        self._say("Hello", timestamp=self._now_timestamp(minutes=-16))
        self.assertFalse(self._get_automatic())

    def test_a_stop_word_is_confirmed_and_not_greeted(self):
        self._say("STOP")
        [answer] = self._get_automatic()
        self.assertIn("no more advertising", answer.body)

    def test_stop_after_a_question_in_one_burst(self):
        self._say("Where is my order?", "STOP")
        [answer] = self._get_automatic()
        self.assertIn("no more advertising", answer.body)

    def test_message_that_says_it_is_automatic(self):
        self._say("Automatic reply: we are closed until Monday.")
        self.assertFalse(self._get_automatic())

    def test_blocked_customer(self):
        self._say("Hello")
        self._get_automatic().messaging_identity_id.blocked = True
        self._want(Candidate("greeting", 1, "Hi", replies=True))
        self._say("Again")
        self.assertEqual(len(self._get_automatic()), 1)

    def test_employee(self):
        self.agent.partner_id.phone = f"+{PHONE}"
        self._say("Hello")
        self.assertFalse(self._get_automatic())

    def test_customers_of_one_batch_get_one_each(self):
        self._receive(
            bodies.text("One", phone=PHONE, timestamp=self._now_timestamp()),
            bodies.text("Two", phone="9647709999999", timestamp=self._now_timestamp()),
        )
        self.assertEqual(len(self._get_automatic()), 1)
        self.assertEqual(len(self._get_automatic("9647709999999")), 1)

    def test_it_is_no_answer(self):
        case = self._say("Hello").helpdesk_ticket_id
        self.assertTrue(self._get_automatic())
        self.assertEqual(case.waiting_on, "agent")
        self.assertTrue(case.waiting_since)
        self.assertTrue(case.conversation_id.helpdesk_waiting_since)
        self.assertFalse(case.first_response_at or case.last_agent_message_at)
        fact = self.env["helpdesk.message.fact"].search(
            [("ticket_id", "=", case.id), ("direction", "=", "out")]
        )
        self.assertEqual(fact.author_kind, "automatic")
        self.assertFalse(fact.user_id)

    def test_who_takes_over_starts_at_the_unanswered_message(self):
        self.team.auto_assign = False
        inbound = self._say("Hello")
        inbound.helpdesk_ticket_id.user_id = self.agent
        conversation = inbound.helpdesk_ticket_id.conversation_id
        [member] = conversation.channel_member_ids
        self.assertEqual(member.new_message_separator, inbound.id)

    def test_nobody_is_notified(self):
        self._say("Hello")
        greeting = self._get_automatic()
        conversation = greeting.helpdesk_ticket_id.conversation_id
        self.assertTrue(conversation.channel_member_ids)
        self.assertFalse(conversation._notify_get_recipients(greeting, {}))


@tagged("post_install", "-at_install")
class TestComposing(ArbiterCase):
    def _out_of_hours(self, **values):
        return Candidate("out_of_hours", 30, "We are closed.", **values)

    def test_texts_are_joined_in_order(self):
        self._want(
            Candidate("promise", 40, "Soon."), self._out_of_hours(), greeting=True
        )
        self._say("Hello")
        [message] = self._get_automatic()
        body = message.messaging_part_ids.payload["body"]
        self.assertTrue(body.endswith("We are closed.\n\nSoon."), body)
        self.assertTrue(body.startswith("Hello"), body)
        rows = self.env["messaging.automatic"].search(
            [("mail_message_id", "=", message.id)]
        )
        self.assertEqual(
            set(rows.mapped("kind")), {"greeting", "out_of_hours", "promise"}
        )

    def test_best_one_alone(self):
        self._want(Candidate("flow", 10, "Which colour?", joins=False), greeting=True)
        self._say("Hello")
        self.assertIn("Which colour?", self._get_automatic().body)
        self.assertNotIn("thank you", self._get_automatic().body)

    def test_loner_of_lower_priority_is_left_out(self):
        self._want(Candidate("waiting", 50, "Wait.", joins=False), greeting=True)
        self._say("Hello")
        self.assertNotIn("Wait.", self._get_automatic().body)

    def test_buttons_take_the_joined_text(self):
        buttons = OutButtons(body="Which colour?", buttons=(Button("r", "Red"),))
        self._want(
            Candidate("flow", 10, "Which colour? Red", part=buttons),
            self._out_of_hours(),
        )
        self._say("Hello")
        [part] = self._get_automatic().messaging_part_ids
        self.assertEqual(part.kind, "buttons")
        self.assertEqual(part.payload["body"], "Which colour?\n\nWe are closed.")

    def test_part_the_channel_cannot_send_becomes_text(self):
        buttons = OutButtons(
            body="Which?", buttons=tuple(Button(str(n), str(n)) for n in range(30))
        )
        self._want(Candidate("flow", 10, "Which? 1 to 30", part=buttons))
        self._say("Hello")
        [part] = self._get_automatic().messaging_part_ids
        self.assertEqual((part.kind, part.payload["body"]), ("text", "Which? 1 to 30"))

    def test_once_per_period(self):
        self._want(
            lambda burst: self._out_of_hours(once_per=burst.per_period("2026-03-01"))
        )
        self._say("Hello")
        self._forget_burst()
        self._say("Hello?")
        self.assertEqual(len(self._get_automatic()), 1)

    def test_key_is_taken_once(self):
        """Two workers with the same case; the table decides."""
        burst = Burst(self.identity, self.conversation, self.case)
        candidate = self._out_of_hours(once_per=burst.per_case())
        Automatic = self.env["messaging.automatic"]
        self.assertTrue(Automatic._claim(burst, [candidate]))
        self.assertFalse(Automatic._claim(burst, [candidate]))

    def test_rest_of_a_burst_gets_nothing_more(self):
        self._want(self._out_of_hours())
        self._say("Hello")
        self._say("I mean my order")
        self.assertEqual(len(self._get_automatic()), 1)
        self._forget_burst()
        self._say("Are you there?")
        self.assertEqual(len(self._get_automatic()), 2)

    def test_reply_to_a_step_comes_at_once(self):
        self._want(Candidate("flow", 10, "Next step", replies=True))
        self._say("Hello")
        self._say("Red")
        self.assertEqual(len(self._get_automatic()), 2)

    def test_telling_without_a_question(self):
        message = self.env["messaging.arbiter"]._tell(
            self.conversation, Candidate("survey", 60, "How was it?", joins=False)
        )
        self.assertEqual(message.helpdesk_author_kind, "automatic")
        self.assertEqual(message.helpdesk_ticket_id, self.case)


@tagged("post_install", "-at_install")
class TestLimits(ArbiterCase):
    def _talk(self, times):
        for number in range(times):
            self._say(f"Message {number}")
            self._forget_burst()

    def test_daily_cap_of_a_customer(self):
        self.account.automatic_daily_cap = 2
        self._want(Candidate("waiting", 50, "Wait."))
        with patch(f"{ARBITER}.TRUSTED", 99):
            self._talk(4)
        self.assertEqual(len(self._get_automatic()), 2)
        refused = self.env["messaging.automatic"].search([("refusal", "!=", False)])
        self.assertEqual(set(refused.mapped("refusal")), {"automatic_budget"})

    def test_daily_budget_of_an_account(self):
        self.account.automatic_budget = 2
        for number in range(4):
            self._say("Hello", phone=f"964770000000{number}")
        self.assertEqual(self.account._count_automatic_today(), 2)

    def test_what_was_refused_can_be_said_later(self):
        self.account._stop("Token expired")
        self._want(
            lambda burst: Candidate("waiting", 50, "W.", once_per=burst.per_case())
        )
        self._say("Hello")
        self.assertFalse(self._get_automatic())
        self.account.action_resume()
        self._say("Hello?")
        self.assertTrue(self._get_automatic())

    def test_program_is_left_alone_for_a_time(self):
        self._want(Candidate("flow", 10, "Which colour?", replies=True))
        with patch(f"{BOTS}.RAPID", timedelta(hours=1)):  # on the slowest machine
            self._talk(8)
        self.assertEqual(len(self._get_automatic()), 5)
        identity = self._get_automatic().messaging_identity_id
        self.assertGreater(identity.automatic_paused_until, fields.Datetime.now())
        notes = self.env["mail.message"].search(
            [
                ("model", "=", "discuss.channel"),
                ("res_id", "=", identity.conversation_id.id),
                ("body", "like", "as a program does"),
            ]
        )
        self.assertEqual(len(notes), 1)
        manager = self._create_agent(
            "manager", "Mara Manager", "helpdesk_mgmt.group_helpdesk_manager"
        )
        identity.with_user(manager).action_resume_automatic()
        self.assertFalse(identity._is_automatic_paused())

    def test_agent_does_not_end_a_pause(self):
        self._say("Hello")
        identity = self._get_automatic().messaging_identity_id
        with self.assertRaises(AccessError):
            identity.with_user(self.agent).action_resume_automatic()

    def test_broken_feature_costs_no_message(self):
        def fail(burst):
            raise ValueError("no such hour")

        self._want(fail)
        with self.assertLogs(ARBITER, "ERROR"):
            self.assertEqual(len(self._say("One", "Two")), 2)

    def test_message_the_gate_refuses_costs_no_message(self):
        self._want(Candidate("flow", 10, "   "))
        with self.assertLogs(ARBITER, "ERROR"):
            self.assertEqual(len(self._say("One")), 1)
        self.assertFalse(self._get_automatic())

    def test_text_is_text(self):
        self.account.greeting = "1 < 2 & <b>3</b>\nNext"
        self._say("Hello")
        [part] = self._get_automatic().messaging_part_ids
        self.assertEqual(part.payload["body"], "1 < 2 & <b>3</b>\nNext")

    @mute_logger("odoo.sql_db")
    def test_error_of_the_database_costs_no_message(self):
        def fail(burst):
            self.env.cr.execute("SELECT 1 / 0")

        self._want(fail)
        with self.assertLogs("odoo.addons.whatsapp_helpdesk", "WARNING"):
            self.assertEqual(len(self._say("One", "Two")), 2)
