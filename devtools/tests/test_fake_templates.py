"""Templates of the fake provider, asked by the real client."""

import dataclasses

from whatsapp_helpdesk.gateway.errors import GatewayError
from whatsapp_helpdesk.gateway.template_examples import load_examples
from whatsapp_helpdesk.gateway.templates import (
    TemplateButton,
    TemplateDefinition,
    TemplateHeader,
)
from whatsapp_helpdesk.gateway.updates import Kind

from .test_fake_whatsapp import FakeCase

HELLO = TemplateDefinition(
    "hello",
    "en",
    "utility",
    "Dear {{1}}, thank you for your order.",
    examples={"body:0:1": "Ann"},
)


class TestFakeTemplates(FakeCase):
    def create(self, definition=HELLO):
        external_id, status, _category = self.provider.create_template(definition)
        self.assertEqual(status, "PENDING")
        return dataclasses.replace(definition, external_id=external_id, status=status)

    def find(self, external_id):
        found = {one.external_id: one for one in self.provider.list_templates()}
        return found[external_id]

    def assertCode(self, code, call, *args):
        with self.assertRaises(GatewayError) as caught:
            call(*args)
        self.assertEqual(caught.exception.code, code, caught.exception)

    def test_all_examples_are_accepted_and_come_back_as_they_were(self):
        for example in load_examples():
            for definition in example.definitions.values():
                created = self.create(definition)
                with self.subTest(example=example.key, language=definition.language):
                    found = self.find(created.external_id)
                    self.assertEqual(found.body, definition.body)
                    self.assertEqual(found.variables, definition.variables)
                    self.assertEqual(found.buttons, definition.buttons)

    def test_review_is_told_with_the_id(self):
        created = self.create()
        for event in ("APPROVED", "PAUSED", "REJECTED", "DISABLED"):
            self.fake.approve("hello", event, reason="SCAM")
        self.assertTrue(self.fake.settle())
        news = [one for one in self.inbox.updates if one.kind is Kind.TEMPLATE]
        self.assertEqual({one.external_id for one in news}, {created.external_id})
        self.assertEqual(
            {one.details["event"] for one in news},
            {"approved", "paused", "rejected", "disabled"},
        )
        self.assertEqual(self.find(created.external_id).status, "DISABLED")

    def test_what_is_refused_has_its_code(self):
        for code, changes in (
            (2388040, {"body": "b" * 1025}),
            (2388047, {"header": TemplateHeader("text", "h" * 61)}),
            (2388047, {"header": TemplateHeader("image", example="4::unknown")}),
            (2388073, {"footer": "f" * 61}),
            (2388072, {"body": "Dear {{1}} and {{3}}, hello to you"}),
            (2388293, {"body": "a {{1}} {{2}} {{3}} b", "examples": {}}),
            (2388299, {"body": "Dear {{1}}"}),
            (100, {"buttons": (TemplateButton("phone", "Call"),) * 2}),
        ):
            with self.subTest(code=code, changes=changes):
                definition = dataclasses.replace(HELLO, **changes)
                self.assertCode(code, self.provider.create_template, definition)

    def test_an_approved_one_is_changed_once_a_day(self):
        self.create()
        self.fake.approve("hello")
        (found,) = self.provider.list_templates()
        changed = dataclasses.replace(found, body="Dear {{1}}, thank you very much.")
        self.provider.edit_template(changed)
        self.assertEqual(self.find(found.external_id).body, changed.body)
        self.fake.approve("hello")
        self.assertCode(100, self.provider.edit_template, changed)
        self.fake.clock.forward(25 * 3600)
        self.provider.edit_template(changed)

    def test_one_in_review_is_not_changed(self):
        self.assertCode(100, self.provider.edit_template, self.create())

    def test_creations_of_an_hour_are_limited(self):
        for number in range(100):
            self.create(dataclasses.replace(HELLO, name=f"t_{number}"))
        self.assertCode(80007, self.create)
        self.fake.clock.forward(3700)
        self.create()

    def test_sample_of_a_header(self):
        handle = self.provider.upload_sample(b"\x89PNG" * 10, "image/png")
        header = TemplateHeader("image", example=handle)
        created = self.create(dataclasses.replace(HELLO, header=header))
        self.assertEqual(self.find(created.external_id).header, header)
        self.assertCode(100, self.provider.upload_sample, b"GIF", "image/gif")

    def test_unpause_and_deletion(self):
        created = self.create()
        self.fake.approve("hello", "PAUSED")
        self.provider.unpause_template(created.external_id)
        self.assertEqual(self.find(created.external_id).status, "APPROVED")
        self.provider.delete_template("hello", created.external_id)
        self.assertFalse(self.provider.list_templates())
