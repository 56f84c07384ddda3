from odoo import fields
from odoo.tests import tagged

from . import bodies
from .common import MessagingCase


@tagged("post_install", "-at_install")
class TestFacts(MessagingCase):
    def _get_facts(self, ticket):
        return self.env["helpdesk.message.fact"].search([("ticket_id", "=", ticket.id)])

    def _say(self, body="Hello", **values):
        values.setdefault("timestamp", self._now_timestamp())
        return self._receive(bodies.text(body, **values))

    def _create_ticket(self, **values):
        return self.env["helpdesk.ticket"].create(
            {
                "name": "By mail",
                "description": "<p>x</p>",
                "team_id": self.team.id,
                "user_id": self.agent.id,
                **values,
            }
        )

    # -- messaging ----------------------------------------------------------------

    def test_inbound_message_is_a_fact_with_the_providers_time(self):
        message = self._say(timestamp=self._now_timestamp(minutes=-3))
        fact = self._get_facts(message.helpdesk_ticket_id)
        self.assertEqual(
            (fact.direction, fact.author_kind, fact.path),
            ("in", "customer", "messaging"),
        )
        self.assertEqual(fact.occurred_at, message.helpdesk_occurred_at)
        self.assertGreater(fact.posted_at, fact.occurred_at)
        self.assertEqual(fact.assignee_id, message.helpdesk_ticket_id.user_id)
        self.assertEqual(fact.account_id, self.account)
        self.assertEqual(fact.team_id, self.team)

    def test_answer_of_the_agent_is_a_fact_and_ends_waiting(self):
        case = self._say().helpdesk_ticket_id
        self.assertEqual(case.waiting_on, "agent")
        case.conversation_id.with_user(case.user_id).message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        fact = self._get_facts(case)[-1]
        self.assertEqual((fact.direction, fact.author_kind), ("out", "agent"))
        self.assertEqual(fact.user_id, case.user_id)
        self.assertEqual(case.waiting_on, "customer")
        self.assertFalse(case.waiting_since)
        self.assertTrue(case.first_response_at)
        self.assertFalse(case.conversation_id.helpdesk_waiting_since)

    def test_note_is_a_fact_that_changes_no_time(self):
        case = self._say().helpdesk_ticket_id
        case.conversation_id.with_user(case.user_id).message_post(
            body="Hm", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        fact = self._get_facts(case)[-1]
        self.assertEqual((fact.direction, fact.path), ("note", "internal"))
        self.assertEqual(case.waiting_on, "agent")
        self.assertFalse(case.first_response_at)

    def test_customer_waits_since_the_first_unanswered_message(self):
        first = self._say(timestamp=self._now_timestamp(minutes=-9))
        self._say("More", timestamp=self._now_timestamp(minutes=-1))
        case = first.helpdesk_ticket_id
        self.assertEqual(case.waiting_since, first.helpdesk_occurred_at)
        self.assertGreater(case.last_customer_message_at, case.waiting_since)
        self.assertEqual(
            case.conversation_id.helpdesk_waiting_since, first.helpdesk_occurred_at
        )

    def test_system_lines_are_no_facts(self):
        case = self._say().helpdesk_ticket_id
        count = len(self._get_facts(case))
        case.conversation_id._messaging_note("Something happened")
        case.priority = "3"
        self.assertEqual(len(self._get_facts(case)), count)

    def test_deleting_the_message_keeps_the_fact(self):
        message = self._say()
        fact = self._get_facts(message.helpdesk_ticket_id)
        message.unlink()
        self.assertTrue(fact.exists())
        self.assertFalse(fact.mail_message_id)

    # -- other paths --------------------------------------------------------------

    def test_email_of_the_customer_is_a_fact(self):
        customer = self.env["res.partner"].create(
            {"name": "M", "email": "m@example.com"}
        )
        ticket = self._create_ticket(partner_id=customer.id)
        ticket.message_post(
            body="By mail",
            message_type="email",
            author_id=customer.id,
            subtype_xmlid="mail.mt_comment",
        )
        fact = self._get_facts(ticket)
        self.assertEqual(
            (fact.direction, fact.author_kind, fact.path), ("in", "customer", "email")
        )
        self.assertEqual(ticket.waiting_on, "agent")
        self.assertTrue(ticket.last_customer_message_at)

    def _receive_email(self, sender):
        """An email to the team's address, by the mail gateway's own way."""
        domain = self.env["mail.alias.domain"].create({"name": "gateway.example.com"})
        self.team.alias_id.write(
            {
                "alias_name": "support",
                "alias_domain_id": domain.id,
                "alias_contact": "everyone",
                "alias_defaults": repr({"team_id": self.team.id}),
            }
        )
        email = (
            f"From: {sender}\nTo: support@gateway.example.com\nSubject: Broken\n"
            f"Message-Id: <{sender}-1@example.com>\n"
            "Content-Type: text/plain\n\nIt does not work\n"
        )
        ticket_id = self.env["mail.thread"].message_process("helpdesk.ticket", email)
        return self.env["helpdesk.ticket"].browse(ticket_id)

    def test_ticket_that_starts_with_an_email_has_one_fact(self):
        ticket = self._receive_email("stranger@example.com")
        fact = self._get_facts(ticket)
        self.assertEqual(
            (fact.direction, fact.author_kind, fact.path), ("in", "customer", "email")
        )
        self.assertEqual(ticket.waiting_on, "agent")

    def test_email_of_a_portal_user_is_counted_once(self):
        portal = self._create_agent("portal1", "Portal", "base.group_portal")
        fact = self._get_facts(self._receive_email(portal.email))
        self.assertEqual((fact.direction, fact.path), ("in", "email"))

    def test_answer_by_mail_is_a_fact(self):
        ticket = self._create_ticket()
        ticket.with_user(self.agent).message_post(
            body="Answer", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        fact = self._get_facts(ticket)
        self.assertEqual(
            (fact.direction, fact.author_kind, fact.path), ("out", "agent", "email")
        )
        self.assertTrue(ticket.first_response_at)

    def test_note_on_a_ticket_is_a_fact(self):
        ticket = self._create_ticket()
        ticket.with_user(self.agent).message_post(
            body="Note", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertEqual(self._get_facts(ticket).direction, "note")
        self.assertFalse(ticket.first_response_at)

    def test_portal_reply_is_a_fact(self):
        portal = self._create_agent("portal1", "Portal", "base.group_portal")
        ticket = self._create_ticket(partner_id=portal.partner_id.id)
        ticket.with_user(portal).sudo().message_post(
            body="Hi",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=portal.partner_id.id,
        )
        fact = self._get_facts(ticket)
        self.assertEqual((fact.direction, fact.path), ("in", "portal"))

    def test_request_by_form_is_a_fact(self):
        portal = self._create_agent("portal1", "Portal", "base.group_portal")
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(portal)
            .sudo()
            .create({"name": "Form", "description": "<p>x</p>"})
        )
        self.assertEqual(self._get_facts(ticket).path, "form")
        self.assertEqual(ticket.waiting_on, "agent")

    def test_ticket_by_hand_has_no_fact(self):
        self.assertFalse(self._get_facts(self._create_ticket()))

    # -- what became of it ----------------------------------------------------------

    def _answer(self, case):
        return case.conversation_id.with_user(case.user_id).message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )

    def test_answer_whose_parts_all_failed_was_no_answer(self):
        asked = self._say()
        case = asked.helpdesk_ticket_id
        message = self._answer(case)
        fact = self._get_facts(case)[-1]
        message.sudo().messaging_part_ids.state = "failed"
        fact._update_from_parts(message)
        self.assertEqual(fact.final_state, "failed")
        self.assertTrue(fact.failed_at)
        self.assertEqual(case.waiting_on, "agent")
        self.assertEqual(case.waiting_since, asked.helpdesk_occurred_at)
        self.assertFalse(case.first_response_at)

    def test_answer_delivered_after_all_counts_again(self):
        case = self._say().helpdesk_ticket_id
        message = self._answer(case)
        fact = self._get_facts(case)[-1]
        for state in ("failed", "delivered"):
            message.sudo().messaging_part_ids.state = state
            fact._update_from_parts(message)
        self.assertEqual((fact.final_state, fact.failed_at), ("ok", False))
        self.assertEqual(case.waiting_on, "customer")

    def test_send_in_doubt_is_marked(self):
        case = self._say().helpdesk_ticket_id
        message = self._answer(case)
        message.sudo().messaging_part_ids.state = "unknown"
        fact = self._get_facts(case)[-1]
        fact._update_from_parts(message)
        self.assertEqual(fact.final_state, "doubt")
        self.assertTrue(fields.Datetime.now() >= fact.posted_at)
