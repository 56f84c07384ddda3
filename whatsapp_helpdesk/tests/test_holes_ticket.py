"""A ticket and an identity never lead to another customer's conversation."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .security_case import SecurityCase


@tagged("post_install", "-at_install")
class TestHolesTicket(SecurityCase):
    def setUp(self):
        super().setUp()
        self.case = self.conversations["mine"].helpdesk_ticket_id
        self.foreign = self.conversations["other_team"]

    def test_agent_cannot_point_a_case_at_another_conversation(self):
        with self.assertRaises(AccessError):
            self._as("agent", self.case).write({"conversation_id": self.foreign.id})
        self.assertFalse(self._reads("agent", self.foreign))

    def test_agent_cannot_point_a_case_at_another_customer_or_account(self):
        for values in (
            {"messaging_identity_id": self.foreign.messaging_identity_id.id},
            {"messaging_account_id": self.account.copy({"external_id": "9"}).id},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                self._as("agent", self.case).write(values)

    def test_agent_cannot_create_a_case_in_a_conversation(self):
        values = {"name": "x", "description": "x", "team_id": self.team.id}
        Ticket = self._as("agent", self.env["helpdesk.ticket"])
        with self.assertRaises(AccessError):
            Ticket.create({**values, "conversation_id": self.foreign.id})
        with self.assertRaises(AccessError):
            Ticket.with_context(default_conversation_id=self.foreign.id).create(values)
        self.assertTrue(Ticket.create(values))

    def test_agent_cannot_write_the_figures(self):
        now = fields.Datetime.now()
        for values in (
            {"first_response_at": now},
            {"waiting_since": False},
            {"waiting_on": False},
            {"is_test": True},
            {"is_private": False},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                self._as("agent", self.case).write(values)

    def test_agent_changes_the_rest_of_the_case(self):
        self._as("agent", self.case).write({"priority": "3", "name": "Renamed"})
        self.assertEqual(self.case.priority, "3")

    def test_ticket_of_another_customer_is_no_way_into_a_conversation(self):
        self.case.stage_id = self._get_closed_stage()
        identity = self.conversations["mine"].messaging_identity_id
        identity.last_inbound_at = fields.Datetime.now()
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "By mail",
                "description": "x",
                "team_id": self.team.id,
                "user_id": self.people["agent"].id,
                "partner_id": self.people["employee"].partner_id.id,
            }
        )
        Channel = self._as("agent", self.env["discuss.channel"])
        customer = self.conversations["mine"].helpdesk_partner_id
        with self.assertRaisesRegex(UserError, "another customer"):
            Channel.helpdesk_open_for_partner(customer.id, ticket.id)

    def test_manager_cannot_open_the_window_or_move_the_landing(self):
        identity = self.conversations["mine"].messaging_identity_id
        for values in (
            {"last_inbound_at": fields.Datetime.now() + timedelta(days=1)},
            {"conversation_id": self.foreign.id},
            {"partner_id": self.foreign.helpdesk_partner_id.id},
            {"account_id": self.account.id},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                self._as("manager", identity).write(values)

    def test_manager_blocks_a_customer(self):
        identity = self.conversations["mine"].messaging_identity_id
        self._as("manager", identity).write({"blocked": True})
        self.assertTrue(identity.blocked)

    def _get_closed_stage(self):
        return self.team._get_applicable_stages().filtered("closed")[:1]

    def _reads(self, person, record):
        return self._as(person, record).has_access("read")
