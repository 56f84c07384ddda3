"""Filling templates, by tables: values to parameters, and what speaks against it."""

import unittest

from ...gateway import template_fill as fill
from ...gateway.outgoing import OutLocation, OutTemplate, from_payload
from ...gateway.templates import (
    TemplateButton,
    TemplateDefinition,
    TemplateHeader,
)
from ...gateway.updates import Address, AddressKind, Scope
from ...gateway.whatsapp import payloads

TO = [Address(AddressKind.PHONE, "+9647701234567", Scope.PROVIDER)]

ORDER = TemplateDefinition(
    name="order_update",
    language="en_US",
    category="utility",
    body="Hello {{1}}, order {{2}} is on its way.",
    header=TemplateHeader("text", "News for {{1}}"),
    footer="Reply STOP to end",
    buttons=(
        TemplateButton("quick_reply", "Thanks"),
        TemplateButton("url", "Track", url="https://example.com/o/{{1}}"),
    ),
)
ORDER_VALUES = {
    "header:0:1": "Sara",
    "body:0:1": "Sara",
    "body:0:2": "S0042",
    "button:1:1": "S0042",
}
NAMED = TemplateDefinition(
    name="named",
    language="ar",
    category="marketing",
    body="{{ shop }}: {{offer}} for {{shop}}",
    named=True,
)

#: given -> cleaned
VALUES = (
    ("Sara", "Sara"),
    ("  Sara  ", "Sara"),
    ("two\nlines", "two lines"),
    ("a\tb", "a b"),
    ("five     blanks", "five blanks"),
    ("\u202egnp.exe", "gnp.exe"),
    ("\u2066+964\u2069", "+964"),
    ("bell\x07", "bell"),
    ("\u0639\u0644\u064a \u062d\u0633\u0646", "\u0639\u0644\u064a \u062d\u0633\u0646"),
    ("{{2}}", "{{2}}"),
    ("", ""),
    ("\u200b \n", ""),
)


WITH_IMAGE = TemplateDefinition(
    "t", "en", "utility", "Hello", header=TemplateHeader("image")
)
WITH_PLACE = TemplateDefinition(
    "t", "en", "utility", "Hello", header=TemplateHeader("location")
)
WITH_CODE = TemplateDefinition(
    "t", "en", "utility", "Hello", buttons=(TemplateButton("copy_code", "Copy"),)
)


