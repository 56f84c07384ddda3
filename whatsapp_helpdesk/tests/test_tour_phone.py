"""The test phone in a real browser, in English and in Arabic."""

from unittest.mock import patch
from urllib.parse import urlsplit

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from ..gateway.outgoing import Button, OutButtons
from .phone_case import PhoneCase


@tagged("post_install", "-at_install", "wh_tour")
class TestPhoneTour(PhoneCase):
    language = "en_US"

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang(self.language)
        self.link.language = self.language
        self._work_at_once()

    def _work_at_once(self):
        """Run the workers whenever the phone asks for news: a test has no jobs."""
        Link = self.env.registry["messaging.sandbox.link"]
        sync = Link._phone_sync
        test = self

        def work_and_sync(link, version, limit):
            test._work(link.env.cr)
            link.env.invalidate_all()
            return sync(link, version, limit)

        self.startPatcher(patch.object(Link, "_phone_sync", work_and_sync))

    def _work(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {})
        with self._without_commit():
            env["messaging.update"]._cron_process()
            self._help(env)
            env["messaging.message"]._cron_send()
        env.flush_all()

    def _help(self, env):
        """The agent answers the first message: a note, a text and a question."""
        conversation = self.link.with_env(env).identity_id.conversation_id
        if not conversation or self._get_messages("out", env):
            return
        conversation.helpdesk_ticket_id.user_id = self.agent.id
        self._post(conversation, "Internal remark", "mail.mt_note")
        self._post(conversation, "How can I help?", "mail.mt_comment")
        question = self._post(conversation, "Choose", "mail.mt_comment")
        choices = OutButtons("Is it about an order?", (Button("yes", "Yes"),))
        parts = question.sudo().messaging_part_ids
        passed = env["messaging.gate"]._pass(parts.identity_id, "agent")
        parts.with_context(messaging_pass=passed).write(
            {"kind": choices.kind, "payload": choices.to_payload()}
        )

    def _post(self, conversation, body, subtype):
        return conversation.with_user(self.agent.id).message_post(
            body=body, message_type="comment", subtype_xmlid=subtype
        )

    def test_customer_uses_the_phone(self):
        url = urlsplit(self.link._issue_url())
        self.browser_js(
            f"{url.path}?{url.query}#{url.fragment}",
            "odoo.runPhoneTour()",
            ready="Boolean(odoo.runPhoneTour)",
            success_signal="phone tour succeeded",
            timeout=120,
        )
        self.env.invalidate_all()
        said = self._get_messages("in").messaging_part_ids.mapped("kind")
        self.assertEqual(said, ["text", "button", "text", "location"])
        self.assertEqual(
            self._get_messages("out").mapped("messaging_state"), ["read", "read"]
        )


@tagged("post_install", "-at_install", "wh_tour")
class TestPhoneTourInArabic(TestPhoneTour):
    allow_inherited_tests_method = True
    language = "ar_001"
