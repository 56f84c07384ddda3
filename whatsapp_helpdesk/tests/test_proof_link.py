"""A personal link opens a chat on another account; confirmed there, both are joined."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import unquote

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..gateway import proofs
from . import bodies
from .proof_case import SECOND, STRANGER, ProofCase

EVE = "9647703333333"


class LinkCase(ProofCase):
    def _start_link(self, **values):
        arguments = {"partner": self.known.partner_id, "account": self.second}
        url = self.env["messaging.proof"]._start_link(
            **{**arguments, "user": self.agent, **values}
        )
        return proofs.find_token(unquote(url))

    def _get_proof(self):
        return self.env["messaging.proof"].search([("kind", "=", "link")], limit=1)

    def _get_question(self, identity=None):
        return (identity or self.stranger).choice_part_id

    def _get_payload(self, meaning="yes", identity=None):
        choices = self._get_question(identity).choices
        [payload] = [c["payload"] for c in choices if c["words"] == meaning]
        return payload


@tagged("post_install", "-at_install")
class TestLink(LinkCase):
    def test_opened_and_confirmed_it_joins(self):
        message = self._says(self._start_link())
        self.assertEqual(message.helpdesk_swallowed_by, "deep_link")
        self.assertFalse(self._get_joins())
        part = self._get_question()
        self.assertEqual(part.kind, "buttons")
        pressed = self._presses(self._get_payload())
        self.assertEqual(pressed.helpdesk_swallowed_by, "quiet_button")
        self.assertEqual(self._get_proof().state, "used")
        join = self._get_joins()
        self.assertEqual(join.partner_id, self.known.partner_id)
        self.assertEqual(join.proof, "deep_link")

    def test_it_shows_only_a_masked_name(self):
        self.known.partner_id.name = "Sara Al-Haddad"
        self._says(self._start_link())
        asked = self._get_said(self.stranger)[-1]
        self.assertIn("S••• A•••", asked)
        self.assertNotIn("Haddad", asked)

    def test_a_newcomer_makes_no_case_by_opening_it(self):
        token = self._start_link()
        self._says(token, phone=EVE, name="New Here")
        identity = self._get_identity(EVE, self.second)
        self.assertFalse(identity.conversation_id.helpdesk_ticket_ids)
        self.assertEqual(self._get_proof().identity_id, identity)

    def test_it_is_confirmed_by_words_of_any_language(self):
        for word in ("Yes!", "نعم", "oui", "1", "Yes, that is me"):
            with self.subTest(word=word):
                self._says(self._start_link())
                self._says(word)
                proof = self._get_proof()
                self.assertEqual(proof.state, "used")
                self._pass_time(proof, days=2)

    def test_no_connects_nothing(self):
        self._says(self._start_link())
        self._says("لا")
        self.assertEqual(self._get_proof().state, "refused")
        self.assertFalse(self._get_joins())
        self.assertIn("nothing was connected", self._get_said(self.stranger)[-1])

    def test_after_a_colleague_wrote_yes_is_an_answer_to_them(self):
        self._says(self._start_link())
        self._reply(self.stranger.conversation_id, "Do you want it delivered?")
        message = self._says("Yes")
        self.assertFalse(message.helpdesk_swallowed_by)
        self.assertEqual(self._get_proof().state, "open")

    def test_it_works_once(self):
        token = self._start_link()
        self._says(token)
        self._presses(self._get_payload())
        self._says(token)
        self.assertIn("does not count any more", self._get_said(self.stranger)[-1])
        self.assertEqual(len(self._get_joins()), 1)

    def test_the_second_person_is_refused_and_the_first_is_not_harmed(self):
        token = self._start_link()
        self._says(token)
        self._says(token, phone=EVE, name="Eve")
        eve = self._get_identity(EVE, self.second)
        self.assertIn("opened by somebody else", self._get_said(eve)[-1])
        self.assertFalse(eve.choice_part_id)
        self.assertIn("second person", self._get_notes(self.known)[-1])
        self.assertNotIn(self.known.partner_id.name, self._get_notes(eve)[-1])
        self._presses(self._get_payload())
        self.assertTrue(self._get_joins())
        self.assertFalse(self._get_joins(eve))

    def test_after_fifteen_minutes_it_is_too_late(self):
        token = self._start_link()
        self._pass_time(self._get_proof(), minutes=15)
        self._says(token)
        self.assertIn("too old", self._get_said(self.stranger)[-1])
        self.assertEqual(self._get_proof().state, "expired")
        self.assertFalse(self._get_joins())

    def test_who_comes_too_late_is_suggested_to_an_agent(self):
        token = self._start_link()
        self._pass_time(self._get_proof(), minutes=15)
        self._says(token)
        suggestion = self.env["messaging.join.suggestion"].search(
            [("identity_id", "=", self.stranger.id)]
        )
        self.assertEqual(suggestion.partner_id, self.known.partner_id)
        self.assertEqual(suggestion.reason, "shared_link")

    def test_a_yes_that_comes_too_late_joins_nothing(self):
        self._says(self._start_link())
        payload = self._get_payload()
        self._pass_time(self._get_proof(), minutes=15)
        self._presses(payload)
        self.assertFalse(self._get_joins())

    def test_forwarded_it_says_so(self):
        token = self._start_link()
        message = bodies.message(
            text={"body": token},
            phone=STRANGER,
            context={"forwarded": True},
            timestamp=self._now_timestamp(),
        )
        self._receive(bodies.inbound(message, number_id=SECOND, name="Sara"))
        self.assertEqual(self._get_proof().state, "refused")
        self.assertIn("was forwarded", self._get_said(self.stranger)[-1])
        self.assertIn("was forwarded", self._get_notes(self.known)[-1])

    def test_on_another_account_it_is_an_ordinary_text(self):
        token = self._start_link()
        message = self._says(token, phone=EVE, number_id=bodies.NUMBER_ID)
        self.assertFalse(message.helpdesk_swallowed_by)
        self.assertFalse(self._get_proof().identity_id)

    def test_an_invented_token_is_an_ordinary_text(self):
        self._start_link()
        message = self._says(proofs.make_token())
        self.assertFalse(message.helpdesk_swallowed_by)

    def test_a_known_chat_of_the_contact_needs_no_question(self):
        self.stranger.partner_id = self.known.partner_id
        self._says(self._start_link())
        self.assertEqual(self._get_proof().state, "used")
        self.assertFalse(self._get_joins())

    def test_what_is_kept_is_no_token(self):
        token = self._start_link()
        self.env.cr.execute("SELECT row_to_json(p)::text FROM messaging_proof p")
        for (row,) in self.env.cr.fetchall():
            self.assertNotIn(token, row)

    def test_where_there_are_no_buttons_it_asks_with_words(self):
        account_class = self.env.registry["messaging.account"]
        features = replace(self.second._get_features(), buttons=False)
        with patch.object(account_class, "_get_features", lambda account: features):
            self._says(self._start_link())
        self.assertEqual(self._get_question().kind, "text")
        self.assertIn(
            "Answer with one of these words", self._get_said(self.stranger)[-1]
        )
        self._says("yes")
        self.assertTrue(self._get_joins())


@tagged("post_install", "-at_install")
class TestLinkRights(LinkCase):
    def test_only_agents_who_may_read_the_contact_make_one(self):
        stranger = self._create_agent("nobody", "Nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self._start_link(user=stranger)
        other = self._create_agent("other", "Other Agent")
        with self.assertRaises(AccessError):
            self._start_link(user=other)

    def test_of_another_company_there_is_none(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.agent.company_ids |= company
        self.known.partner_id.company_id = company
        with self.assertRaisesRegex(UserError, "another company"):
            self._start_link()

    def test_where_the_channel_has_none_it_says_what_to_do(self):
        account_class = self.env.registry["messaging.account"]
        features = replace(self.second._get_features(), deep_links=False)
        with (
            patch.object(account_class, "_get_features", lambda account: features),
            self.assertRaisesRegex(UserError, "Send a code instead"),
        ):
            self._start_link()

    def test_so_many_a_day(self):
        for _round in range(10):
            self._start_link()
        with self.assertRaisesRegex(UserError, "for one day"):
            self._start_link()


@tagged("post_install", "-at_install")
class TestSignedButtons(LinkCase):
    def test_pressed_by_somebody_else_it_says_nothing(self):
        """A forwarded message brings its buttons along."""
        self._says(self._start_link())
        payload = self._get_payload()
        message = self._presses(payload, phone=EVE)
        self.assertFalse(message.helpdesk_swallowed_by)
        self.assertTrue(message.helpdesk_ticket_id)
        self.assertEqual(self._get_proof().state, "open")

    def test_forged_it_says_nothing(self):
        self._says(self._start_link())
        payload = self._get_payload("no")
        forged = payload.replace(":no:", ":yes:")
        self.assertNotEqual(forged, payload)
        message = self._presses(forged)
        self.assertFalse(message.helpdesk_swallowed_by)
        self.assertEqual(self._get_proof().state, "open")

    def test_of_another_account_it_says_nothing(self):
        self._says(self._start_link())
        payload = self._get_payload()
        message = self._presses(payload, number_id=bodies.NUMBER_ID)
        self.assertFalse(message.helpdesk_swallowed_by)
        self.assertFalse(self._get_joins())

    def test_pressed_twice_it_joins_once(self):
        self._says(self._start_link())
        payload = self._get_payload()
        self._presses(payload)
        self._presses(payload)
        self.assertEqual(len(self._get_joins()), 1)

    def test_of_another_database_it_says_nothing(self):
        self._says(self._start_link())
        payload = self._get_payload()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("database.secret", "another secret")
        self.assertIsNone(self.env["messaging.button"]._read(self.stranger, payload))

    def test_a_purpose_that_nobody_answers_to_stays_a_message(self):
        payload = self.env["messaging.button"]._sign(self.stranger, "nothing", 1, "x")
        message = self._presses(payload)
        self.assertFalse(message.helpdesk_swallowed_by)
        self.assertIn("Yes", message.body)

    def test_every_payload_fits_the_narrowest_channel(self):
        for part in self.env["messaging.message"].search([("choices", "!=", False)]):
            for choice in part.choices:
                self.assertLessEqual(len(choice["payload"].encode()), 64)
        payload = self.env["messaging.button"]._sign(
            self.stranger, "survey", 2**31 - 1, "value", self.stranger.last_inbound_at
        )
        self.assertLessEqual(len(payload.encode()), 64)

    def test_it_ends(self):
        Button = self.env["messaging.button"]
        now = self.stranger.last_inbound_at
        payload = Button._sign(
            self.stranger, "link", 1, "yes", now + timedelta(hours=1)
        )
        self.assertTrue(Button._read(self.stranger, payload))
        payload = Button._sign(
            self.stranger, "link", 1, "yes", now - timedelta(hours=1)
        )
        self.assertIsNone(Button._read(self.stranger, payload))