class TestTemplateFill(unittest.TestCase):
    def test_values_are_one_clean_line(self):
        for given, expected in VALUES:
            with self.subTest(given=given):
                self.assertEqual(fill.clean_values({"k": given}), {"k": expected})

    def test_a_cleaned_value_passes_the_channel(self):
        for given, expected in VALUES:
            if not expected:
                continue
            with self.subTest(given=given):
                part = fill.build(ORDER, {**ORDER_VALUES, "body:0:1": given})
                payloads.message(TO, part)

    def test_positional_parameters_are_in_the_order_of_their_numbers(self):
        swapped = TemplateDefinition("t", "en", "utility", "{{2}} then {{1}}")
        part = fill.build(swapped, {"body:0:1": "one", "body:0:2": "two"})
        self.assertEqual([p.value for p in part.parameters], ["one", "two"])
        self.assertEqual([p.name for p in part.parameters], ["", ""])

    def test_named_parameters_carry_their_name_once(self):
        part = fill.build(NAMED, {"body:0:shop": "Bazaar", "body:0:offer": "10 %"})
        self.assertEqual(
            [(p.name, p.value) for p in part.parameters],
            [("shop", "Bazaar"), ("offer", "10 %")],
        )

    def test_all_components_in_the_providers_words(self):
        body = payloads.message(TO, fill.build(ORDER, ORDER_VALUES))["template"]
        self.assertEqual(
            body["components"],
            [
                {"type": "header", "parameters": [{"type": "text", "text": "Sara"}]},
                {
                    "type": "body",
                    "parameters": [
                        {"type": "text", "text": "Sara"},
                        {"type": "text", "text": "S0042"},
                    ],
                },
                {
                    "type": "button",
                    "sub_type": "url",
                    "index": "1",
                    "parameters": [{"type": "text", "text": "S0042"}],
                },
            ],
        )

    def test_buttons(self):
        #: button, values -> (type, value, sub type) of its parameter
        table = (
            (TemplateButton("quick_reply", "Yes"), {}, None),
            (
                TemplateButton("quick_reply", "Yes"),
                {"button:0:payload": "yes-42"},
                ("payload", "yes-42", "quick_reply"),
            ),
            (TemplateButton("url", "Go", url="https://x.org/a"), {}, None),
            (
                TemplateButton("url", "Go", url="https://x.org/{{1}}"),
                {"button:0:1": "a b"},
                ("text", "a b", "url"),
            ),
            (TemplateButton("phone", "Call", phone="+964"), {}, None),
            (
                TemplateButton("copy_code", "Copy"),
                {"button:0:1": "SAVE10"},
                ("coupon_code", "SAVE10", "copy_code"),
            ),
            (
                TemplateButton("flow", "Open"),
                {},
                ("form", fill.NO_FLOW_TOKEN, "flow"),
            ),
            (
                TemplateButton("flow", "Open"),
                {"button:0:token": "t1"},
                ("form", "t1", "flow"),
            ),
        )
        for button, values, expected in table:
            with self.subTest(kind=button.kind, values=values):
                definition = TemplateDefinition(
                    "t", "en", "utility", "Hello", buttons=(button,)
                )
                found = [
                    (p.type, p.value, p.sub_type)
                    for p in fill.build(definition, values).parameters
                ]
                self.assertEqual(found, [expected] if expected else [])

    def test_headers_with_a_file_wait_for_the_upload(self):
        for kind, name in (("image", ""), ("video", ""), ("document", "bill.pdf")):
            with self.subTest(kind=kind):
                definition = TemplateDefinition(
                    "t", "en", "utility", "Hello", header=TemplateHeader(kind)
                )
                part = fill.build(
                    definition, {}, header_file=fill.HeaderFile("bill.pdf")
                )
                [parameter] = part.parameters
                self.assertEqual(
                    (parameter.type, parameter.value, parameter.filename),
                    (kind, "", name),
                )

    def test_header_with_a_place(self):
        place = OutLocation(33.3, 44.4, "Shop")
        definition = TemplateDefinition(
            "t", "en", "utility", "Hello", header=TemplateHeader("location")
        )
        part = fill.build(definition, {}, header_location=place)
        self.assertEqual(part.parameters[0].location, place)
        self.assertEqual(from_payload(part.to_payload()), part)

    def test_what_speaks_against_sending(self):
        long_body = {**ORDER_VALUES, "body:0:1": "x" * 1000}
        #: definition, values, options -> (code, component, key)
        table = (
            (ORDER, ORDER_VALUES, {}, []),
            (
                ORDER,
                {**ORDER_VALUES, "body:0:2": " \n"},
                {},
                [("empty", "body", "body:0:2")],
            ),
            (ORDER, long_body, {}, [("too_long", "body", "")]),
            (
                ORDER,
                {**ORDER_VALUES, "header:0:1": "x" * 60},
                {},
                [("too_long", "header", "")],
            ),
            (
                ORDER,
                {**ORDER_VALUES, "button:1:1": "x" * 2001},
                {},
                [("too_long", "button", "button:1:1")],
            ),
            (WITH_IMAGE, {}, {}, [("file", "header", "")]),
            (WITH_IMAGE, {}, {"has_file": True}, []),
            (WITH_PLACE, {}, {}, [("location", "header", "")]),
            (WITH_PLACE, {}, {"has_location": True}, []),
            (
                WITH_CODE,
                {"button:0:1": "x" * 16},
                {},
                [("too_long", "button", "button:0:1")],
            ),
        )
        for definition, values, options, expected in table:
            with self.subTest(name=definition.name, expected=expected):
                found = fill.issues(definition, values, **options)
                self.assertEqual(
                    [(i.code, i.component, i.key) for i in found], expected
                )

    def test_body_of_exactly_the_limit_may_be_sent(self):
        definition = TemplateDefinition("t", "en", "utility", "{{1}}")
        for size, count in ((1024, 0), (1025, 1)):
            with self.subTest(size=size):
                found = fill.issues(definition, {"body:0:1": "x" * size})
                self.assertEqual(len(found), count)

    def test_preview_keeps_what_is_missing_visible(self):
        seen = fill.preview(ORDER, {"body:0:1": "Sara"})
        self.assertEqual(seen.body, "Hello Sara, order {{2}} is on its way.")
        self.assertEqual(seen.header, "News for {{1}}")
        self.assertEqual(seen.buttons, ("Thanks", "Track"))

    def test_a_value_is_never_read_for_variables(self):
        seen = fill.preview(ORDER, {**ORDER_VALUES, "body:0:1": "{{2}}"})
        self.assertEqual(seen.body, "Hello {{2}}, order S0042 is on its way.")

    def test_text_of_the_part_is_what_the_customer_reads(self):
        part = fill.build(ORDER, ORDER_VALUES)
        self.assertIsInstance(part, OutTemplate)
        self.assertEqual(
            part.text,
            "News for Sara\n\nHello Sara, order S0042 is on its way.\n\n"
            "Reply STOP to end",
        )
