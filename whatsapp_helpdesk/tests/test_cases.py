from datetime import timedelta

from odoo import fields
from odoo.models import BaseModel
from odoo.tests import tagged

from odoo.addons.http_routing.tests.common import MockRequest

from . import bodies
from .common import MessagingCase


@tagged("post_install", "-at_install")
class TestCases(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stages = cls.env["helpdesk.ticket.stage"].search([])
        cls.closed_stage = stages.filtered("closed")[0]
        cls.open_stage = stages.filtered(lambda s: not s.closed and not s.unattended)[0]

    def _say(self, body="Hello", **values):
        values.setdefault("timestamp", self._now_timestamp())
        return self._receive(bodies.text(body, **values))

    def _members(self, case):
        return case.conversation_id.channel_member_ids.partner_id.user_ids

    # -- starting -----------------------------------------------------------------

    def test_first_message_fills_the_ticket(self):
        self.account.priority = "2"
        case = self._say("My order 17 is late").helpdesk_ticket_id
        self.assertEqual(case.name, "My order 17 is late")
        self.assertIn("My order 17 is late", case.description)
        self.assertEqual(case.channel_id, self.account.ticket_channel_id)
        self.assertEqual((case.team_id, case.priority), (self.team, "2"))
        self.assertEqual(case.partner_id.name, "Ana")
        self.assertEqual(case.company_id, self.company)
        self.assertFalse(case.is_test)

    def test_long_first_message_gives_a_short_title(self):
        case = self._say("word " * 60).helpdesk_ticket_id
        self.assertLessEqual(len(case.name), 81)

    def test_title_without_text_says_what_it_is(self):
        message = self._receive(bodies.media(timestamp=self._now_timestamp()))
        case = message.helpdesk_ticket_id
        self.assertEqual(case.name, "Photo from Ana")
        self.assertNotIn("being fetched", case.description)

    def test_team_without_automatic_assignment_leaves_it_unassigned(self):
        self.team.auto_assign = False
        case = self._say().helpdesk_ticket_id
        self.assertFalse(case.user_id)
        self.assertFalse(case.conversation_id.channel_member_ids)

    def test_account_without_team_still_makes_a_case(self):
        self.account.team_id = False
        self.assertTrue(self._say().helpdesk_ticket_id)

    def test_next_case_goes_to_whoever_has_fewest_open(self):
        users = [
            self._say(phone=f"9647709000{number:03d}").helpdesk_ticket_id.user_id
            for number in range(4)
        ]
        self.assertEqual(users, [self.agent, self.agent2, self.agent, self.agent2])

    def test_archived_member_gets_nothing(self):
        self.agent.active = False
        self.assertEqual(self._say().helpdesk_ticket_id.user_id, self.agent2)

    # -- which case ---------------------------------------------------------------

    def test_second_message_goes_to_the_open_case(self):
        case = self._say().helpdesk_ticket_id
        self.assertEqual(self._say("More").helpdesk_ticket_id, case)

    def test_quoted_message_decides_between_open_cases(self):
        first = self._say(mid="wamid.OLD").helpdesk_ticket_id
        second = first.copy({"conversation_id": first.conversation_id.id})
        first.conversation_id.helpdesk_ticket_id = second
        self.assertEqual(self._say("New").helpdesk_ticket_id, second)
        reply = self._say("Old", context={"id": "wamid.OLD"})
        self.assertEqual(reply.helpdesk_ticket_id, first)

    def test_quote_of_a_closed_case_does_not_reopen_beside_an_open_one(self):
        first = self._say(mid="wamid.OLD").helpdesk_ticket_id
        first.stage_id = self.closed_stage
        first.closed_date = fields.Datetime.now() - timedelta(days=10)
        second = self._say("New matter").helpdesk_ticket_id
        reply = self._say("About the old", context={"id": "wamid.OLD"})
        self.assertEqual(reply.helpdesk_ticket_id, second)

    def test_recently_closed_case_is_reopened(self):
        case = self._say().helpdesk_ticket_id
        case.stage_id = self.closed_stage
        self.assertEqual(self._say("Not solved").helpdesk_ticket_id, case)
        self.assertFalse(case.closed)
        self.assertEqual(case.reopen_count, 1)
        self.assertFalse(case.closed_date)
        self.assertIn(case.user_id, self._members(case))

    def test_case_closed_long_ago_stays_and_a_new_one_starts(self):
        case = self._say().helpdesk_ticket_id
        case.stage_id = self.closed_stage
        case.closed_date = fields.Datetime.now() - timedelta(hours=73)
        new = self._say("Something else").helpdesk_ticket_id
        self.assertNotEqual(new, case)
        self.assertEqual(new.conversation_id, case.conversation_id)
        self.assertTrue(case.closed)

    def test_team_without_reopen_window_never_reopens(self):
        self.team.reopen_window_hours = 0
        case = self._say().helpdesk_ticket_id
        case.stage_id = self.closed_stage
        self.assertNotEqual(self._say("Hm").helpdesk_ticket_id, case)

    def test_reopened_case_of_somebody_who_left_is_assigned_anew(self):
        case = self._say().helpdesk_ticket_id
        case.stage_id = self.closed_stage
        self.team.user_ids -= case.user_id
        self._say("Not solved")
        self.assertIn(case.user_id, self.team.user_ids)

    # -- membership ---------------------------------------------------------------

    def test_new_assignee_replaces_the_old_one(self):
        case = self._say().helpdesk_ticket_id
        case.user_id = self.agent2
        self.assertEqual(self._members(case), self.agent2)
        self.assertEqual(case.conversation_id.helpdesk_agent_id, self.agent2)

    def test_agent_gives_an_own_case_to_a_colleague(self):
        """Afterwards the agent does not even read it any more."""
        case = self._say().helpdesk_ticket_id
        case.with_user(self.agent).sudo(False).write({"user_id": self.agent2.id})
        self.assertEqual(self._members(case), self.agent2)

    def test_leader_moves_a_case_to_a_private_team(self):
        case = self._say().helpdesk_ticket_id
        private = self._create_private_team()
        self.leader.group_ids += self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        case.with_user(self.leader).sudo(False).write({"team_id": private.id})
        self.assertEqual(case.conversation_id.helpdesk_private_team_id, private)
        self.assertFalse(case.conversation_id.with_user(self.leader).has_access("read"))

    def test_agents_follow_the_queues_of_own_and_led_teams(self):
        teams = self.env["helpdesk.ticket.team"]
        private = self._create_private_team()
        self.assertEqual(teams._get_bus_teams_of(self.agent), self.team)
        self.assertEqual(teams._get_bus_teams_of(self.agent2), self.team | private)
        self.assertEqual(teams._get_bus_teams_of(self.leader), self.team)

    def test_browser_of_an_agent_listens_to_the_teams_queue(self):
        def listens(user):
            with MockRequest(self.env(user=user)):
                websocket = self.env["ir.websocket"].with_user(user)
                channels = websocket._build_bus_channel_list([])
            names = [(c._name, c.id) for c in channels if isinstance(c, BaseModel)]
            return (self.team._name, self.team.id) in names

        self.assertTrue(listens(self.agent))
        outsider = self._create_agent("outsider", "Otto", "base.group_user")
        self.assertFalse(listens(outsider))

    def test_closing_drops_the_member_and_keeps_the_assignee_on_record(self):
        case = self._say().helpdesk_ticket_id
        case.stage_id = self.closed_stage
        self.assertFalse(self._members(case))
        self.assertEqual(case.conversation_id.helpdesk_agent_id, case.user_id)
        self.assertFalse(case.conversation_id.helpdesk_waiting_since)

    def test_two_open_cases_have_two_members(self):
        case = self._say().helpdesk_ticket_id
        case.copy(
            {"conversation_id": case.conversation_id.id, "user_id": self.agent2.id}
        )
        self.assertEqual(self._members(case), self.agent | self.agent2)

    def test_leaving_the_team_unassigns_and_drops_membership(self):
        case = self._say().helpdesk_ticket_id
        other = self.env["helpdesk.ticket.team"].create(
            {"name": "Other", "user_ids": [(6, 0, self.agent2.ids)]}
        )
        case.team_id = other
        self.assertFalse(case.user_id)
        self.assertFalse(self._members(case))
        self.assertEqual(case.conversation_id.helpdesk_team_id, other)

    def test_archived_case_leaves_the_queue(self):
        case = self._say().helpdesk_ticket_id
        case.active = False
        self.assertFalse(self._members(case))

    def test_many_tickets_are_closed_in_one_write(self):
        cases = self.env["helpdesk.ticket"]
        for number in range(3):
            cases |= self._say(phone=f"9647708000{number:03d}").helpdesk_ticket_id
        cases.write({"stage_id": self.closed_stage.id})
        self.assertFalse(cases.conversation_id.channel_member_ids)
        self.assertTrue(all(cases.mapped("closed_date")))

    # -- dates of any ticket ------------------------------------------------------

    def _create_ticket(self, **values):
        return self.env["helpdesk.ticket"].create(
            {"name": "By hand", "description": "<p>x</p>", **values}
        )

    def test_ticket_created_closed_has_a_closing_date(self):
        ticket = self._create_ticket(stage_id=self.closed_stage.id)
        self.assertTrue(ticket.closed_date)
        self.assertTrue(ticket.first_closed_at)

    def test_reopening_removes_the_closing_date_and_counts(self):
        ticket = self._create_ticket(stage_id=self.closed_stage.id)
        first = ticket.first_closed_at
        ticket.stage_id = self.open_stage
        self.assertFalse(ticket.closed_date)
        self.assertEqual(ticket.reopen_count, 1)
        self.assertEqual(ticket.first_closed_at, first)

    def test_moving_between_closed_stages_keeps_the_closing_date(self):
        ticket = self._create_ticket(stage_id=self.closed_stage.id)
        ticket.closed_date = moment = fields.Datetime.now() - timedelta(days=2)
        other = self.closed_stage.copy({"name": "Also closed"})
        ticket.stage_id = other
        self.assertEqual(ticket.closed_date, moment)
        self.assertEqual(ticket.reopen_count, 0)

    def test_stage_email_is_not_sent_for_a_conversation(self):
        case = self._say().helpdesk_ticket_id
        template = self.env["mail.template"].search(
            [("model", "=", "helpdesk.ticket")], limit=1
        )
        self.assertTrue(template)
        self.closed_stage.mail_template_id = template
        case.partner_id.email = "ana@example.com"
        before = self.env["mail.mail"].search_count([])
        case.stage_id = self.closed_stage
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_leader_who_held_the_case_has_it_again_when_it_opens(self):
        case = self._say().helpdesk_ticket_id
        case.write({"user_id": self.leader.id})
        case.stage_id = self.closed_stage
        self.assertEqual(self._say("Still broken").helpdesk_ticket_id, case)
        self.assertEqual(case.user_id, self.leader)

    # -- private teams ------------------------------------------------------------

    def _create_private_team(self):
        return self.env["helpdesk.ticket.team"].create(
            {
                "name": "Legal",
                "is_private": True,
                "company_id": self.company.id,
                "user_ids": [(6, 0, self.agent2.ids)],
            }
        )

    def test_transfer_to_a_private_team_has_a_conversation_of_its_own(self):
        case = self._say().helpdesk_ticket_id
        common = case.conversation_id
        private = self._create_private_team()
        case.team_id = private
        self.assertEqual(case.conversation_id.helpdesk_private_team_id, private)
        self.assertNotEqual(case.conversation_id, common)
        self.assertFalse(common.channel_member_ids)

    def test_next_message_lands_at_the_private_team_while_its_case_is_open(self):
        case = self._say().helpdesk_ticket_id
        common = case.conversation_id
        case.team_id = self._create_private_team()
        during = self._say("Secret")
        self.assertEqual(during.res_id, case.conversation_id.id)
        case.stage_id = self.closed_stage
        case.closed_date = fields.Datetime.now() - timedelta(days=9)
        after = self._say("Public again")
        self.assertEqual(after.res_id, common.id)

    def test_case_given_back_by_the_private_team_returns(self):
        case = self._say().helpdesk_ticket_id
        common = case.conversation_id
        case.team_id = self._create_private_team()
        case.team_id = self.team
        self.assertEqual(case.conversation_id, common)
        self.assertEqual(self._say("Hi").res_id, common.id)

    def test_private_team_answers_where_the_customer_wrote(self):
        private = self._create_private_team()
        self.account.team_id = private
        conversation = self._say().helpdesk_ticket_id.conversation_id
        self.assertEqual(conversation.helpdesk_private_team_id, private)
        self.assertTrue(conversation.messaging_identity_id)

    def test_quoted_case_is_answered_where_the_customer_wrote(self):
        case = self._say(mid="wamid.PRIVATE").helpdesk_ticket_id
        case.team_id = self._create_private_team()
        conversation = case.conversation_id
        conversation.messaging_identity_id = False
        landing = conversation._get_or_create_conversation(
            conversation.messaging_inbox_id, conversation.helpdesk_partner_id
        )
        case.messaging_identity_id.conversation_id = landing
        message = self._receive(
            bodies.inbound(
                bodies.message(
                    text={"body": "This one"},
                    timestamp=self._now_timestamp(),
                    context={"id": "wamid.PRIVATE"},
                )
            )
        )
        self.assertEqual(message.helpdesk_ticket_id, case)
        self.assertEqual(conversation.messaging_identity_id, case.messaging_identity_id)

    def test_account_of_a_private_team_starts_there(self):
        private = self._create_private_team()
        self.account.team_id = private
        message = self._say()
        conversation = message.helpdesk_ticket_id.conversation_id
        self.assertEqual(conversation.helpdesk_private_team_id, private)
        self.assertEqual(message.res_id, conversation.id)
        self.assertEqual(self._say("More").res_id, conversation.id)
