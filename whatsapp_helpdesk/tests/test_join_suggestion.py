"""Two who may be one person: found beside the work, decided by people."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.messaging_join_suggestion_find import MAX_ALIKE
from . import bodies
from .common import MessagingCase

SARA = "+9647701234567"


class SuggestionMixin:
    @classmethod
    def _set_up_customers(cls):
        """A known contact, and a second chat account where nobody has a number."""
        cls.Suggestion = cls.env["messaging.join.suggestion"]
        cls.account.country_id = cls.env.ref("base.iq")
        cls.sara = cls.env["res.partner"].create(
            {
                "name": "Sara Ali Hassan",
                "phone": SARA,
                "email": "sara@example.com",
                "country_id": cls.env.ref("base.iq").id,
            }
        )
        cls._forget_progress()

    @classmethod
    def _forget_progress(cls):
        """What there is already was looked at."""
        Progress = cls.env["messaging.join.progress"]
        for name, model in (
            ("messages", "messaging.message"),
            ("customers", "messaging.identity"),
        ):
            last = cls.env[model].search([], order="id desc", limit=1)
            Progress._get(name).position = last.id
        Progress._get("contacts").moment = fields.Datetime.now()

    def _write(self, text, number="9647800000001", name="Somebody", **options):
        """A customer writes; return how we know them."""
        self._receive(bodies.text(text, phone=number, name=name, **options))
        return self._find(number)

    def _find(self, number):
        address = self.env["messaging.address"].search([("value", "=", f"+{number}")])
        return address.identity_id

    def _look(self):
        """Let the job look at everything, as if nothing was written a moment ago."""
        with self._with_horizon(fields.Datetime.add(fields.Datetime.now(), minutes=1)):
            for _round in range(20):
                if not self.Suggestion._find_more():
                    return
        self.fail("The search for doubles does not come to an end.")

    def _with_horizon(self, moment):
        suggestion_class = self.env.registry["messaging.join.suggestion"]
        return patch.object(suggestion_class, "_get_horizon", lambda self: moment)

    def _get_suggestions(self, identity, reason=None):
        found = self.Suggestion.search([("identity_id", "=", identity.id)])
        return found.filtered(lambda s: reason in (None, s.reason))


@tagged("post_install", "-at_install")
class TestJoinSuggestion(SuggestionMixin, MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_customers()

    # -- what is found ----------------------------------------------------------------

    def test_a_typed_number_of_a_contact(self):
        identity = self._write("my other number is 0770 123 4567")
        self._look()
        suggestion = self._get_suggestions(identity)
        self.assertEqual(suggestion.partner_id, self.sara)
        self.assertEqual(suggestion.reason, "same_phone")
        self.assertIn("770 123 4567", suggestion.reason_text)

    def test_a_number_typed_with_arabic_digits(self):
        identity = self._write("رقمي الثاني ٠٧٧٠ ١٢٣ ٤٥٦٧")
        self._look()
        self.assertEqual(self._get_suggestions(identity).partner_id, self.sara)

    def test_a_typed_email_of_a_contact(self):
        identity = self._write("please answer to Sara@Example.com")
        self._look()
        suggestion = self._get_suggestions(identity)
        self.assertEqual(
            (suggestion.partner_id, suggestion.reason), (self.sara, "same_email")
        )

    def test_the_number_of_another_chat(self):
        other = self._write("hello", number="9647800000002", name="Other")
        self._look()
        identity = self._write("I also wrote from +964 780 000 0002")
        self._look()
        self.assertEqual(self._get_suggestions(identity).partner_id, other.partner_id)

    def test_a_contact_card(self):
        card = {"name": {"formatted_name": "Sara"}, "phones": [{"phone": SARA}]}
        message = bodies.message("contacts", phone="9647800000001", contacts=[card])
        self._receive(bodies.inbound(message, name="Somebody"))
        self._look()
        suggestion = self._get_suggestions(self._find("9647800000001"))
        self.assertEqual(
            (suggestion.partner_id, suggestion.reason), (self.sara, "forwarded_card")
        )

    def test_a_similar_name(self):
        identity = self._write("hello", name="sara ali")
        self._look()
        suggestion = self._get_suggestions(identity)
        self.assertEqual(
            (suggestion.partner_id, suggestion.reason), (self.sara, "similar_name")
        )

    def test_a_similar_arabic_name(self):
        partner = self.env["res.partner"].create({"name": "أحمد عبد الله الحسن"})
        identity = self._write("مرحبا", name="احمد عبدالله حسن")
        self._look()
        self.assertEqual(self._get_suggestions(identity).partner_id, partner)

    def test_an_email_typed_into_a_contact(self):
        identity = self._write("hello")
        self._look()
        identity.partner_id.email = "sara@example.com"
        # All of a test is one moment.
        progress = self.env["messaging.join.progress"]._get("contacts")
        progress.write({"moment": "2000-01-01", "position": 0})
        self._look()
        suggestion = self._get_suggestions(identity)
        self.assertEqual(
            (suggestion.partner_id, suggestion.reason), (self.sara, "same_email")
        )

    # -- what says nothing ------------------------------------------------------------

    def test_an_order_number_says_nothing(self):
        identity = self._write("order S00042 of 12.05.2024, 1.250.000 IQD")
        self._look()
        self.assertFalse(self._get_suggestions(identity))

    def test_one_word_of_a_name_says_nothing(self):
        identity = self._write("hello", name="Sara")
        self._look()
        self.assertFalse(self._get_suggestions(identity))

    def test_what_many_share_says_nothing(self):
        self.env["res.partner"].create(
            [{"name": f"Clerk {n}", "phone": SARA} for n in range(MAX_ALIKE)]
        )
        identity = self._write(f"call {SARA}")
        self._look()
        self.assertFalse(self._get_suggestions(identity))

    def test_a_company_is_no_person(self):
        self.sara.is_company = True
        identity = self._write(f"call {SARA}")
        self._look()
        self.assertFalse(self._get_suggestions(identity))

    def test_an_employee_is_no_customer(self):
        self.agent.partner_id.phone = "+9647709999999"
        identity = self._write("call +9647709999999")
        self._look()
        self.assertFalse(self._get_suggestions(identity))

    def test_test_contacts_stay_among_themselves(self):
        self.sara.is_messaging_test = True
        identity = self._write(f"call {SARA}", name="Sara Ali")
        self._look()
        self.assertFalse(self._get_suggestions(identity))

    def test_another_company_is_not_looked_into(self):
        self.sara.company_id = self.env["res.company"].create({"name": "Other"})
        identity = self._write(f"call {SARA}", name="Sara Ali")
        self._look()
        self.assertFalse(self._get_suggestions(identity))

    def test_customers_of_private_teams_are_not_named(self):
        private = self.env["helpdesk.ticket.team"].create(
            {"name": "Personnel", "is_private": True}
        )
        self.env["discuss.channel"]._get_or_create_conversation(
            self.account.inbox_id, self.sara, private
        )
        identity = self._write(f"call {SARA}", name="Sara Ali")
        self._look()
        self.assertFalse(self._get_suggestions(identity))

    def test_who_talks_to_a_private_team_is_nobody_elses_business(self):
        private = self.env["helpdesk.ticket.team"].create(
            {"name": "Personnel", "is_private": True}
        )
        identity = self._write(f"call {SARA}")
        place = self.env["discuss.channel"]._get_or_create_conversation(
            self.account.inbox_id, identity.partner_id, private
        )
        identity.conversation_id = place
        self._look()
        self.assertFalse(self._get_suggestions(identity))

    def test_nothing_is_looked_for_while_messages_come_in(self):
        identity = self._write(f"call {SARA}", name="Sara Ali")
        self.assertFalse(self._get_suggestions(identity))

    def test_what_was_written_this_moment_waits(self):
        """Older rows may still be on their way into the database."""
        identity = self._write(f"call {SARA}")
        before = fields.Datetime.subtract(self.env.cr.now(), minutes=1)
        with self._with_horizon(before):
            self.assertEqual(self.Suggestion._find_more(), 0)
        self.assertFalse(self._get_suggestions(identity))
        self._look()
        self.assertTrue(self._get_suggestions(identity))

    # -- once -------------------------------------------------------------------------

    def test_saying_it_twice_suggests_it_once(self):
        identity = self._write(f"call {SARA}")
        self._look()
        self._write(f"I said {SARA}!")
        self._look()
        self.assertEqual(len(self._get_suggestions(identity)), 1)

    def test_suggesting_twice_makes_one(self):
        identity = self._write("hello")
        first = self.Suggestion._suggest(identity, self.sara, "shared_link")
        again = self.Suggestion._suggest(identity, self.sara, "shared_link")
        self.assertEqual((len(first), len(again)), (1, 0))

    def test_dismissed_stays_dismissed_for_whatever_reason(self):
        identity = self._write(f"call {SARA}")
        self._look()
        self._get_suggestions(identity).action_dismiss()
        self._write("and my mail is sara@example.com")
        self._look()
        self.assertEqual(self._get_suggestions(identity).mapped("state"), ["dismissed"])

    def test_a_dismissal_can_be_taken_back(self):
        identity = self._write(f"call {SARA}")
        self._look()
        suggestion = self._get_suggestions(identity)
        suggestion.action_dismiss()
        suggestion.action_reopen()
        self.assertEqual(suggestion.state, "open")
        self.assertFalse(suggestion.decided_by_id)

    def test_the_same_is_not_asked_the_other_way_round(self):
        one = self._write("hello", name="One Person")
        other = self._write("hello", number="9647800000002", name="Other Person")
        self.Suggestion._suggest(one, other.partner_id, "similar_name")
        mirrored = self.Suggestion._suggest(other, one.partner_id, "same_phone")
        self.assertFalse(mirrored)

    def test_who_was_taken_apart_is_not_suggested_again(self):
        identity = self._write("hello")
        self.env["messaging.join"].create(
            {
                "kind": "join",
                "state": "undone",
                "identity_ids": [(6, 0, identity.ids)],
                "partner_id": self.sara.id,
                "company_id": self.company.id,
            }
        )
        self.assertFalse(self.Suggestion._suggest(identity, self.sara, "same_phone"))

    def test_a_decided_one_cannot_be_dismissed(self):
        identity = self._write(f"call {SARA}")
        self._look()
        suggestion = self._get_suggestions(identity)
        suggestion.action_dismiss()
        with self.assertRaises(UserError):
            suggestion.action_dismiss()

    # -- who --------------------------------------------------------------------------

    def test_an_agent_of_another_team_sees_and_decides_nothing(self):
        identity = self._write(f"call {SARA}")
        self._look()
        suggestion = self._get_suggestions(identity)
        stranger = self._create_agent("stranger", "Stranger")
        theirs = suggestion.with_user(stranger)
        self.assertFalse(theirs.search([("id", "=", suggestion.id)]))
        for method in ("action_dismiss", "action_compare", "action_reopen"):
            with (
                self.subTest(method=method),
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.assertRaises(AccessError),
            ):
                getattr(theirs, method)()

    def test_the_agent_who_holds_the_case_decides(self):
        identity = self._write(f"call {SARA}")
        self._look()
        suggestion = self._get_suggestions(identity)
        agent = identity.conversation_id.helpdesk_agent_id or self.leader
        suggestion.with_user(agent).action_dismiss()
        self.assertEqual(
            (suggestion.state, suggestion.decided_by_id), ("dismissed", agent)
        )

    def test_nobody_writes_one_by_hand(self):
        identity = self._write(f"call {SARA}")
        self._look()
        suggestion = self._get_suggestions(identity).with_user(self.leader)
        with (
            mute_logger("odoo.addons.base.models.ir_model"),
            self.assertRaises(AccessError),
        ):
            suggestion.state = "accepted"
            suggestion.flush_recordset()

    def test_the_panel_shows_it_from_both_sides(self):
        other = self._write("hello", number="9647800000002", name="Other")
        identity = self._write("I also wrote from +964 780 000 0002", name="Here")
        self._look()
        here = identity.conversation_id.with_user(self.leader)
        there = other.conversation_id.with_user(self.leader)
        self.assertEqual(
            [s["name"] for s in here.helpdesk_get_panel()["suggestions"]],
            [other.partner_id.display_name],
        )
        self.assertEqual(
            [s["name"] for s in there.helpdesk_get_panel()["suggestions"]],
            [identity.partner_id.display_name],
        )

    def test_erasing_a_person_erases_what_was_suggested(self):
        identity = self._write(f"call {SARA}")
        self._look()
        count = self.Suggestion._erase_person(identity, identity.partner_id)
        self.assertEqual(count, 1)
        self.assertFalse(self._get_suggestions(identity))
