"""The server action that writes to the customer."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .gate_case import GateCase


@tagged("post_install", "-at_install")
class TestServerAction(GateCase):
    def _create_action(self, model="helpdesk.ticket", **values):
        return self.env["ir.actions.server"].create(
            {
                "name": "Tell the customer",
                "model_id": self.env["ir.model"]._get_id(model),
                "state": "messaging",
                "messaging_text": "Hello {first_name}, {number} is ready.",
                "when_closed": "skip",
                **values,
            }
        )

    def _run(self, action, records):
        action.with_context(
            active_model=records._name, active_ids=records.ids, active_id=records[:1].id
        ).run()
        domain = [
            ("helpdesk_author_kind", "=", "automatic"),
            ("res_id", "=", self.conversation.id),
        ]
        return self.env["mail.message"].search(domain)

    # -- saving -----------------------------------------------------------------------

    def test_refused_without_a_decision_for_the_closed_window(self):
        with self.assertRaisesRegex(ValidationError, "window is closed"):
            self._create_action(when_closed=False)

    def test_refused_without_the_template_it_decided_for(self):
        with self.assertRaisesRegex(ValidationError, "Choose the template"):
            self._create_action(when_closed="template")

    def test_refused_with_a_template_that_cannot_be_sent(self):
        template = self._create_template(status="REJECTED")
        with self.assertRaisesRegex(ValidationError, "cannot be sent now"):
            self._create_action(
                when_closed="template", fallback_template_id=template.id
            )

    def test_the_decision_cannot_be_taken_back_later(self):
        action = self._create_action()
        with self.assertRaises(ValidationError):
            action.when_closed = False

    def test_an_action_that_becomes_one_needs_a_decision(self):
        action = self._create_action(state="code", when_closed=False)
        with self.assertRaises(ValidationError):
            action.state = "messaging"

    def test_other_actions_need_none(self):
        self.assertTrue(self._create_action(state="code", when_closed=False))

    def test_placeholders_are_a_closed_list(self):
        for text in ("Hello {partner_id}", "{customer.email}{password}"):
            with self.assertRaisesRegex(ValidationError, "placeholder"):
                self._create_action(messaging_text=text)

    def test_offered_for_records_about_a_contact(self):
        models = set(self._create_action().available_model_ids.mapped("model"))
        self.assertLessEqual({"helpdesk.ticket", "crm.lead", "res.partner"}, models)
        self.assertNotIn("res.country", models)

    # -- running ----------------------------------------------------------------------

    def test_the_customer_of_a_ticket_is_told(self):
        message = self._run(self._create_action(), self.case)
        self.assertIn(f"Hello Sara, {self.case.number} is ready.", message.body)
        self.assertEqual(message.helpdesk_ticket_id, self.case)
        part = message.messaging_part_ids
        self.assertEqual((part.state, part.consent_purpose), ("queued", "utility"))

    def test_the_contact_is_told_in_the_conversation(self):
        action = self._create_action("res.partner", messaging_text="Hello {customer}")
        message = self._run(action, self.identity.partner_id)
        self.assertIn("Hello Sara Customer", message.body)

    def test_values_are_text_and_nothing_more(self):
        self.identity.partner_id.name = "<b>{company}</b>"
        action = self._create_action(messaging_text="Hi {customer} {{7*7}}")
        message = self._run(action, self.case)
        self.assertIn("Hi &lt;b&gt;{company}&lt;/b&gt; {{7*7}}", message.body)

    def test_the_customers_language(self):
        self.env["res.lang"]._activate_lang("ar_001")
        action = self._create_action(messaging_text="Ready")
        action.with_context(lang="ar_001").messaging_text = "جاهز"
        self.identity.language = "ar"
        self.assertIn("جاهز", self._run(action, self.case).body)

    def test_a_closed_window_is_skipped_where_that_was_decided(self):
        self._close_window()
        self.assertFalse(self._run(self._create_action(), self.case))
        refusal = self.env["messaging.automatic"].search([], limit=1)
        self.assertEqual(
            (refusal.kind, refusal.refusal), ("server_action", "window_closed")
        )

    def test_a_closed_window_gets_the_template(self):
        self._close_window()
        template = self._create_template()
        action = self._create_action(
            when_closed="template", fallback_template_id=template.id
        )
        message = self._run(action, self.case)
        part = message.messaging_part_ids
        self.assertEqual((part.kind, part.template_id), ("template", template))
        self.assertTrue(part.starts_conversation)

    def test_an_open_window_gets_the_text(self):
        template = self._create_template()
        action = self._create_action(
            when_closed="template", fallback_template_id=template.id
        )
        part = self._run(action, self.case).messaging_part_ids
        self.assertEqual(part.kind, "text")

    def test_who_opted_out_gets_neither(self):
        self._record("out")
        template = self._create_template()
        action = self._create_action(
            when_closed="template", fallback_template_id=template.id
        )
        self.assertFalse(self._run(action, self.case))
        self._close_window()
        self.assertFalse(self._run(action, self.case))

    def test_a_record_without_conversation_is_left_alone(self):
        partner = self.env["res.partner"].create({"name": "Nobody"})
        self.assertFalse(self._run(self._create_action("res.partner"), partner))

    def test_a_record_without_customer_is_nobodys(self):
        """Who has no contact is not the customer of a ticket without one."""
        self.identity.partner_id = False
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "Broken", "team_id": self.team.id}
        )
        self.assertFalse(ticket.partner_id)
        self.assertFalse(self._run(self._create_action(messaging_text="Hi"), ticket))
        self.assertFalse(self._get_outbox())

    def test_a_contact_is_not_told_by_another_company(self):
        """A contact of all companies: the talk with another one is not used."""
        partner = self.identity.partner_id
        action = self._create_action("res.partner", messaging_text="Hi")
        other = self.env["res.company"].create({"name": "Other Company"})
        stranger = self._create_agent("stranger", "Stan Stranger")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        theirs = action.with_user(stranger)
        self.assertFalse(theirs._find_conversation_of(partner))
        ours = action.with_user(self.agent)
        self.assertEqual(ours._find_conversation_of(partner), self.conversation)

    def test_an_action_can_be_renamed_while_its_template_is_paused(self):
        template = self._create_template()
        action = self._create_action(
            when_closed="template", fallback_template_id=template.id
        )
        template._stop("Paused")
        action.name = "Tell the customer later"
        with self.assertRaisesRegex(ValidationError, "cannot be sent now"):
            action.fallback_template_id = template

    def test_many_records(self):
        other = self._create_conversation("Omar Other")
        action = self._create_action(messaging_text="Ready")
        self._run(action, self.case | other.helpdesk_ticket_id)
        for conversation in (self.conversation, other):
            self.assertEqual(len(self._get_outbox(conversation)), 1)

    def test_the_fallback_on_another_account_is_its_namesake(self):
        account = self._create_account(self.connection, "777")
        template = self._create_template(account_id=account.id)
        own = self._create_template()
        action = self._create_action(
            when_closed="template", fallback_template_id=template.id
        )
        self.assertEqual(action._get_template_of(self.account), own)

    def test_a_daily_cap_holds(self):
        self.account.automatic_daily_cap = 1
        action = self._create_action(messaging_text="Ready")
        self._run(action, self.case)
        automatic = self.env["messaging.automatic"].search([])
        automatic.sent_at = fields.Datetime.now() - timedelta(minutes=5)
        self.assertEqual(len(self._run(action, self.case)), 1)
