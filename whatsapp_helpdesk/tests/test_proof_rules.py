from odoo.tests import tagged

from .security_case import SecurityCase


@tagged("post_install", "-at_install")
class TestProofRules(SecurityCase):
    def _create_link(self, secret, identity=None):
        return self.env["messaging.proof"].create(
            {
                "kind": "link",
                "account_id": self.account.id,
                "partner_id": self.conversations["mine"].helpdesk_partner_id.id,
                "identity_id": identity and identity.id,
                "secret": secret,
                "started_at": "2025-01-01",
                "expires_at": "2025-01-01",
            }
        )

    def test_proofs_of_private_chats_are_for_their_team_only(self):
        mine = self.conversations["mine"].messaging_identity_id
        private = self.conversations["private"].messaging_identity_id
        links = [
            self._create_link("a"),
            self._create_link("b", mine),
            self._create_link("c", private),
        ]
        expected = {
            "manager": [True, True, False],
            "administrator": [True, True, False],
            "agent": [False, False, False],
            "employee": [False, False, False],
        }
        for name, readable in expected.items():
            with self.subTest(name=name):
                person = self.people[name]
                found = [link.with_user(person).has_access("read") for link in links]
                self.assertEqual(found, readable)
