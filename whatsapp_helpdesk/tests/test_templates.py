"""Templates as records: variables, definition, what may be sent."""

import runpy
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.tests import Form, tagged

from .template_case import TemplateCase


@tagged("post_install", "-at_install")
class TestTemplates(TemplateCase):
    def test_variables_follow_the_texts(self):
        self.assertEqual(
            self._get_keys(), ["header:0:1", "body:0:1", "body:0:2", "button:1:1"]
        )
        self.template.body = "Hello {{2}}."
        self.assertEqual(self._get_keys(), ["header:0:1", "body:0:2", "button:1:1"])

    def test_templates_of_an_older_version_get_their_variables(self):
        wanted = self._get_keys()
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM messaging_template_variable")
        self.env.invalidate_all()
        path = Path(__file__).parents[1] / "migrations/19.0.1.2.0/post-templates.py"
        runpy.run_path(str(path))["migrate"](self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual(self._get_keys(), wanted)

    def test_a_variable_that_stays_keeps_what_it_knows(self):
        second = self.template.variable_ids[2]
        second.example = "SO42"
        self.template.body = "Your order {{2}} left us today, {{3}} and {{1}}."
        self.assertTrue(second.exists())
        self.assertEqual(second.example, "SO42")
        self.assertEqual(
            self._get_keys(),
            ["header:0:1", "body:0:1", "body:0:2", "body:0:3", "button:1:1"],
        )

    def test_variables_appear_while_the_form_is_filled(self):
        self.template.status = "DRAFT"
        with Form(self.template) as form:
            form.body = "Hi {{1}}, see {{2}} and {{3}} today."
            self.assertEqual(len(form.variable_ids), 5)
        self.assertEqual(len(self.template.variable_ids), 5)

    def test_definition_has_all_parts(self):
        self.template.variable_ids[1].example = "Ann"
        self.template.variable_ids[3].example = "abc"
        definition = self.template._get_definition()
        self.assertEqual(definition.header.text, "Order {{1}}")
        self.assertEqual([b.kind for b in definition.buttons], ["quick_reply", "url"])
        self.assertEqual(definition.buttons[1].example, "abc")
        self.assertEqual(
            [variable.example for variable in definition.variables],
            ["", "Ann", "", "abc"],
        )

    def test_only_approved_templates_that_are_not_stopped_are_offered(self):
        domain = self.template._get_usable_domain(self.account)
        self.assertEqual(self.template.search(domain), self.template)
        for values in (
            {"status": "PAUSED"},
            {"status": "APPROVED", "active": False},
            {"active": True, "stop_reason": "bad feedback"},
            {"stop_reason": False, "unsupported": "CAROUSEL"},
        ):
            self.template.write(values)
            with self.subTest(**values):
                self.assertFalse(self.template.is_usable)
                found = self.template.search(
                    self.template._get_usable_domain(self.account)
                )
                self.assertFalse(found)

    def test_a_stop_ends_by_itself(self):
        later = fields.Datetime.now() + timedelta(hours=1)
        self.template._stop("paused", later)
        self.assertFalse(self.template.is_usable)
        self.template._stop("paused", fields.Datetime.now() - timedelta(seconds=1))
        self.assertTrue(self.template.is_usable)
        self.assertIn(self.template, self.template.search([("is_usable", "=", True)]))

    def test_a_stop_without_end_lasts_until_it_is_resumed(self):
        self.template._stop("wrong parameters")
        self.assertFalse(self.template.is_usable)
        self.template.action_resume()
        self.assertTrue(self.template.is_usable)

    def test_the_name_for_people_comes_from_the_technical_one(self):
        self.assertEqual(self.template.label, "Order update")
        self.assertEqual(self.template.display_name, "Order update (en)")
