from odoo.tests import tagged

from ..gateway.updates import Address, AddressKind
from . import bodies
from .common import MessagingCase


@tagged("post_install", "-at_install")
class TestContacts(MessagingCase):
    def _create_partner(self, name="Known", phone="+964 770 123 4567", **values):
        return self.env["res.partner"].create({"name": name, "phone": phone, **values})

    def _get_contact(self, **values):
        values.setdefault("timestamp", self._now_timestamp())
        return self._receive(bodies.text(**values)).author_id

    # -- matching -----------------------------------------------------------------

    def test_exactly_one_person_is_linked(self):
        known = self._create_partner()
        self.assertEqual(self._get_contact(), known)

    def test_two_persons_with_the_number_give_a_new_contact_and_a_note(self):
        known = self._create_partner() | self._create_partner("Twin")
        contact = self._get_contact()
        self.assertNotIn(contact, known)
        self.assertIn("Twin", "".join(contact.message_ids.mapped("body")))

    def test_company_with_the_number_is_not_the_person(self):
        company = self._create_partner("Firm", is_company=True)
        self.assertNotEqual(self._get_contact(), company)

    def test_person_beside_a_company_with_the_number_is_linked(self):
        company = self._create_partner("Firm", is_company=True)
        person = self._create_partner("Person", parent_id=company.id)
        self.assertEqual(self._get_contact(), person)

    def test_archived_person_is_unarchived_and_told(self):
        known = self._create_partner(active=False)
        self.assertEqual(self._get_contact(), known)
        self.assertTrue(known.active)
        self.assertIn("Unarchived", "".join(known.message_ids.mapped("body")))

    def test_person_of_another_company_is_not_linked(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._create_partner(company_id=other.id)
        contact = self._get_contact()
        self.assertNotEqual(contact, stranger)
        self.assertEqual(contact.company_id, self.company)

    def test_number_that_odoo_cannot_read_is_matched_by_the_accounts_country(self):
        self.account.country_id = self.env.ref("base.iq")
        self.company.country_id = self.env.ref("base.us")
        known = self._create_partner(phone="0770 123 4567")
        self.assertFalse(known.phone_sanitized)
        self.assertEqual(self._get_contact(), known)

    def test_spellings_of_brazil_argentina_and_mexico(self):
        pairs = (
            ("+55 11 98765-4321", "551187654321"),
            ("+54 9 11 6123-4567", "541161234567"),
            ("+52 55 1234 5678", "5215512345678"),
        )
        for written, wire in pairs:
            with self.subTest(wire=wire):
                known = self._create_partner(written, written)
                self.assertEqual(self._get_contact(phone=wire), known)

    def test_test_contacts_are_never_matched_by_a_real_channel(self):
        test = self._create_partner(is_messaging_test=True)
        self.assertNotEqual(self._get_contact(), test)

    def _create_test_identity(self):
        connection = self._create_connection(name="Sandbox", channel="sandbox")
        account = self._create_account(connection, "sandbox-1")
        self.assertTrue(account.is_test)
        phone = Address(AddressKind.PHONE, "+9647701234567")
        return self.env["messaging.identity"]._find_or_create(account, (phone,), "Test")

    def test_test_channel_never_matches_a_real_contact(self):
        real = self._create_partner()
        identity = self._create_test_identity()
        partner = self.env["messaging.contact"]._get_or_create_partner(identity)
        self.assertNotEqual(partner, real)
        self.assertTrue(partner.is_messaging_test)

    def test_test_channel_ignores_the_real_channels_customer(self):
        real = self._get_contact()
        identity = self._create_test_identity()
        partner = self.env["messaging.contact"]._get_or_create_partner(identity)
        self.assertNotEqual(partner, real)

    # -- employees ----------------------------------------------------------------

    def test_employee_never_becomes_a_customer(self):
        self.agent.partner_id.phone = "+9647701234567"
        messages = self._receive(bodies.text(timestamp=self._now_timestamp()))
        self.assertFalse(messages)
        update = self._get_updates()
        self.assertEqual(update.state, "ignored")
        self.assertIn("employee", update.reason)
        self.assertFalse(
            self.env["helpdesk.ticket"].search([("team_id", "=", self.team.id)])
        )

    def test_employee_is_noted_on_the_account_once(self):
        self.agent.partner_id.phone = "+9647701234567"
        self._receive(
            bodies.text(timestamp=self._now_timestamp()),
            bodies.text(timestamp=self._now_timestamp()),
        )
        notes = self.account.message_ids.filtered(
            lambda m: "employee" in (m.body or "")
        )
        self.assertEqual(len(notes), 1)

    # -- new contacts -------------------------------------------------------------

    def test_new_contact_is_named_after_the_cleaned_profile(self):
        contact = self._get_contact(name="  Ana\u202e evil\u0000 \n ")
        self.assertEqual(contact.name, "Ana evil")
        self.assertEqual(contact.phone, "+9647701234567")
        self.assertEqual(contact.country_id.code, "IQ")

    def test_without_name_the_number_is_the_name(self):
        self.assertEqual(self._get_contact(name="").name, "+964 770 123 4567")

    def test_without_phone_and_name_there_is_a_contact_all_the_same(self):
        contact = self._get_contact(phone="", bsuid=bodies.BSUID, name="")
        self.assertTrue(contact.name)
        self.assertFalse(contact.phone)

    def test_username_is_shown_when_there_is_no_name(self):
        contact = self._get_contact(
            phone="", bsuid=bodies.BSUID, name="", username="ana.shop"
        )
        self.assertEqual(contact.name, "@ana.shop")

    def test_second_message_is_of_the_same_contact(self):
        first = self._get_contact()
        self.assertEqual(self._get_contact(body="More"), first)

    def test_new_profile_name_does_not_rename_the_contact(self):
        contact = self._get_contact(name="Ana")
        self._get_contact(name="Queen 👑")
        self.assertEqual(contact.name, "Ana")
        self.assertEqual(contact.messaging_identity_ids.name, "Queen 👑")

    # -- several accounts and addresses -------------------------------------------

    def test_same_customer_at_another_number_is_the_same_contact(self):
        self._create_account(self.connection, "222")
        first = self._get_contact()
        second = self._get_contact(number_id="222")
        self.assertEqual(first, second)
        self.assertEqual(len(first.messaging_identity_ids), 2)
        self.assertEqual(len(first.helpdesk_conversation_ids), 1)

    def test_user_id_joins_the_identity_of_its_phone(self):
        first = self._get_contact()
        self._get_contact(bsuid=bodies.BSUID)
        hidden = self._get_contact(phone="", bsuid=bodies.BSUID)
        self.assertEqual(first, hidden)
        self.assertEqual(len(first.messaging_identity_ids.address_ids), 2)

    def test_conflicting_phone_and_user_id_never_merge_and_the_phone_wins(self):
        by_phone = self._get_contact()
        by_user_id = self._get_contact(phone="", bsuid=bodies.BSUID, name="Other")
        both = self._get_contact(bsuid=bodies.BSUID)
        self.assertEqual(both, by_phone)
        self.assertNotEqual(by_phone, by_user_id)
        self.assertEqual(by_user_id.messaging_identity_ids.address_ids.kind, "bsuid")
        notes = by_phone.helpdesk_conversation_ids.message_ids.mapped("body")
        self.assertIn("Nothing was merged", "".join(notes))

    def test_a_conflict_does_not_name_a_private_teams_customer(self):
        private = self.team.copy({"name": "Private", "is_private": True})
        contact = self._get_contact(phone="", bsuid=bodies.BSUID, name="Secret Person")
        contact.helpdesk_conversation_ids.helpdesk_private_team_id = private
        by_phone = self._get_contact()
        self._get_contact(bsuid=bodies.BSUID)
        notes = "".join(by_phone.helpdesk_conversation_ids.message_ids.mapped("body"))
        self.assertIn("another customer", notes)
        self.assertNotIn("Secret Person", notes)

    def test_two_spellings_of_a_number_are_one_identity(self):
        first = self._get_contact(phone="5511987654321")
        self.assertEqual(self._get_contact(phone="551187654321"), first)

    def test_blocked_customer_is_ignored(self):
        contact = self._get_contact()
        contact.messaging_identity_ids.blocked = True
        self.assertFalse(self._receive(bodies.text(timestamp=self._now_timestamp())))
        self.assertEqual(self._get_updates()[-1].state, "ignored")

    # -- changes ------------------------------------------------------------------

    def _system(self, **values):
        return bodies.envelope(
            bodies.change(
                messages=[
                    {
                        "id": bodies.new_id(),
                        "from": bodies.PHONE,
                        "timestamp": str(self._now_timestamp()),
                        "type": "system",
                        "system": values,
                    }
                ]
            )
        )

    def test_changed_number_is_the_same_customer_with_a_warning(self):
        contact = self._get_contact()
        self._receive(
            self._system(
                body="User Ana changed from 9647701234567 to 9647709999999",
                wa_id="9647709999999",
                type="user_changed_number",
            )
        )
        self.assertEqual(self._get_contact(phone="9647709999999"), contact)
        values = contact.messaging_identity_ids.address_ids.mapped("value")
        self.assertEqual(values, ["+9647709999999"])
        notes = contact.helpdesk_conversation_ids.message_ids.mapped("body")
        self.assertIn("Verify who it is", "".join(notes))

    def test_changed_number_of_a_stranger_creates_nobody(self):
        self._receive(
            self._system(
                body="User X changed", wa_id="9647709999999", type="user_changed_number"
            )
        )
        self.assertEqual(self._get_updates().state, "ignored")
        self.assertFalse(
            self.env["messaging.identity"].search(
                [("account_id", "=", self.account.id)]
            )
        )

    def test_changed_user_id_is_the_same_customer(self):
        contact = self._get_contact(phone="", bsuid=bodies.BSUID)
        new = "IQ.99999999999999999999"
        item = {
            "user_id": {"previous": bodies.BSUID, "current": new},
            "timestamp": str(self._now_timestamp()),
        }
        self._receive(
            bodies.envelope(bodies.change("user_id_update", user_id_update=[item]))
        )
        self.assertEqual(self._get_contact(phone="", bsuid=new), contact)
