import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from ..gateway.errors import GatewayError, Retry
from .outbound_case import OutboundCase


@tagged("post_install", "-at_install")
class TestButtons(OutboundCase):
    def test_an_agent_of_the_team_takes_an_unassigned_case(self):
        free = self._create_conversation("Free", agent=False)
        free.with_user(self.agent2).helpdesk_take_over()
        self.assertEqual(free.helpdesk_ticket_id.user_id, self.agent2)
        self.assertEqual(free.helpdesk_agent_id, self.agent2)
        self.assertEqual(free.channel_member_ids.partner_id, self.agent2.partner_id)
        self.assertTrue(self._reply(free, user=self.agent2))

    def test_who_is_assigned_is_not_told_of_an_invitation(self):
        free = self._create_conversation("Free", agent=False)
        self.env.cr.precommit.run()
        last = self.env["bus.bus"].search([], order="id desc", limit=1).id or 0
        free.helpdesk_ticket_id.user_id = self.agent2
        self.env.cr.precommit.run()
        joined = [
            json.loads(row.message)["payload"]
            for row in self.env["bus.bus"].search([("id", ">", last)])
            if json.loads(row.message)["type"] == "discuss.channel/joined"
        ]
        self.assertEqual([payload["channel_id"] for payload in joined], free.ids)
        inviters = {payload.get("invited_by_user_id") for payload in joined}
        self.assertLessEqual(inviters, {None, self.agent2.id})

    def test_the_leader_takes_over_from_an_agent(self):
        self.conversation.with_user(self.leader).helpdesk_take_over()
        self.assertEqual(self.case.user_id, self.leader)
        self.assertEqual(
            self.conversation.channel_member_ids.partner_id, self.leader.partner_id
        )
        line = self.conversation.message_ids[:1]
        self.assertEqual(line.message_type, "notification")
        self.assertIn("Lea Leader took over", line.body)

    def test_taking_over_ones_own_case_changes_nothing(self):
        before = len(self.conversation.message_ids)
        self.conversation.with_user(self.agent).helpdesk_take_over()
        self.assertEqual(len(self.conversation.message_ids), before)

    def test_agents_of_other_teams_do_not_take_over(self):
        stranger = self._create_agent(
            "stranger", "Stan", "helpdesk_mgmt.group_helpdesk_user"
        )
        with self.assertRaisesRegex(AccessError, "Only agents of Support"):
            self.conversation.with_user(stranger).helpdesk_take_over()

    def test_who_cannot_read_cannot_take_over(self):
        with self.assertRaises(AccessError):
            self.conversation.with_user(self.agent2).helpdesk_take_over()

    def test_closing_and_reopening(self):
        conversation = self.conversation.with_user(self.agent)
        conversation.helpdesk_close()
        self.assertTrue(self.case.closed)
        self.assertFalse(self.conversation.channel_member_ids)
        self.conversation.with_user(self.leader).helpdesk_reopen()
        self.assertFalse(self.case.closed)
        self.assertEqual(self.case.user_id, self.agent)
        self.assertEqual(self.case.reopen_count, 1)

    def test_only_who_may_answer_closes(self):
        manager = self._create_agent(
            "manager", "Mona", "helpdesk_mgmt.group_helpdesk_manager"
        )
        with self.assertRaises(AccessError):
            self.conversation.with_user(manager).helpdesk_close()


@tagged("post_install", "-at_install")
class TestPanel(OutboundCase):
    def test_panel_of_the_assignee(self):
        panel = self.conversation.with_user(self.agent).helpdesk_get_panel()
        self.assertEqual(panel["customer"]["name"], "Sara Customer")
        self.assertEqual(panel["customer"]["country"], "Iraq")
        self.assertRegex(panel["customer"]["local_time"], r"^\d\d:\d\d$")
        self.assertTrue(panel["customer"]["is_new"])
        [identity] = panel["identities"]
        self.assertEqual(identity["label"], "WhatsApp")
        self.assertEqual(identity["address"], self.identity.address)
        self.assertTrue(identity["window_end"])
        self.assertEqual(panel["ticket"]["id"], self.case.id)
        self.assertEqual(panel["ticket"]["agent"], "Aram Agent")
        self.assertEqual([case["id"] for case in panel["cases"]], self.case.ids)
        self.assertTrue(panel["can_reply"])

    def test_a_reader_sees_the_panel_but_may_not_reply(self):
        manager = self._create_agent(
            "manager", "Mona", "helpdesk_mgmt.group_helpdesk_manager"
        )
        panel = self.conversation.with_user(manager).helpdesk_get_panel()
        self.assertFalse(panel["can_reply"])

    def test_others_see_no_panel(self):
        with self.assertRaises(AccessError):
            self.conversation.with_user(self.agent2).helpdesk_get_panel()


