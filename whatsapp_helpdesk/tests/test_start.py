"""Writing to somebody who did not write lately, or never."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from . import bodies
from .template_send_case import TemplateCase


@tagged("post_install", "-at_install")
class TestStart(TemplateCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls.env["res.partner"].create(
            {"name": "Nour New", "phone": "0770 999 0001", "country_id": cls._iraq()}
        )

    @classmethod
    def _iraq(cls):
        return cls.env.ref("base.iq").id

    def _get_identity(self, partner=None, account=None):
        return self.env["messaging.identity"]._get_or_create_for_partner(
            account or self.account, partner or self.stranger
        )

    # -- the address ------------------------------------------------------------------

    def test_an_address_is_made_from_the_number(self):
        address = self._get_identity().address_ids
        self.assertEqual(address.value, "+9647709990001")
        self.assertEqual(address.reach, "provider:whatsapp")
        self.assertFalse(address.verified)

    def test_asking_twice_gives_the_same(self):
        self.assertEqual(self._get_identity(), self._get_identity())

    def test_a_number_without_country_is_refused(self):
        self.stranger.country_id = False
        self.account.country_id = False
        self.company.country_id = False
        code, _sentence = self._get_refusal(self._get_identity)
        self.assertEqual(code, "bad_phone")

    def test_the_accounts_country_helps(self):
        self.stranger.country_id = False
        self.account.country_id = self._iraq()
        self.assertEqual(self._get_identity().address, "+9647709990001")

    def test_nobody_is_not_whoever_has_no_contact(self):
        self.identity.partner_id = False
        nobody = self.env["res.partner"]
        Identity = self.env["messaging.identity"]
        self.assertFalse(Identity._get_known_for_partner(self.account, nobody))
        Channel = self.env["discuss.channel"].with_user(self.agent)
        code, _sentence = self._get_refusal(Channel.helpdesk_open_for_partner, False)
        self.assertEqual(code, "never_wrote")

    def test_no_number(self):
        self.stranger.phone = False
        code, _sentence = self._get_refusal(self._get_identity)
        self.assertEqual(code, "no_phone")

    def test_employees_are_no_customers(self):
        self.agent.partner_id.phone = "+9647709990002"
        code, _sentence = self._get_refusal(self._get_identity, self.agent.partner_id)
        self.assertEqual(code, "employee")

    def test_a_test_channel_is_for_test_contacts(self):
        sandbox = self._create_account(self.connection, "sandbox")
        sandbox.is_test = True
        code, _sentence = self._get_refusal(self._get_identity, None, sandbox)
        self.assertEqual(code, "test_contact")

    def test_a_number_of_another_contact_is_refused(self):
        self.stranger.phone = self.identity.address
        code, _sentence = self._get_refusal(self._get_identity)
        self.assertEqual(code, "other_owner")

    def test_nothing_is_stored_by_asking_who_is_left_out(self):
        Identity = self.env["messaging.identity"]
        count = Identity.search_count([])
        imagined = Identity._imagine_for_partner(self.account, self.stranger)
        self.assertEqual(imagined.address, "+9647709990001")
        self.assertEqual(Identity.search_count([]), count)

    def test_the_answer_verifies_the_number_and_finds_the_contact(self):
        identity = self._get_identity()
        self._receive(bodies.text("Hi", phone="9647709990001"))
        self.assertTrue(identity.address_ids.verified)
        self.assertTrue(identity.last_inbound_at)
        self.assertEqual(identity.partner_id, self.stranger)

    # -- the right --------------------------------------------------------------------

    def test_an_agent_without_the_right_starts_nothing(self):
        code, _sentence = self._get_refusal(self._start, self.stranger)
        self.assertEqual(code, "no_start_right")

    def test_an_agent_with_the_right_gets_a_case(self):
        self._allow_starting(self.agent)
        message = self._start(self.stranger)
        case = message.helpdesk_ticket_id
        self.assertEqual(case.user_id, self.agent)
        self.assertEqual(case.partner_id, self.stranger)
        self.assertEqual(case.team_id, self.team)
        self.assertEqual(self._get_parts(message).started_by_id, self.agent)

    def test_managers_have_the_right(self):
        manager = self._create_agent(
            "boss", "Boss", "helpdesk_mgmt.group_helpdesk_manager"
        )
        self.assertTrue(manager._may_start_conversations())

    def test_who_holds_the_case_reopens_the_talk_without_the_right(self):
        self.assertTrue(self._send_in_conversation())

    def test_a_colleagues_case_is_not_written_into(self):
        self._allow_starting(self.agent2)
        _code, sentence = self._get_refusal(
            self._start, self.identity.partner_id, self.agent2
        )
        self.assertIn(self.agent.name, sentence)

    def test_a_ticket_without_conversation_becomes_the_case(self):
        self._allow_starting(self.agent)
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "By mail",
                "description": "x",
                "partner_id": self.stranger.id,
                "team_id": self.team.id,
                "user_id": self.agent.id,
            }
        )
        message = self._start(self.stranger, ticket=ticket.with_user(self.agent))
        self.assertEqual(message.helpdesk_ticket_id, ticket)
        self.assertTrue(ticket.conversation_id)

    def test_a_salesperson_with_the_right_leaves_the_case_to_the_answer(self):
        seller = self._create_agent(
            "seller", "Sam Seller", "sales_team.group_sale_salesman"
        )
        self._allow_starting(seller)
        message = self._start(self.stranger, seller)
        self.assertFalse(message.helpdesk_ticket_id)
        answers = self._receive(bodies.text("Yes?", phone="9647709990001"))
        self.assertEqual(answers[0].helpdesk_ticket_id.team_id, self.team)

    def test_a_salesperson_without_the_right_sends_nothing(self):
        seller = self._create_agent(
            "seller", "Sam Seller", "sales_team.group_sale_salesman"
        )
        with self.assertRaises(AccessError):
            self._start(self.stranger, seller)

    # -- the daily limit --------------------------------------------------------------

    def _limit(self, user, count):
        user.sudo().messaging_start_limit = count

    def test_the_daily_limit_of_a_person(self):
        self._allow_starting(self.agent)
        self._limit(self.agent, 1)
        self._start(self.stranger)
        other = self.stranger.copy({"phone": "0770 999 0003"})
        code, sentence = self._get_refusal(self._start, other)
        self.assertEqual(code, "start_limit")
        self.assertIn("1", sentence)

    def test_the_limit_of_the_settings_is_for_who_has_none(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("whatsapp_helpdesk.start_limit", "3")
        self.assertEqual(self.agent._get_starts_left(), 3)
        parameters.set_param("whatsapp_helpdesk.start_limit", "0")
        self.assertIsNone(self.agent._get_starts_left())

    def test_answers_within_the_window_do_not_count(self):
        self._limit(self.agent, 1)
        self._customer_says(self.conversation)
        self._send_in_conversation()
        self._send_in_conversation()
        self.assertEqual(self.agent._get_starts_left(), 1)

    def test_a_customer_counts_once_however_many_messages(self):
        self._limit(self.agent, 2)
        self._send_in_conversation()
        self._send_in_conversation()
        self.assertEqual(self.agent._get_starts_left(), 1)

    def test_the_count_is_one_query(self):
        self.agent._get_start_limit()
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.agent._count_starts()

    # -- "Write a Message" ------------------------------------------------------------

    def _write_to(self, user):
        return self.stranger.with_user(user).action_write_to_customer()

    def test_write_on_whatsapp_offers_a_template_to_who_may_start(self):
        self._allow_starting(self.agent)
        action = self._write_to(self.agent)
        self.assertEqual(action["res_model"], "messaging.template.send")
        self.assertEqual(action["context"]["active_ids"], self.stranger.ids)

    def test_write_on_whatsapp_says_why_not_to_others(self):
        with self.assertRaisesRegex(UserError, "has not written yet"):
            self._write_to(self.agent)
