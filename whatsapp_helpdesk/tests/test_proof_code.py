from odoo.tests import tagged

from .proof_case import ProofCase


@tagged("post_install", "-at_install")
class TestCode(ProofCase):
    def test_the_right_code_joins(self):
        proof = self._start_known_code("123456")
        message = self._says("123456")
        self.assertEqual(proof.state, "used")
        join = self._get_joins()
        self.assertEqual(join.partner_id, self.known.partner_id)
        self.assertEqual(join.proof, "code")
        self.assertEqual(message.helpdesk_swallowed_by, "proof")
        self.assertIn("now we know that it is you", self._get_said(self.stranger)[-1])
        self.assertTrue(self.stranger.verified_at)

    def test_it_counts_however_it_is_typed(self):
        for text in ("١٢٣٤٥٦", "۱۲۳ ۴۵۶", "My code is 123-456", " 12 34 56 "):
            with self.subTest(text=text):
                proof = self._start_known_code("123456")
                self._says(text)
                self.assertEqual(proof.state, "used")
                self._pass_time(proof, minutes=2)
                proof.identity_id.partner_id = self.env["res.partner"].create(
                    {"name": "Somebody"}
                )
