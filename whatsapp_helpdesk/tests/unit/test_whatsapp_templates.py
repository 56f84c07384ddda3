"""Templates over the Graph API: requests made, answers read."""

from __future__ import annotations

import dataclasses
from typing import Any

from ...gateway.errors import GatewayError
from ...gateway.provider import Credentials
from ...gateway.templates import TemplateButton, TemplateDefinition, TemplateHeader
from ...gateway.whatsapp import template_calls
from ...gateway.whatsapp.provider import WhatsAppProvider
from ...gateway.whatsapp.template_json import from_json, to_json
from .case import UnitCase
from .contract import Answer, ScriptedTransport

GRAPH = "https://graph.facebook.com/v25.0"
ROW = {
    "id": "77",
    "name": "order_update",
    "language": "en_US",
    "status": "APPROVED",
    "category": "UTILITY",
    "parameter_format": "POSITIONAL",
    "quality_score": {"score": "GREEN", "date": 1},
    "rejected_reason": "NONE",
    "components": [
        {
            "type": "HEADER",
            "format": "TEXT",
            "text": "Order {{1}}",
            "example": {"header_text": ["SO1"]},
        },
        {
            "type": "BODY",
            "text": "Dear {{2}}, order {{1}} left us.",
            "example": {"body_text": [["SO1", "Ann"]]},
        },
        {"type": "FOOTER", "text": "Shop"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Thanks"},
                {
                    "type": "URL",
                    "text": "Track",
                    "url": "https://example.com/t/{{1}}",
                    "example": ["https://example.com/t/abc"],
                },
                {
                    "type": "PHONE_NUMBER",
                    "text": "Call",
                    "phone_number": "+96265550100",
                },
                {"type": "COPY_CODE", "text": "Copy offer code", "example": ["SAVE"]},
                {"type": "FLOW", "text": "Book", "flow_id": 9},
                {"type": "VOICE_CALL", "text": "Call us"},
            ],
        },
    ],
}
READ = TemplateDefinition(
    "order_update",
    "en_US",
    "utility",
    "Dear {{2}}, order {{1}} left us.",
    header=TemplateHeader("text", "Order {{1}}", "SO1"),
    footer="Shop",
    buttons=(
        TemplateButton("quick_reply", "Thanks"),
        TemplateButton("url", "Track", "https://example.com/t/{{1}}", example="abc"),
        TemplateButton("phone", "Call", phone="+96265550100"),
        TemplateButton("copy_code", "Copy offer code", example="SAVE"),
        TemplateButton("flow", "Book", form_id="9"),
        TemplateButton("other", "Call us"),
    ),
    examples={"body:0:1": "SO1", "body:0:2": "Ann"},
    external_id="77",
    status="APPROVED",
    quality="GREEN",
)


def provider(*answers: Any, **extra: str) -> tuple[WhatsAppProvider, Any]:
    transport = ScriptedTransport(*answers)
    extra = {"parent": "100", **extra}
    credentials = Credentials("900", "tok", extra=extra)
    return WhatsAppProvider(credentials, transport), transport


def page(*rows: dict[str, Any], after: str = "") -> Answer:
    paging = {"cursors": {"before": "x", "after": after or "end"}}
    if after:
        paging["next"] = "https://graph.facebook.com/next"
    return Answer({"data": list(rows), "paging": paging})


class TestReadingTemplates(UnitCase):
    def test_all_parts(self):
        self.assertEqual(from_json(ROW), READ)

    def test_named_parameters(self):
        row = {
            **ROW,
            "parameter_format": "NAMED",
            "components": [
                {
                    "type": "HEADER",
                    "format": "TEXT",
                    "text": "Order {{order}}",
                    "example": {
                        "header_text_named_params": [
                            {"param_name": "order", "example": "SO1"}
                        ]
                    },
                },
                {
                    "type": "BODY",
                    "text": "Dear {{name}}, hello",
                    "example": {
                        "body_text_named_params": [
                            {"param_name": "name", "example": "Ann"}
                        ]
                    },
                },
            ],
        }
        found = from_json(row)
        self.assertTrue(found.named)
        self.assertEqual(
            found.get_example_values(), {"header:0:order": "SO1", "body:0:name": "Ann"}
        )

    def test_what_we_cannot_fill_is_named(self):
        for component, name in (
            ({"type": "CAROUSEL", "cards": []}, "CAROUSEL"),
            ({"type": "HEADER", "format": "GIF"}, "GIF"),
            ({"type": "BUTTONS", "buttons": [{"type": "OTP", "text": "Copy"}]}, "OTP"),
            ({"type": "BUTTONS", "buttons": [{"type": "MPM", "text": "See"}]}, "MPM"),
        ):
            row = {**ROW, "components": [ROW["components"][1], component]}
            with self.subTest(component=name):
                self.assertEqual(from_json(row).unsupported, (name,))

    def test_rejection_has_its_reason(self):
        found = from_json({**ROW, "rejected_reason": "TAG_CONTENT_MISMATCH"})
        self.assertEqual(found.reason, "TAG_CONTENT_MISMATCH")

    def test_language_with_a_dash(self):
        self.assertEqual(from_json({**ROW, "language": "pt-BR"}).language, "pt_BR")

    def test_nonsense_makes_no_template_and_no_error(self):
        self.assertIsNone(from_json({"id": 1}))
        for components in (None, "x", [None, 3], [{"type": 5}], {"type": "BODY"}):
            with self.subTest(components=components):
                found = from_json({**ROW, "components": components})
                self.assertEqual(found.name, "order_update")

    def test_what_is_read_can_be_written(self):
        values = to_json(dataclasses.replace(READ, buttons=READ.buttons[:5]))
        again = from_json({**values, "id": "77"})
        self.assertEqual(again.header, READ.header)
        self.assertEqual(again.examples, READ.examples)
        self.assertEqual(again.buttons[:3], READ.buttons[:3])
        self.assertEqual(again.variables, READ.variables)


