"""The library of examples: complete, in both languages, good for every channel."""

from __future__ import annotations

from ...gateway.sandbox.provider import SandboxProvider
from ...gateway.template_examples import load_examples
from ...gateway.whatsapp.provider import WhatsAppProvider
from .case import UnitCase

LANGUAGES = {"en", "ar"}


class TestTemplateExamples(UnitCase):
    def test_there_are_enough_and_no_key_twice(self):
        keys = [example.key for example in load_examples()]
        self.assertGreaterEqual(len(keys), 12)
        self.assertEqual(len(keys), len(set(keys)))

    def test_every_one_is_in_both_languages(self):
        for example in load_examples():
            with self.subTest(example=example.key):
                self.assertEqual(set(example.definitions), LANGUAGES)
                self.assertEqual(set(example.labels), LANGUAGES)

    def test_every_one_passes_the_limits(self):
        for example in load_examples():
            for definition in example.definitions.values():
                for provider in (WhatsAppProvider, SandboxProvider):
                    with self.subTest(
                        example=example.key, language=definition.language
                    ):
                        self.assertFalse(provider.check_template(definition))

    def test_languages_have_the_same_variables_and_buttons(self):
        for example in load_examples():
            first, second = (example.definitions[code] for code in sorted(LANGUAGES))
            with self.subTest(example=example.key):
                self.assertEqual(
                    {variable.key for variable in first.variables},
                    {variable.key for variable in second.variables},
                )
                self.assertEqual(
                    [button.kind for button in first.buttons],
                    [button.kind for button in second.buttons],
                )

    def test_every_variable_has_a_source(self):
        for example in load_examples():
            names = {
                variable.name
                for variable in example.definitions["en"].variables
                if variable.component == "body"
            }
            with self.subTest(example=example.key):
                self.assertEqual(names, set(example.sources))

    def test_offers_say_how_to_end_them(self):
        for example in load_examples():
            if example.category == "marketing":
                for definition in example.definitions.values():
                    with self.subTest(example=example.key):
                        self.assertRegex(definition.footer, "STOP|إيقاف")

    def test_arabic_has_arabic(self):
        for example in load_examples():
            body = example.definitions["ar"].body
            with self.subTest(example=example.key):
                self.assertRegex(body, "[\u0621-\u064a]{3}")

    def test_countries_use_the_language(self):
        example = load_examples()[0]
        self.assertEqual(example.find_definition("ar_EG").language, "ar")
        self.assertIsNone(example.find_definition("xx"))
