"""Templates on the phone page."""

from odoo.tests import tagged

from ..gateway.outgoing import OutTemplate, TemplateParameter
from .phone_case import PhoneCase


@tagged("post_install", "-at_install", "wh_http")
class TestSandboxTemplate(PhoneCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        buttons = [
            {"kind": "quick_reply", "title": "Yes", "sequence": 1},
            {"kind": "quick_reply", "title": "No", "sequence": 2},
            {
                "kind": "url",
                "title": "Track",
                "url": "https://example.com/{{1}}",
                "sequence": 3,
            },
        ]
        cls.template = cls.env["messaging.template"].create(
            {
                "account_id": cls.phone_account.id,
                "name": "order",
                "language": "en",
                "body": "Is it right?",
                "status": "APPROVED",
                "button_ids": [(0, 0, values) for values in buttons],
            }
        )

    def offer(self):
        self._send(text="Hello")
        parameters = (
            TemplateParameter("button", "payload", "yes-1", sub_type="quick_reply"),
            TemplateParameter("button", "text", "abc", index=2, sub_type="url"),
        )
        return self._offer(OutTemplate("order", "en", parameters, text="Is it right?"))

    def test_its_text_and_buttons_are_shown(self):
        self.offer()
        [shown] = self._get_shown(direction="out")
        self.assertEqual(shown["text"], "Is it right?")
        self.assertEqual(
            shown["buttons"],
            [
                {"payload": "yes-1", "title": "Yes"},
                {"payload": "No", "title": "No"},
            ],
        )
        self.assertEqual(
            shown["link"], {"title": "Track", "url": "https://example.com/abc"}
        )

    def test_a_quick_reply_is_received_with_its_payload(self):
        part = self.offer()
        message = self._send(type="button", part=part.id, payload="yes-1")
        received = message.messaging_part_ids
        self.assertEqual((received.kind, received.payload["body"]), ("button", "Yes"))
        self.assertEqual(message.parent_id, part.mail_message_id)

    def test_what_it_did_not_offer_cannot_be_pressed(self):
        part = self.offer()
        values = {"type": "button", "part": part.id, "reference": "d" * 24}
        response = self._ask("send", {**values, "payload": "refund-all"})
        self.assertEqual(response.status_code, 400)

    def test_a_template_that_is_gone_still_shows_its_text(self):
        self.offer()
        self.template.unlink()
        [shown] = self._get_shown(direction="out")
        self.assertEqual(shown["text"], "Is it right?")