class TestTemplateCalls(UnitCase):
    def test_all_pages_are_read(self):
        other = {**ROW, "id": "78", "language": "ar"}
        caller, transport = provider(page(ROW, after="p2"), page(other))
        found = caller.list_templates()
        self.assertEqual([one.language for one in found], ["en_US", "ar"])
        first, second = transport.requests
        self.assertEqual(first["url"], f"{GRAPH}/100/message_templates")
        self.assertNotIn("after", first["params"])
        self.assertEqual(second["params"]["after"], "p2")
        for name in ("components", "quality_score", "parameter_format", "status"):
            self.assertIn(name, first["params"]["fields"])

    def test_a_list_that_never_ends_is_an_error(self):
        pages = [page(ROW, after=str(n)) for n in range(template_calls.MAX_PAGES + 5)]
        caller, transport = provider(*pages)
        with self.assertRaises(GatewayError):
            caller.list_templates()
        self.assertEqual(len(transport.requests), template_calls.MAX_PAGES)

    def test_a_list_that_cannot_be_read_to_its_end_is_an_error(self):
        """A part of it would archive the templates of the rest."""
        for answers in (
            [Answer({"data": [ROW], "paging": {"next": "https://next"}})],
            [page(ROW, after="p2"), page(ROW, after="p2")],
        ):
            caller, _transport = provider(*answers)
            with self.assertRaises(GatewayError):
                caller.list_templates()

    def test_a_failing_page_gives_nothing(self):
        caller, _transport = provider(page(ROW, after="p2"), Answer({}, 500))
        with self.assertRaises(GatewayError):
            caller.list_templates()

    def test_without_business_account(self):
        caller, transport = provider(parent="")
        with self.assertRaises(GatewayError):
            caller.list_templates()
        self.assertFalse(transport.requests)

    def test_creation(self):
        caller, transport = provider(
            Answer({"id": "5", "status": "PENDING", "category": "MARKETING"})
        )
        self.assertEqual(
            caller.create_template(dataclasses.replace(READ, ttl=60)),
            ("5", "PENDING", "marketing"),
        )
        sent = transport.requests[0]["json"]
        self.assertEqual(
            (sent["name"], sent["language"], sent["category"]),
            ("order_update", "en_US", "UTILITY"),
        )
        self.assertEqual(sent["message_send_ttl_seconds"], 60)
        body = sent["components"][1]
        self.assertEqual(body["example"], {"body_text": [["SO1", "Ann"]]})

    def test_named_creation(self):
        definition = TemplateDefinition(
            "hello",
            "en",
            "utility",
            "Dear {{ name }}, hello.",
            header=TemplateHeader("image", example="4::x"),
            named=True,
            examples={"body:0:name": "Ann"},
        )
        values = to_json(definition)
        self.assertEqual(values["parameter_format"], "NAMED")
        self.assertEqual(
            values["components"],
            [
                {
                    "type": "HEADER",
                    "format": "IMAGE",
                    "example": {"header_handle": ["4::x"]},
                },
                {
                    "type": "BODY",
                    "text": "Dear {{name}}, hello.",
                    "example": {
                        "body_text_named_params": [
                            {"param_name": "name", "example": "Ann"}
                        ]
                    },
                },
            ],
        )

    def test_an_approved_one_keeps_its_category_when_changed(self):
        for status, sent in (("APPROVED", False), ("REJECTED", True), ("PAUSED", True)):
            caller, transport = provider(Answer({"success": True}))
            caller.edit_template(dataclasses.replace(READ, status=status))
            with self.subTest(status=status):
                request = transport.requests[0]
                self.assertEqual(request["url"], f"{GRAPH}/77")
                self.assertEqual("category" in request["json"], sent)

    def test_deletion_of_one_language(self):
        caller, transport = provider(Answer({"success": True}))
        caller.delete_template("order_update", "77")
        request = transport.requests[0]
        self.assertEqual(request["method"], "DELETE")
        self.assertEqual(request["params"], {"name": "order_update", "hsm_id": "77"})

    def test_unpause(self):
        caller, transport = provider(Answer({"success": True}))
        caller.unpause_template("77")
        self.assertEqual(transport.requests[0]["url"], f"{GRAPH}/77/unpause")

    def test_sample_is_uploaded_to_the_app(self):
        caller, transport = provider(
            Answer({"id": "upload:abc?sig=x"}), Answer({"h": "4::handle"}), app="55"
        )
        self.assertEqual(caller.upload_sample(b"png", "image/png"), "4::handle")
        session, upload = transport.requests
        self.assertEqual(session["url"], f"{GRAPH}/55/uploads")
        self.assertEqual(session["params"]["file_length"], "3")
        self.assertEqual(upload["url"], f"{GRAPH}/upload:abc?sig=x")
        self.assertEqual(upload["headers"]["file_offset"], "0")
        self.assertEqual(upload["data"], b"png")

    def test_app_is_asked_for_when_it_is_not_known(self):
        caller, transport = provider(
            Answer({"data": {"app_id": "56"}}),
            Answer({"id": "upload:abc"}),
            Answer({"h": "4::handle"}),
        )
        caller.upload_sample(b"png", "image/png")
        self.assertEqual(transport.requests[1]["url"], f"{GRAPH}/56/uploads")

    def test_an_upload_elsewhere_is_not_followed(self):
        caller, transport = provider(Answer({"id": "../me"}), app="55")
        with self.assertRaises(GatewayError):
            caller.upload_sample(b"png", "image/png")
        self.assertEqual(len(transport.requests), 1)
