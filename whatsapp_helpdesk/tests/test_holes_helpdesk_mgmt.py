"""Holes of helpdesk_mgmt that this app closes."""

from odoo import http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .security_case import SecurityCase, SecurityMixin


@tagged("post_install", "-at_install", "wh_http")
class TestTicketCloseRoute(SecurityMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_security()
        cls.stage = cls.env["helpdesk.ticket.stage"].create(
            {"name": "Solved", "closed": True, "close_from_portal": True}
        )
        cls.hidden_stage = cls.env["helpdesk.ticket.stage"].create(
            {"name": "Rejected by us", "closed": True, "close_from_portal": False}
        )
        cls.own = cls._create_ticket(cls.people["portal"].partner_id)
        cls.foreign = cls._create_ticket(cls.people["employee"].partner_id)

    @classmethod
    def _create_ticket(cls, partner):
        return cls.env["helpdesk.ticket"].create(
            {
                "name": "Ticket",
                "description": "text",
                "partner_id": partner.id,
                "team_id": cls.team.id,
            }
        )

    def _post(self, ticket, stage=None, token=True):
        values = {"ticket_id": ticket.id, "stage_id": (stage or self.stage).id}
        if token:
            values["csrf_token"] = http.Request.csrf_token(self)
        with mute_logger("odoo.http"):
            return self.url_open("/ticket/close", data=values)

    def setUp(self):
        super().setUp()
        login = self.people["portal"].login
        self.authenticate(login, login)

    def test_customer_closes_their_own_ticket(self):
        self._post(self.own)
        self.env.invalidate_all()
        self.assertEqual(self.own.stage_id, self.stage)

    def test_link_closes_nothing(self):
        with mute_logger("odoo.http"):
            response = self.url_open(
                f"/ticket/close?ticket_id={self.own.id}&stage_id={self.stage.id}"
            )
        self.assertEqual(response.status_code, 405)
        self.env.invalidate_all()
        self.assertFalse(self.own.closed)

    def test_post_without_token_closes_nothing(self):
        self.assertEqual(self._post(self.own, token=False).status_code, 400)
        self.env.invalidate_all()
        self.assertFalse(self.own.closed)

    def test_somebody_elses_ticket_is_not_found(self):
        self.assertEqual(self._post(self.foreign).status_code, 404)
        self.env.invalidate_all()
        self.assertFalse(self.foreign.closed)

    def test_stage_that_is_not_offered_is_refused(self):
        self.assertEqual(self._post(self.own, self.hidden_stage).status_code, 404)
        self.env.invalidate_all()
        self.assertFalse(self.own.closed)

    def test_button_on_the_portal_page_is_a_form_with_a_token(self):
        page = self.url_open(f"/my/ticket/{self.own.id}").text
        form = page[page.index('action="/ticket/close"') - 200 :]
        form = form[: form.index("</form>")]
        self.assertIn('method="POST"', form)
        self.assertIn('name="csrf_token"', form)

    # -- portal replies -------------------------------------------------------------

    def test_portal_reply_goes_into_the_conversation(self):
        conversation = self.conversations["mine"]
        ticket = conversation.helpdesk_ticket_id
        result = self._reply(ticket, "from the portal")
        message = self.env["mail.message"].browse(result["message_id"])
        self.assertEqual(message.model, "discuss.channel")
        self.assertEqual(message.res_id, conversation.id)
        self.assertEqual(message.message_type, "helpdesk_message")
        self.assertEqual(message.messaging_direction, "in")
        self.assertEqual(message.author_id, self.people["portal"].partner_id)
        self.assertEqual(message.helpdesk_ticket_id, ticket)
        fact = self.env["helpdesk.message.fact"].search(
            [("mail_message_id", "=", message.id)]
        )
        self.assertEqual((fact.direction, fact.path), ("in", "portal"))

    def test_portal_page_shows_what_both_sides_said_and_no_note(self):
        conversation = self.conversations["mine"]
        ticket = conversation.helpdesk_ticket_id
        self._as("agent", conversation).message_post(
            body="between us", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self._reply(ticket, "from the portal")
        result = self.make_jsonrpc_request(
            "/mail/chatter_fetch",
            {"thread_model": "helpdesk.ticket", "thread_id": ticket.id},
        )
        values = result["data"]["mail.message"]
        bodies = " ".join(str(message["body"]) for message in values)
        self.assertIn("secret of mine", bodies)
        self.assertIn("from the portal", bodies)
        self.assertNotIn("between us", bodies)
        self.assertEqual(
            {message["thread"]["model"] for message in values}, {"helpdesk.ticket"}
        )

    def test_portal_page_of_somebody_elses_case_shows_nothing(self):
        ticket = self.conversations["colleague"].helpdesk_ticket_id
        with mute_logger("odoo.http"):
            result = self.make_jsonrpc_request(
                "/mail/chatter_fetch",
                {"thread_model": "helpdesk.ticket", "thread_id": ticket.id},
            )
        self.assertFalse(result["messages"])

    def _reply(self, ticket, body):
        return self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "helpdesk.ticket",
                "thread_id": ticket.id,
                "post_data": {"body": body, "subtype_xmlid": "mail.mt_comment"},
            },
        )


