"""Variables of a template, and what the customer reads."""

from __future__ import annotations

from ...gateway.templates import (
    TemplateButton,
    TemplateDefinition,
    TemplateHeader,
    find_placeholders,
    normalise_language,
)
from .case import UnitCase

ORDER = TemplateDefinition(
    "order",
    "ar",
    "utility",
    "Dear {{2}}, your order {{1}} left us. {{1}}!",
    header=TemplateHeader("text", "Order {{1}}", "SO1"),
    footer="Shop",
    buttons=(
        TemplateButton("quick_reply", "Thanks"),
        TemplateButton("url", "Track", "https://example.com/{{1}}", example="abc"),
        TemplateButton("copy_code", "Copy", example="SAVE10"),
    ),
    examples={"body:0:1": "SO1", "body:0:2": "Ann"},
)


class TestTemplateDefinition(UnitCase):
    def test_variables_in_the_order_they_are_sent(self):
        self.assertEqual(
            [variable.key for variable in ORDER.variables],
            ["header:0:1", "body:0:1", "body:0:2", "button:1:1", "button:2:1"],
        )
        self.assertEqual(
            [variable.example for variable in ORDER.variables],
            ["SO1", "SO1", "Ann", "abc", "SAVE10"],
        )

    def test_ten_comes_after_two(self):
        body = " ".join(f"{{{{{n}}}}}" for n in (10, 2, 1))
        names = TemplateDefinition("n", "en", "utility", body).variables
        self.assertEqual([variable.name for variable in names], ["1", "2", "10"])

    def test_words_stay_in_the_order_of_the_text(self):
        body = "Dear {{name}}, {{order}} and {{ city }}."
        self.assertEqual(find_placeholders(body), ("name", "order", "city"))

    def test_what_the_customer_reads(self):
        values = {"header:0:1": "SO9", "body:0:1": "SO9", "body:0:2": "Bela"}
        self.assertEqual(
            ORDER.render(values),
            "Order SO9\n\nDear Bela, your order SO9 left us. SO9!\n\nShop",
        )

    def test_a_missing_value_shows_its_place(self):
        self.assertIn("Dear {{2}}", ORDER.render({"body:0:1": "SO9", "body:0:2": ""}))

    def test_a_value_is_no_text_with_variables(self):
        values = {"body:0:1": "{{2}}", "body:0:2": r"\1 {{1}}"}
        self.assertEqual(
            ORDER.render_body(values),
            r"Dear \1 {{1}}, your order {{2}} left us. {{2}}!",
        )

    def test_address_of_a_button(self):
        self.assertEqual(
            ORDER.render_url(1, {"button:1:1": "x"}), "https://example.com/x"
        )

    def test_picture_header_has_no_text_and_no_variable(self):
        definition = TemplateDefinition(
            "n", "en", "utility", "Hello", header=TemplateHeader("image", example="4::")
        )
        self.assertEqual(definition.render({}), "Hello")
        self.assertFalse(definition.variables)

    def test_language_of_a_webhook(self):
        self.assertEqual(normalise_language(" en-US"), "en_US")
        self.assertEqual(normalise_language("ar"), "ar")
