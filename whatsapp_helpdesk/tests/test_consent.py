"""What customers say about messages, and what follows from it."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from . import bodies
from .gate_case import GateCase

PHONE = "9647701234567"


class ConsentCase(GateCase):
    def _say(self, *texts, **values):
        """The customer writes; return the messages that arrived."""
        values.setdefault("timestamp", self._now_timestamp())
        return self._receive(
            *(bodies.text(text, phone=PHONE, **values) for text in texts)
        ).filtered(lambda message: message.messaging_direction == "in")

    def _press(self, title, payload=""):
        button = {"text": title, "payload": payload or title}
        return self._receive(
            bodies.inbound(
                bodies.message(
                    "button",
                    phone=PHONE,
                    button=button,
                    timestamp=self._now_timestamp(),
                )
            )
        ).filtered(lambda message: message.messaging_direction == "in")

    def _get_customer(self):
        address = self.env["messaging.address"].search(
            [("value", "in", [PHONE, f"+{PHONE}"])], limit=1
        )
        return address.identity_id

    def _get_states(self):
        customer = self._get_customer()
        return customer.marketing_consent, customer.utility_consent

    def _get_answers(self):
        return self.env["mail.message"].search(
            [
                ("helpdesk_author_kind", "=", "automatic"),
                ("messaging_identity_id", "=", self._get_customer().id),
            ],
            order="id",
        )

    def _get_notes(self):
        conversation = self._get_customer().conversation_id
        return self.env["mail.message"].search(
            [
                ("model", "=", "discuss.channel"),
                ("res_id", "=", conversation.id),
                ("message_type", "=", "notification"),
            ]
        )


@tagged("post_install", "-at_install")
class TestStopWords(ConsentCase):
    def test_stop_is_recorded_confirmed_and_noted(self):
        message = self._say("STOP")
        rows = self._get_customer().consent_ids
        self.assertEqual(set(rows.mapped("purpose")), {"marketing", "utility"})
        self.assertEqual(set(rows.mapped("wording")), {"STOP"})
        self.assertEqual(rows.mail_message_id, message)
        self.assertEqual(self._get_states(), ("out", "out"))
        [answer] = self._get_answers()
        self.assertIn("START", answer.body)
        self.assertEqual(answer.messaging_part_ids.state, "queued")
        self.assertEqual(len(self._get_notes()), 1)

    def test_who_repeats_it_within_a_day_adds_a_proof_and_nothing_else(self):
        self._say("STOP")
        self._say("stop!")
        self._say("Unsubscribe", "STOP")
        rows = self._get_customer().consent_ids
        self.assertEqual(len(rows), 2)
        self.assertEqual(set(rows.mapped("repeated")), {3})
        self.assertTrue(all(rows.mapped("repeated_at")))
        self.assertEqual(len(self._get_answers()), 1)
        self.assertEqual(len(self._get_notes()), 1)

    def test_after_a_day_it_is_a_word_of_its_own(self):
        self._say("STOP")
        rows = self._get_customer().consent_ids
        rows.given_at = fields.Datetime.now() - timedelta(days=2)
        self._say("STOP")
        self.assertEqual(len(self._get_customer().consent_ids), 4)

    def test_start_restores_and_is_confirmed(self):
        self._say("STOP")
        message = self._say("START")
        self.assertEqual(message.helpdesk_swallowed_by, "opt_in")
        self.assertEqual(self._get_states(), ("in", "in"))
        self.assertEqual(len(self._get_answers()), 2)
        self.assertIn("STOP", self._get_answers()[1].body)

    def test_stop_start_stop_is_three_words_and_three_answers(self):
        for word in ("STOP", "START", "STOP"):
            self._say(word)
        self.assertEqual(self._get_states(), ("out", "out"))
        self.assertEqual(len(self._get_answers()), 3)

    def test_start_of_who_never_stopped_is_a_message(self):
        message = self._say("start")
        self.assertFalse(message.helpdesk_swallowed_by)
        self.assertTrue(message.helpdesk_ticket_id)
        self.assertFalse(self._get_customer().consent_ids)

    def test_words_of_an_account(self):
        self.account.opt_out_words = "Genug\n\nلا أريد"
        self.account.opt_in_words = "Ja99"
        self._say("genug!")
        self.assertEqual(self._get_states(), ("out", "out"))
        self._say("ja ٩٩")
        self.assertEqual(self._get_states(), ("out", "out"))
        self._say("JA٩٩")
        self.assertEqual(self._get_states(), ("in", "in"))

    def test_an_accounts_own_start_word_is_an_opt_in_by_itself(self):
        self.account.opt_in_words = "Offers"
        self._say("offers")
        self.assertEqual(self._get_states(), ("in", "in"))

    def test_a_button_counts_by_its_title_or_payload(self):
        self._press("Stop promotions")
        self.assertEqual(self._get_states(), ("out", "out"))
        self._say("START")
        self._press("Not interested", "STOP")
        self.assertEqual(self._get_states(), ("out", "out"))

    def test_another_button_is_a_message(self):
        message = self._press("Stop the delivery", "stop_delivery")
        self.assertFalse(message.helpdesk_swallowed_by)

    def test_late_words_count_and_get_no_answer(self):
        self._say("STOP", timestamp=self._now_timestamp(minutes=-30))
        self.assertEqual(self._get_states(), ("out", "out"))
        self.assertFalse(self._get_answers())

    def test_the_answer_is_in_the_customers_language_and_editable(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.account.language = "ar_001"
        self.account.opt_out_reply = "Done."
        self.account.with_context(lang="ar_001").opt_out_reply = "تم."
        self._say("إيقاف")
        self.assertIn("تم.", self._get_answers().body)

    def test_switched_off_messages_stay_off(self):
        self.account.automatic_answers = False
        self._say("STOP")
        self.assertFalse(self._get_answers())
        self.assertEqual(self._get_states(), ("out", "out"))

    def test_agents_still_answer(self):
        case = self._say("Where is my order?").helpdesk_ticket_id
        self._say("STOP")
        case.user_id = self.agent
        reply = self._reply(case.conversation_id, "It is on its way.")
        self.assertEqual(reply.messaging_part_ids.state, "queued")

    def test_the_platform_stops_and_resumes(self):
        self._say("Hello")
        for value, state in (("stop", "out"), ("resume", "in")):
            item = {
                "wa_id": PHONE,
                "category": "marketing_messages",
                "value": value,
                "timestamp": self._now_timestamp(),
            }
            change = bodies.change("user_preferences", user_preferences=[item])
            self._receive(bodies.envelope(change))
            self.assertEqual(self._get_states(), (state, False))
        self.assertEqual(len(self._get_notes()), 2)


@tagged("post_install", "-at_install")
class TestRecordedByAgents(GateCase):
    def _open_form(self, **values):
        action = self.identity.partner_id.with_user(self.agent).action_record_consent()
        form = Form(
            self.env["messaging.consent.record"]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    def test_an_opt_in_needs_wording_and_proof(self):
        record = self._open_form(state="out")
        record.write({"state": "in"})
        with self.assertRaisesRegex(UserError, "agreed to"):
            record.action_record()
        record.wording = "Yes, offers please"
        with self.assertRaisesRegex(UserError, "kept"):
            record.action_record()
        record.proof = "Form of 3 May"
        record.action_record()
        row = self.identity.consent_ids[0]
        self.assertEqual((row.source, row.user_id), ("agent", self.agent))
        self.assertEqual(row.proof, "Form of 3 May")
        self.assertEqual(self.identity.marketing_consent, "in")

    def test_one_purpose_only(self):
        record = self._open_form(wording="Yes", proof="Call of today", utility=False)
        record.action_record()
        self.assertEqual(self.identity.consent_ids.mapped("purpose"), ["marketing"])

    def test_an_opt_out_is_one_click(self):
        self.identity.partner_id.with_user(self.agent).action_opt_out()
        self.assertEqual(self.identity.marketing_consent, "out")
        self.assertEqual(self.identity.utility_consent, "out")
        note = self.env["mail.message"].search(
            [("res_id", "=", self.conversation.id), ("body", "ilike", "opted out")]
        )
        self.assertIn(self.agent.name, note.body)

    def test_only_for_customers_the_agent_may_see(self):
        stranger = self._create_agent("stranger", "Stranger", "base.group_user")
        identity = self.identity.with_user(stranger)
        with self.assertRaises(AccessError):
            identity.action_opt_out()
        self.assertFalse(self.identity.consent_ids)

    def test_by_rpc_an_opt_in_needs_wording_too(self):
        with self.assertRaises(ValidationError):
            self.env["messaging.consent"].with_user(self.agent).create(
                {
                    "identity_id": self.identity.id,
                    "purpose": "marketing",
                    "state": "in",
                    "source": "agent",
                }
            )

    def test_shown_on_the_contact_and_beside_the_conversation(self):
        self._record("out")
        partner = self.identity.partner_id.with_user(self.agent)
        self.assertEqual(len(partner.messaging_consent_ids), 2)
        panel = self.conversation.with_user(self.agent).helpdesk_get_panel()
        shown = panel["identities"][0]["consents"]
        self.assertEqual([c["purpose"] for c in shown], ["marketing", "utility"])
        self.assertEqual({c["state"] for c in shown}, {"out"})
        self.assertTrue(all(c["title"] for c in shown))

    def test_a_contact_opens_for_who_is_no_agent(self):
        group = "sales_team.group_sale_salesman"
        seller = self._create_agent("seller", "Seller", group)
        partner = self.identity.partner_id.with_user(seller)
        views = partner.get_view(view_type="form")
        self.assertNotIn("messaging_consent_ids", views["arch"])

    def test_the_newest_word_is_shown_whoever_said_it(self):
        self._record("out")
        self._record(
            "in",
            "marketing",
            source="agent",
            given_at=fields.Datetime.now() + timedelta(seconds=1),
        )
        self.assertEqual(self.identity.marketing_consent, "in")
        self.assertEqual(self.identity.utility_consent, "out")