@tagged("post_install", "-at_install")
class TestTicketChatter(SecurityCase):
    def setUp(self):
        super().setUp()
        self.conversation = self.conversations["mine"]
        self.ticket = self.conversation.helpdesk_ticket_id
        self.customer = self.people["portal"].partner_id

    def test_comment_of_an_employee_becomes_a_note(self):
        self.ticket.message_subscribe(self.customer.ids)
        mails = self.env["mail.mail"].search_count([])
        message = self._as("agent", self.ticket).message_post(
            body="hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
        )
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))
        self.assertNotIn(self.customer, message.notified_partner_ids)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_employee_cannot_speak_as_the_customer(self):
        message = self._as("agent", self.ticket).message_post(
            body="forged", message_type="comment", author_id=self.customer.id
        )
        self.assertEqual(message.model, "helpdesk.ticket")
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))

    def test_customer_speaks_as_themselves_only(self):
        message = self._as("portal", self.ticket).message_post(
            body="hi",
            message_type="comment",
            author_id=self.people["agent"].partner_id.id,
        )
        self.assertEqual(message.sudo().author_id, self.customer)
        self.assertEqual(message.sudo().messaging_direction, "in")

    def test_reply_of_the_customer_opens_a_closed_case_again(self):
        self.ticket.stage_id = self.env["helpdesk.ticket.stage"].search(
            [("closed", "=", True)], limit=1
        )
        self._as("portal", self.ticket).message_post(body="no", message_type="comment")
        self.assertFalse(self.ticket.closed)

    def test_stranger_cannot_reply(self):
        ticket = self._as("portal", self.conversations["colleague"].helpdesk_ticket_id)
        with self.assertRaises(AccessError):
            ticket.message_post(body="hi", message_type="comment")

    def test_mail_of_the_customer_goes_into_the_conversation(self):
        message = self.ticket.message_post(
            body="by mail", message_type="email", author_id=self.customer.id
        )
        self.assertEqual(message.model, "discuss.channel")
        self.assertEqual(message.author_id, self.customer)

    def test_ticket_without_conversation_keeps_its_chatter(self):
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "x", "description": "x", "team_id": self.team.id}
        )
        message = ticket.message_post(
            body="hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(message.model, "helpdesk.ticket")
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))

    def test_system_lines_of_a_ticket_stay_as_they_are(self):
        message = self.ticket.message_post(body="changed")
        self.assertEqual(message.model, "helpdesk.ticket")
        self.assertEqual(message.message_type, "notification")


@tagged("post_install", "-at_install")
class TestHelpdeskMgmtRest(SecurityCase):
    def test_public_user_cannot_change_stages(self):
        stage = self.env["helpdesk.ticket.stage"].search([], limit=1)
        with self.assertRaises(AccessError):
            self._as("public", stage).write({"name": "Hacked"})
        access = self.env.ref("helpdesk_mgmt.access_helpdesk_ticket_stage_public")
        self.assertFalse(access.perm_write)

    def test_searched_columns_of_tickets_have_an_index(self):
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'helpdesk_ticket'"
        )
        definitions = " ".join(row[0] for row in self.env.cr.fetchall())
        for column in (
            "partner_id",
            "number",
            "company_id",
            "closed_date",
            "channel_id",
            "category_id",
            "duplicate_id",
        ):
            with self.subTest(column=column):
                self.assertIn(f"({column}", definitions)

    def test_ticket_counts_of_many_contacts_take_few_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Contact {number}"} for number in range(30)]
        )
        child = self.env["res.partner"].create(
            {"name": "Child", "parent_id": partners[0].id}
        )
        closed = self.env["helpdesk.ticket.stage"].search(
            [("closed", "=", True)], limit=1
        )
        tickets = self.env["helpdesk.ticket"].create(
            [
                {"name": "x", "description": "x", "partner_id": partner.id}
                for partner in (child, partners[0], partners[1])
            ]
        )
        tickets[1].stage_id = closed
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        counts = partners.mapped("helpdesk_ticket_count")
        self.assertLess(self.env.cr.sql_log_count - before, 12)
        self.assertEqual(counts[:3], [2, 1, 0])
        self.assertEqual(partners[0].helpdesk_ticket_active_count, 1)
        self.assertEqual(partners[0].helpdesk_ticket_count_string, "1 / 2")