@tagged("post_install", "-at_install")
class TestWriteTo(OutboundCase):
    def _open(self, partner, user=None):
        Channel = self.env["discuss.channel"].with_user(user or self.agent)
        return Channel.helpdesk_open_for_partner(partner.id)

    def test_own_conversation_opens(self):
        action = self._open(self.conversation.helpdesk_partner_id)
        self.assertEqual(
            action["params"]["active_id"], f"discuss.channel_{self.conversation.id}"
        )

    def test_after_the_last_case_a_new_one_is_mine(self):
        self.conversation.with_user(self.agent).helpdesk_close()
        self._open(self.conversation.helpdesk_partner_id, self.agent2)
        case = self.conversation.helpdesk_ticket_id
        self.assertNotEqual(case, self.case)
        self.assertEqual(case.user_id, self.agent2)
        self.assertTrue(self._reply(self.conversation, user=self.agent2))

    def test_account_of_a_private_team_lets_nobody_else_into_its_conversation(self):
        self.conversation.with_user(self.agent).helpdesk_close()
        private = self.team.copy({"name": "HR", "is_private": True, "user_ids": False})
        self.account.team_id = private
        self._open(self.conversation.helpdesk_partner_id, self.agent2)
        case = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
        self.assertEqual(case.user_id, self.agent2)
        self.assertEqual(case.conversation_id, self.conversation)

    def test_answers_go_to_the_address_that_may_be_written_to(self):
        stopped = self._create_identity("Sara", "+9647709999999")
        stopped.write(
            {
                "account_id": self.account.copy({"external_id": "stopped"}).id,
                "partner_id": self.identity.partner_id.id,
                "conversation_id": self.conversation.id,
                "last_inbound_at": fields.Datetime.now(),
            }
        )
        stopped.account_id.state = "stopped"
        self.conversation.messaging_identity_id = stopped
        self._open(self.conversation.helpdesk_partner_id)
        self.assertEqual(self.conversation.messaging_identity_id, self.identity)
        self.assertTrue(self._reply(self.conversation))

    def test_a_colleagues_case_is_left_alone(self):
        with self.assertRaisesRegex(UserError, "Aram Agent is already serving"):
            self._open(self.conversation.helpdesk_partner_id, self.agent2)

    def test_an_unknown_contact_has_no_address(self):
        partner = self.env["res.partner"].create({"name": "New"})
        with self.assertRaisesRegex(UserError, "has not written yet"):
            self._open(partner)

    def test_a_closed_window_is_explained(self):
        self.identity.last_inbound_at = fields.Datetime.now() - timedelta(days=2)
        with self.assertRaisesRegex(UserError, "approved template"):
            self._open(self.conversation.helpdesk_partner_id)

    def test_the_button_on_contact_and_lead(self):
        partner = self.conversation.helpdesk_partner_id
        lead = self.env["crm.lead"].create({"name": "Deal", "partner_id": partner.id})
        seller_agent = self._create_agent(
            "both",
            "Bo",
            "helpdesk_mgmt.group_helpdesk_user,sales_team.group_sale_manager",
        )
        self.team.user_ids += seller_agent
        self.conversation.with_user(self.agent).helpdesk_close()
        for record in (partner, lead):
            action = record.with_user(seller_agent).action_write_to_customer()
            self.assertEqual(action["tag"], "mail.action_discuss")
        case = self.conversation.helpdesk_ticket_id
        self.assertEqual(case.user_id, seller_agent)

    def test_a_ticket_without_conversation_becomes_the_case(self):
        self.conversation.with_user(self.agent).helpdesk_close()
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "By mail",
                "description": "Please call",
                "partner_id": self.conversation.helpdesk_partner_id.id,
                "team_id": self.team.id,
                "user_id": self.agent2.id,
            }
        )
        ticket.with_user(self.agent2).action_write_to_customer()
        self.assertEqual(ticket.conversation_id, self.conversation)
        self.assertEqual(self.conversation.helpdesk_ticket_id, ticket)
        self.assertTrue(self._reply(self.conversation, user=self.agent2))

    def test_a_record_without_customer_says_so(self):
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "Anonymous",
                "description": "?",
                "team_id": self.team.id,
                "user_id": self.agent.id,
            }
        )
        with self.assertRaisesRegex(UserError, "Choose the customer"):
            ticket.with_user(self.agent).action_write_to_customer()

    def test_salespeople_read_only(self):
        seller = mail_new_test_user(
            self.env, login="seller", groups="sales_team.group_sale_salesman"
        )
        with self.assertRaisesRegex(AccessError, "Only helpdesk agents"):
            self._open(self.conversation.helpdesk_partner_id, seller)


@tagged("post_install", "-at_install")
class TestReadMarks(OutboundCase):
    def setUp(self):
        super().setUp()
        self.asked = self._customer_says(self.conversation, external_id="wamid.asked")
        self.member = self.conversation.channel_member_ids

    def _mark(self, message=None):
        message = message or self.asked
        self.member.with_user(self.agent)._mark_as_read(message.id)

    def test_the_customer_sees_that_the_assignee_read(self):
        self._mark()
        self._send()
        self.assertEqual(self.script.reads, ["wamid.asked"])
        self.assertFalse(self._get_outbox().filtered(lambda p: p.kind == "read"))

    def test_it_is_told_once(self):
        self._mark()
        self._send()
        self._mark()
        self._send()
        self.assertEqual(len(self.script.reads), 1)

    def test_a_newer_message_replaces_a_waiting_mark(self):
        self._mark()
        later = self._customer_says(self.conversation, external_id="wamid.later")
        self._mark(later)
        self._send()
        self.assertEqual(self.script.reads, ["wamid.later"])

    def test_an_account_may_switch_it_off(self):
        self.account.read_receipts = False
        self._mark()
        self._send()
        self.assertFalse(self.script.reads)

    def test_only_the_assignee_counts(self):
        # Membership of a former assignee, seen before it is dropped.
        self.conversation.write({"helpdesk_agent_id": self.agent2.id})
        self._mark()
        self._send()
        self.assertFalse(self.script.reads)

    def test_a_failed_mark_is_forgotten(self):
        self.script.answer(GatewayError("timeout", Retry.IN_DOUBT))
        self._mark()
        self._send()
        self.assertFalse(self._get_outbox())

    def test_writing_a_note_marks_nothing(self):
        self._note(self.conversation)
        self._send()
        self.assertFalse(self.script.reads)
