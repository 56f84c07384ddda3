"""Proofs whose contact was joined, split or doubted before they were shown."""

from unittest.mock import patch

from odoo.tests import tagged

from ..gateway import proofs
from .proof_case import ProofCase

TOKEN = "join-" + "a" * 22


@tagged("post_install", "-at_install")
class TestProofMoved(ProofCase):
    def setUp(self):
        super().setUp()
        self.sara = self.known.partner_id
        self.third = self.env["res.partner"].create({"name": "Third"})

    def _join_known_further(self):
        self.env["messaging.join"]._join(
            self.known, self.third, "agent", user=self.agent
        )

    def _start_link(self):
        with patch.object(proofs, "make_token", lambda: TOKEN):
            self.env["messaging.proof"]._start_link(self.sara, self.second, self.agent)

    def test_code_proves_to_be_who_has_the_chat_now(self):
        self._start_known_code()
        self._join_known_further()
        self._says("123456")
        self.assertEqual(self._get_joins().partner_id, self.third)
        self.assertFalse(self.sara.active)

    def test_code_in_a_chat_that_was_split_off_proves_nothing_about_the_contact(self):
        self._start_known_code()
        self.env["messaging.join"]._split(self.known, self.agent)
        self._says("123456")
        self.assertNotEqual(self._get_joins().partner_id, self.sara)

    def test_code_in_a_chat_that_came_into_doubt_proves_nothing(self):
        proof = self._start_known_code()
        self.known._set_doubt("new_owner")
        self._says("123456")
        self.assertEqual(proof.state, "refused")
        self.assertFalse(self._get_joins())

    def test_link_leads_to_who_the_contact_was_joined_with(self):
        self._start_link()
        self._says(TOKEN)
        self._join_known_further()
        proof = self.env["messaging.proof"].search([("kind", "=", "link")])
        proof._answer_link(self.stranger, True)
        self.assertEqual(self._get_joins().partner_id, self.third)

    def test_what_waits_is_done_with_who_goes_on(self):
        join = self.env["messaging.join"]._request(self.stranger, self.sara, "code")
        self._join_known_further()
        join._perform_waiting()
        self.assertEqual(self.stranger.partner_id, self.third)
        self.assertFalse(self.sara.active)

    def test_useless_link_opened_again_and_again_leaves_few_notes(self):
        self._start_link()
        self._says(TOKEN, phone="9647703333333")
        before = len(self._get_notes(self.known))
        for number in range(6):
            self._says(f"{TOKEN} {number}")
        self.assertLessEqual(len(self._get_notes(self.known)) - before, 3)
