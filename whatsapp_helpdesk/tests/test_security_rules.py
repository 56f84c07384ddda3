"""Who sees what when teams, members, leads and accounts change."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.http_routing.tests.common import MockRequest

from .security_case import SecurityCase
from .test_security_matrix import WHO_SEES_WHAT, parse


@tagged("post_install", "-at_install")
class TestSecurityRules(SecurityCase):
    def test_removing_a_team_member_takes_effect_at_once(self):
        queue = self.conversations["queue"]
        ticket = queue.helpdesk_ticket_id
        self.assertTrue(self._as("agent", queue).has_access("read"))
        self.assertTrue(self._as("agent", ticket).has_access("read"))
        self.team.user_ids = [Command.unlink(self.people["agent"].id)]
        self.env.flush_all()
        self.assertFalse(self._as("agent", queue).has_access("read"))
        self.assertFalse(self._as("agent", ticket).has_access("read"))

    def test_adding_a_team_member_takes_effect_at_once(self):
        conversation = self.conversations["other_team"]
        ticket = conversation.helpdesk_ticket_id
        self.assertFalse(self._as("agent", conversation).has_access("read"))
        self.assertFalse(self._as("agent", ticket).has_access("read"))
        self.other_team.user_ids = [Command.link(self.people["agent"].id)]
        self.env.flush_all()
        self.assertTrue(self._as("agent", conversation).has_access("read"))
        self.assertTrue(self._as("agent", ticket).has_access("read"))

    def test_member_removed_from_private_team_sees_nothing_even_as_assignee(self):
        private = self.conversations["private"]
        self.private_team.user_ids = [Command.unlink(self.people["hr_member"].id)]
        self.env.flush_all()
        self.assertFalse(self._as("hr_member", private).has_access("read"))
        self.assertFalse(
            self._as("hr_member", private.helpdesk_ticket_id).has_access("read")
        )

    def test_agent_dropped_from_the_conversation_reads_through_rules(self):
        conversation = self.conversations["mine"]
        conversation._helpdesk_remove_agents()
        self.assertFalse(conversation.channel_member_ids)
        self.assertTrue(self._as("agent", conversation).has_access("read"))
        conversation.helpdesk_agent_id = self.people["colleague"]
        self.assertFalse(self._as("agent", conversation).has_access("read"))

    def test_owner_of_the_customers_lead_reads_the_conversation(self):
        conversation = self.conversations["colleague"]
        person = "other_salesperson"
        self.assertFalse(self._as(person, conversation).has_access("read"))
        self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": conversation.helpdesk_partner_id.id,
                "user_id": self.people[person].id,
            }
        )
        self.env.flush_all()
        self.assertTrue(self._as(person, conversation).has_access("read"))

    def test_account_without_sales_reading_hides_conversation_and_case(self):
        conversation = self.conversations["mine"]
        conversation.helpdesk_sales_readable = False
        self.assertFalse(self._as("salesperson", conversation).has_access("read"))
        ticket = conversation.helpdesk_ticket_id
        self.assertFalse(self._as("salesperson", ticket).has_access("read"))

    def test_salesperson_never_answers_the_customer(self):
        def answer():
            self._as("salesperson", self.conversations["mine"]).message_post(
                body="hi", message_type="comment", subtype_xmlid="mail.mt_comment"
            )

        self.assertFalse(self._is_allowed(answer))

    def test_leader_who_is_no_member_works_the_teams_tickets(self):
        ticket = self.conversations["colleague"].helpdesk_ticket_id
        self._as("leader", ticket).write({"priority": "3"})
        self.assertEqual(ticket.priority, "3")

    def test_manager_cannot_join_a_private_team(self):
        team = self._as("manager", self.private_team)
        join = {"user_ids": [Command.link(self.people["manager"].id)]}
        self.assertFalse(self._is_allowed(lambda: team.write(join)))
        leader = {"user_id": self.people["manager"].id}
        self.assertFalse(self._is_allowed(lambda: team.write(leader)))
        self.assertFalse(self._is_allowed(lambda: team.write({"is_private": False})))

    def test_team_with_conversations_cannot_become_private(self):
        with self.assertRaises(UserError):
            self.team.is_private = True

    def test_case_that_crosses_the_boundary_leaves_its_conversation(self):
        common = self.conversations["queue"]
        ticket = common.helpdesk_ticket_id
        ticket.team_id = self.private_team
        private = ticket.conversation_id
        self.assertEqual(private.helpdesk_private_team_id, self.private_team)
        for record in (private, ticket):
            self.assertFalse(self._as("manager", record).has_access("read"), record)
            self.assertTrue(self._as("hr_leader", record).has_access("read"))
        self.assertFalse(self._as("hr_leader", common).has_access("read"))
        ticket.team_id = self.team
        self.assertEqual(ticket.conversation_id, common)
        self.assertFalse(self._as("manager", private).has_access("read"))

    def test_case_cannot_be_on_the_other_side_of_its_conversation(self):
        common, private = self.conversations["mine"], self.conversations["private"]
        with self.assertRaises(UserError), self.env.cr.savepoint():
            common.helpdesk_ticket_id.conversation_id = private
        with self.assertRaises(UserError), self.env.cr.savepoint():
            private.helpdesk_ticket_id.conversation_id = common

    def test_live_news_of_a_conversation_reach_readers_only(self):
        """A browser asks for the news of any channel; it gets those it may read."""
        for person, cells in parse(WHO_SEES_WHAT).items():
            asked = [f"discuss.channel_{c.id}" for c in self.conversations.values()]
            user_env = self.env(user=self.people[person], su=False)
            with MockRequest(user_env):
                granted = user_env["ir.websocket"]._build_bus_channel_list(asked)
            granted = [
                c for c in granted if getattr(c, "_name", "") == "discuss.channel"
            ]
            for name, cell in cells.items():
                with self.subTest(person=person, conversation=name):
                    self.assertEqual(
                        self.conversations[name].id in [c.id for c in granted],
                        "r" in cell,
                    )

    def test_rules_name_no_cached_list_of_teams(self):
        rules = self.env["ir.rule"].search(
            [("model_id.model", "in", ("helpdesk.ticket", "discuss.channel"))]
        )
        frozen = rules.filtered(lambda rule: "helpdesk_team_ids" in rule.domain_force)
        self.assertFalse(frozen.mapped("name"))

    def test_replaced_rules_survive_an_update_of_helpdesk_mgmt(self):
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", "helpdesk_mgmt"),
                (
                    "name",
                    "in",
                    ("helpdesk_ticket_personal_rule", "helpdesk_ticket_team_rule"),
                ),
            ]
        )
        self.assertEqual(data.mapped("noupdate"), [True, True])

    def test_reading_twenty_conversations_costs_the_same_as_reading_one(self):
        conversations = self.env["discuss.channel"]
        for number in range(20):
            conversations |= self._create_conversation(f"many{number}", self.team)
        self.env.flush_all()

        def count(records):
            self.env.invalidate_all()
            records = self._as("team_agent", records)
            records.has_access("read")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.read(["name", "helpdesk_waiting_since"])
            return self.env.cr.sql_log_count - before

        self.assertLessEqual(count(conversations), count(conversations[:1]) + 1)
        self.assertLessEqual(count(conversations), 6)
