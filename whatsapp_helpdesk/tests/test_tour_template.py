"""A template out of the window, in a real browser, in English and in Arabic."""

from odoo import Command
from odoo.tests import tagged

from .template_send_case import TemplateMixin
from .test_tour_agent import AgentTourCase


@tagged("post_install", "-at_install", "wh_tour")
class TestTemplateTours(TemplateMixin, AgentTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls._create_template(
            footer="Example Shop",
            button_ids=[
                Command.create({"kind": "quick_reply", "title": "Thanks"}),
            ],
        )
        # A second one, so that there is something to choose.
        cls._create_template(name="come_back", body="We are here for you.")
        cls._map(cls.template, "body:0:1", "partner", "name")

    def setUp(self):
        super().setUp()
        self._close_window(self.conversation.messaging_identity_id)

    def test_template_out_of_the_window(self):
        self._start("whatsapp_helpdesk_template_out_of_the_window")
        message = self._get_message("order S0042 is on its way")
        part = message.messaging_part_ids
        self.assertEqual((part.kind, part.state), ("template", "queued"))
        self.assertTrue(part.starts_conversation)
        self.assertIn("Layla Customer", message.body)


@tagged("post_install", "-at_install", "wh_tour")
class TestTemplateToursInArabic(TestTemplateTours):
    """The same steps look at no text of ours, so they hold in every language."""

    allow_inherited_tests_method = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ar_001")
        cls.agent.lang = "ar_001"
