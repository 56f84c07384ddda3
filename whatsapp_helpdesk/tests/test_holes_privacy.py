"""What people who are not allowed to see a conversation could still find out."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .security_case import SecurityCase

OUTSIDERS = ("employee", "other_salesperson", "manager", "all_agent", "portal")


@tagged("post_install", "-at_install")
class TestHolesPrivacy(SecurityCase):
    def setUp(self):
        super().setUp()
        self.conversation = self.conversations["private"]
        self.message = self._get_customer_message(self.conversation)
        self.attachment = self.env["ir.attachment"].create(
            {
                "name": "contract.txt",
                "raw": b"the contract",
                "res_model": "discuss.channel",
                "res_id": self.conversation.id,
            }
        )
        self.message.attachment_ids = self.attachment

    def test_outsiders_find_no_message_by_its_text(self):
        for person in OUTSIDERS:
            found = self._as(person, self.env["mail.message"]).search(
                [("body", "ilike", "secret of private")]
            )
            with self.subTest(person=person):
                self.assertFalse(found)
                self.assertFalse(
                    self._as(person, self.env["mail.message"]).search_count(
                        [("id", "=", self.message.id)]
                    )
                )

    def test_outsiders_read_no_message_by_its_id(self):
        for person in OUTSIDERS:
            with self.subTest(person=person), self.assertRaises(AccessError):
                self._as(person, self.message).read(["body", "preview"])

    def test_outsiders_read_no_attachment(self):
        for person in OUTSIDERS:
            attachment = self._as(person, self.attachment)
            with self.subTest(person=person), self.assertRaises(AccessError):
                attachment.read(["raw", "name"])
            found = attachment.search([("name", "=", "contract.txt")])
            with self.subTest(person=person):
                self.assertFalse(found)

    def test_members_of_the_private_team_read_the_attachment(self):
        attachment = self._as("hr_member", self.attachment)
        self.assertEqual(attachment.raw, b"the contract")

    def test_member_cannot_change_or_delete_a_customers_file(self):
        attachment = self._as("hr_member", self.attachment)
        with self.assertRaises(AccessError):
            attachment.write({"raw": b"forged"})
        with self.assertRaises(AccessError):
            attachment.unlink()
        self.assertFalse(attachment._has_attachments_ownership([None]))

    def test_outsider_cannot_attach_a_file_to_a_conversation(self):
        for person in ("employee", "agent", "hr_member"):
            with self.subTest(person=person), self.assertRaises(AccessError):
                self._as(person, self.env["ir.attachment"]).create(
                    {
                        "name": "forged.txt",
                        "raw": b"x",
                        "res_model": "discuss.channel",
                        "res_id": self.conversation.id,
                    }
                )

    def test_contact_shows_only_conversations_one_may_see(self):
        partner = self.conversation.helpdesk_partner_id
        for person in ("employee", "manager", "salesperson"):
            contact = self._as(person, partner)
            with self.subTest(person=person):
                self.assertFalse(contact.helpdesk_conversation_ids)
                self.assertFalse(
                    self._as(person, self.env["res.partner"]).search(
                        [
                            ("id", "=", partner.id),
                            (
                                "helpdesk_conversation_ids.message_ids.body",
                                "ilike",
                                "secret",
                            ),
                        ]
                    )
                )

    def test_conversation_is_not_found_by_the_customers_name(self):
        for person in OUTSIDERS:
            with self.subTest(person=person):
                self.assertFalse(
                    self._as(person, self.env["discuss.channel"]).name_search(
                        "Customer private"
                    )
                )

    def test_team_shows_only_conversations_one_may_see(self):
        team = self._as("manager", self.private_team)
        self.assertFalse(team.conversation_ids)
        self.assertFalse(team.ticket_ids)

    def test_ticket_counts_of_a_contact_leave_out_what_one_may_not_see(self):
        partner = self._as("manager", self.conversation.helpdesk_partner_id)
        self.assertEqual(partner.helpdesk_ticket_count, 0)
        partner = self._as("hr_member", self.conversation.helpdesk_partner_id)
        self.assertEqual(partner.helpdesk_ticket_count, 1)

    def test_facts_parts_and_files_of_private_teams_are_hidden_from_managers(self):
        part = self.message.messaging_part_ids
        for model, domain in (
            ("helpdesk.message.fact", [("mail_message_id", "=", self.message.id)]),
            ("messaging.message", [("id", "=", part.id)]),
            ("messaging.attempt", [("message_id", "=", part.id)]),
            ("messaging.media", [("message_id", "=", part.id)]),
            (
                "messaging.identity",
                [("id", "=", self.conversation.messaging_identity_id.id)],
            ),
            (
                "messaging.address",
                [("identity_id", "=", self.conversation.messaging_identity_id.id)],
            ),
            (
                "messaging.consent",
                [("identity_id", "=", self.conversation.messaging_identity_id.id)],
            ),
            (
                "discuss.channel.member",
                [("channel_id", "=", self.conversation.id)],
            ),
        ):
            with self.subTest(model=model):
                self.assertTrue(self.env[model].search(domain))
                self.assertFalse(self._as("manager", self.env[model]).search(domain))

    def test_messages_are_exported_by_administrators_only(self):
        for person in ("manager", "agent", "hr_member"):
            with self.subTest(person=person), self.assertRaises(AccessError):
                self._as(person, self.message).export_data(["body"])

    def test_consent_recorded_by_hand_says_who_did_it(self):
        identity = self.conversations["mine"].messaging_identity_id
        consent = self._as("agent", self.env["messaging.consent"]).create(
            {
                "identity_id": identity.id,
                "purpose": "marketing",
                "state": "in",
                "source": "message",
                "wording": "Yes, send me offers",
                "given_at": "2020-01-01 00:00:00",
                "user_id": self.people["leader"].id,
            }
        )
        self.assertEqual(consent.source, "agent")
        self.assertEqual(consent.user_id, self.people["agent"])
        self.assertGreater(consent.given_at.year, 2020)
