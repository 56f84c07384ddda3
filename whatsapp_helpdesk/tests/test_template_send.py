from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..gateway.outgoing import from_payload
from . import bodies
from .template_send_case import TemplateCase


@tagged("post_install", "-at_install")
class TestTemplateSend(TemplateCase):
    def test_the_message_shows_what_the_customer_reads(self):
        self.template.write(
            {
                "header_format": "text",
                "header_text": "Good news",
                "footer": "Reply STOP to end",
                "button_ids": [(0, 0, {"kind": "quick_reply", "title": "Thanks"})],
            }
        )
        message = self._send_in_conversation()
        self.assertEqual(message.message_type, "helpdesk_message")
        for text in (
            "Good news",
            "Hello Sara, order S0042 is on its way.",
            "Reply STOP to end",
            "Thanks",
        ):
            self.assertIn(text, message.body)

    def test_one_part_of_kind_template_leaves(self):
        message = self._send_in_conversation()
        part = self._get_parts(message)
        self.assertEqual(part.kind, "template")
        self.assertEqual(part.template_id, self.template)
        self.assertEqual(part.template_name, "order_update")
        self.assertEqual(part.template_language, "en_US")
        self._send()
        [sent] = self.script.parts
        self.assertEqual([p.value for p in sent.parameters], ["Sara", "S0042"])
        self.assertEqual(part.state, "accepted")

    def test_outside_of_the_window_it_starts_a_conversation(self):
        part = self._get_parts(self._send_in_conversation())
        self.assertTrue(part.starts_conversation)
        self.assertEqual(part.started_by_id, self.agent)

    def test_inside_of_the_window_it_starts_nothing(self):
        self._customer_says(self.conversation)
        part = self._get_parts(self._send_in_conversation())
        self.assertFalse(part.starts_conversation)
        self.assertFalse(part.started_by_id)

    def test_values_are_cleaned(self):
        part = self._get_parts(
            self._send_in_conversation(
                values={"body:0:1": "Sa\nra\u202e", "body:0:2": "a\t     b"}
            )
        )
        sent = from_payload(part.payload)
        self.assertEqual([p.value for p in sent.parameters], ["Sa ra", "a b"])

    def test_markup_in_a_value_is_text(self):
        message = self._send_in_conversation(
            values={"body:0:1": "<img src=x onerror=alert(1)>", "body:0:2": "2"}
        )
        self.assertNotIn("<img", message.body)

    def test_an_empty_value_is_refused_with_the_place(self):
        code, sentence = self._get_refusal(
            self._send_in_conversation, values={"body:0:1": "Sara"}
        )
        self.assertEqual(code, "template")
        self.assertIn("{{2}}", sentence)

    def test_a_body_too_long_after_filling_is_refused(self):
        code, sentence = self._get_refusal(
            self._send_in_conversation,
            values={"body:0:1": "x" * 1020, "body:0:2": "y"},
        )
        self.assertEqual(code, "template")
        self.assertIn("1024", sentence)

    def test_a_header_file_is_uploaded_and_shown(self):
        self.template.header_format = "image"
        file = self._create_file("photo.png")
        message = self._send_in_conversation(attachment=file)
        self.assertEqual(message.attachment_ids.name, "photo.png")
        self._send()
        [call] = self.script.calls
        self.assertEqual(call["upload"].filename, "photo.png")
        self.assertEqual(call["part"].parameters[0].type, "image")

    def test_a_file_of_another_type_is_refused(self):
        self.template.header_format = "image"
        file = self._create_file("bill.pdf", content=b"%PDF-1.4 x")
        code, _sentence = self._get_refusal(self._send_in_conversation, attachment=file)
        self.assertEqual(code, "media")

    def test_a_place_in_the_header(self):
        self.template.header_format = "location"
        place = {"latitude": 33.3, "longitude": 44.4, "name": "Shop", "address": ""}
        part = self._get_parts(self._send_in_conversation(location=place))
        self.assertEqual(from_payload(part.payload).parameters[0].location.name, "Shop")

    def test_a_template_that_is_stopped_is_refused(self):
        self.template._stop("paused")
        code, _sentence = self._get_refusal(self._send_in_conversation)
        self.assertEqual(code, "template_unusable")

    def test_a_template_of_another_account_is_refused(self):
        other = self._create_account(self.connection, "4242")
        self.template = self._create_template(account_id=other.id, name="other")
        code, _sentence = self._get_refusal(self._send_in_conversation)
        self.assertEqual(code, "template_unusable")

    def test_only_who_holds_the_case_goes_on_with_it(self):
        with self.assertRaises(AccessError):
            self._send_in_conversation(user=self.agent2)

    def _opt_out(self, purpose):
        self.env["messaging.consent"].create(
            {
                "identity_id": self.identity.id,
                "purpose": purpose,
                "state": "out",
                "source": "agent",
            }
        )

    def test_who_refused_marketing_gets_other_templates(self):
        self._opt_out("marketing")
        self.assertTrue(self._send_in_conversation())
        self.template.category = "marketing"
        code, _sentence = self._get_refusal(self._send_in_conversation)
        self.assertEqual(code, "opted_out")

    def test_a_pressed_button_quotes_the_template(self):
        message = self._send_in_conversation()
        self._send()
        sent = self._get_parts(message)
        pressed = bodies.message(
            "button",
            phone=self.identity.address.lstrip("+"),
            button={"payload": "Thanks", "text": "Thanks"},
            context={"from": bodies.NUMBER, "id": sent.external_id},
        )
        [answer] = self._receive(bodies.inbound(pressed))
        self.assertEqual(answer.parent_id, message)
        self.assertEqual(answer.helpdesk_ticket_id, self.case)

    def test_a_user_error_keeps_nothing(self):
        before = len(self._get_outbox(self.conversation))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._send_in_conversation(values={})
        self.assertEqual(len(self._get_outbox(self.conversation)), before)
