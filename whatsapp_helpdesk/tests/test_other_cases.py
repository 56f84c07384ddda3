from odoo import fields
from odoo.tests import tagged

from . import bodies
from .common import MessagingCase


@tagged("post_install", "-at_install")
class TestOtherCases(MessagingCase):
    def test_older_cases_are_one_click_away(self):
        first = self._receive(
            bodies.inbound(
                bodies.message(
                    text={"body": "First matter"}, timestamp=self._now_timestamp()
                ),
                name="Ana",
            )
        ).helpdesk_ticket_id
        first.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        first.closed_date = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        second = self._receive(
            bodies.inbound(
                bodies.message(
                    text={"body": "Second matter"}, timestamp=self._now_timestamp()
                ),
                name="Ana",
            )
        ).helpdesk_ticket_id
        self.assertNotEqual(first, second)
        self.assertEqual(second.other_case_count, 1)
        domain = second.action_open_other_cases()["domain"]
        self.assertEqual(self.env["helpdesk.ticket"].search(domain), first)

    def test_a_ticket_without_conversation_has_none(self):
        tickets = self.env["helpdesk.ticket"].create(
            [{"name": "By mail", "description": "x"} for _number in range(2)]
        )
        self.assertEqual(tickets.mapped("other_case_count"), [0, 0])
