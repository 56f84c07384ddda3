from odoo.tests import tagged

from .outbound_case import OutboundCase

TICKETS = 80
#: Statements of one page of the list, with all its columns.
BUDGET = 18


@tagged("post_install", "-at_install")
class TestTicketListQueries(OutboundCase):
    def _get_specification(self):
        """The columns of the ticket list, as the client asks for them."""
        Ticket = self.env["helpdesk.ticket"]
        view = Ticket.get_views([(False, "list")])
        names = view["models"]["helpdesk.ticket"]["fields"]
        specification = {}
        for name in names:
            field = Ticket._fields[name]
            if field.type == "many2one":
                specification[name] = {"fields": {"display_name": {}}}
            elif field.type in ("many2many", "one2many"):
                specification[name] = {"fields": {"display_name": {}, "color": {}}}
                if "color" not in self.env[field.comodel_name]._fields:
                    specification[name] = {"fields": {"display_name": {}}}
            else:
                specification[name] = {}
        return specification

    def _count(self, limit):
        specification = self._get_specification()
        Ticket = self.env["helpdesk.ticket"].with_user(self.leader)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        found = Ticket.web_search_read([], specification, limit=limit, order="id desc")
        self.assertEqual(len(found["records"]), limit)
        return self.cr.sql_log_count - before

    def test_a_page_of_eighty_costs_as_much_as_one_of_ten(self):
        for number in range(TICKETS // 4):
            conversation = self._create_conversation(f"Customer {number}")
            conversation.helpdesk_ticket_id.copy({"conversation_id": False})
            for _copy in range(2):
                conversation.helpdesk_ticket_id.copy()
        self._count(10)  # warms up what is read once for everybody
        few, many = self._count(10), self._count(TICKETS)
        self.assertLessEqual(many, BUDGET)
        self.assertLessEqual(many, few + 2)
