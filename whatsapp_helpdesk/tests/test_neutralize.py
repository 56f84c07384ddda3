"""A restored copy is silent both ways."""

from odoo.exceptions import UserError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged

from . import bodies
from .common import SECRET, VERIFY_TOKEN, MessagingCase


@tagged("post_install", "-at_install")
class TestNeutralize(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.access_token = "token-of-the-original"
        cls.connection.write(
            {"app_secret_previous": "older", "base_url": "https://proxy.example.com"}
        )
        cls.env["ir.config_parameter"].set_param(
            "whatsapp_helpdesk.sandbox_enabled", "True"
        )

    def _neutralize(self):
        self.env.flush_all()
        queries = list(get_neutralization_queries(["whatsapp_helpdesk"]))
        self.assertEqual(len(queries), 1)
        for query in queries:
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.env.registry.clear_cache()  # as the signal in the script makes servers do

    def _receive_one(self):
        timestamp = self._now_timestamp()
        return self._receive(bodies.text("Hello", timestamp=timestamp))

    def test_no_secret_of_the_original_is_left(self):
        token, verify_token = self.connection.token, self.connection.verify_token
        self._neutralize()
        self.assertFalse(self.account.access_token)
        self.assertFalse(self.connection.app_secret)
        self.assertFalse(self.connection.app_secret_previous)
        self.assertFalse(self.connection.base_url)
        self.assertNotEqual(self.connection.token, token)
        self.assertNotEqual(self.connection.verify_token, verify_token)
        self.assertGreater(len(self.connection.token), 40)

    def test_several_connections_get_different_tokens(self):
        other = self._create_connection()
        self._neutralize()
        self.assertNotEqual(other.token, self.connection.token)

    def test_webhook_of_the_original_is_not_accepted(self):
        token = self.connection.token
        body = bodies.text("Hello", timestamp=self._now_timestamp())
        self.assertEqual(self._deliver(body, secret=SECRET)[0], 200)
        self._neutralize()
        self.assertFalse(self.env["messaging.connection"]._get_by_token(token))
        body = bodies.text("Hello again", timestamp=self._now_timestamp())
        self.assertEqual(self._deliver(body, secret=SECRET)[0], 403)

    def test_body_signed_with_an_empty_secret_is_not_accepted(self):
        self._neutralize()
        raw = bodies.dump(bodies.text("Hello", timestamp=self._now_timestamp()))
        for headers in ({}, bodies.sign(raw, "")):
            with self.subTest(headers=headers):
                self.assertEqual(self.connection._receive(headers, raw)[0], 403)

    def test_handshake_of_the_original_is_refused(self):
        query = {
            "hub.mode": "subscribe",
            "hub.verify_token": VERIFY_TOKEN,
            "hub.challenge": "123",
        }
        self.assertEqual(self.connection._answer_challenge(query)[0], 200)
        self._neutralize()
        self.assertEqual(self.connection._answer_challenge(query)[0], 403)

    def test_what_waited_is_not_sent(self):
        identity = self._receive_one().messaging_identity_id
        Part = self.env["messaging.message"]
        values = {
            "account_id": self.account.id,
            "identity_id": identity.id,
            "conversation_id": identity.conversation_id.id,
            "direction": "out",
            "kind": "text",
            "author_kind": "agent",
        }
        states = ("queued", "held", "sending", "delivered")
        gate = self.env["messaging.gate"]
        parts = Part.union(
            *(
                Part.with_context(messaging_pass=gate._pass(identity, "agent")).create(
                    {**values, "state": state}
                )
                for state in states
            )
        )
        self._neutralize()
        self.assertEqual(
            parts.mapped("state"), ["expired", "expired", "expired", "delivered"]
        )
        self.assertFalse(Part._claim_batch())

    def test_agent_is_told_that_nothing_can_be_sent(self):
        message = self._receive_one()
        conversation = message.messaging_identity_id.conversation_id
        conversation.helpdesk_ticket_id.user_id = self.agent
        self._neutralize()
        with self.assertRaises(UserError) as caught:
            conversation.with_user(self.agent).message_post(
                body="answer",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertIn("neutralized", str(caught.exception))

    def test_files_that_waited_are_not_fetched(self):
        part = self._receive_one().messaging_part_ids
        media = self.env["messaging.media"].create(
            {"message_id": part.id, "kind": "image", "reference": {"id": "1"}}
        )
        self._neutralize()
        self.assertEqual(media.state, "failed")

    def test_test_phones_end(self):
        self._neutralize()
        self.assertFalse(
            self.env["ir.config_parameter"].get_param(
                "whatsapp_helpdesk.sandbox_enabled"
            )
        )
        links = self.env["messaging.sandbox.link"].search([])
        self.assertFalse(links.filtered("token_hash"))
