import json

from odoo.http import Request
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import file_open, mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import MessagingMixin
from .fakes import FakeGraph
from .outbound_case import PNG, OutboundMixin


@tagged("post_install", "-at_install", "wh_http")
class TestPostingOverHttp(OutboundMixin, MessagingMixin, HttpCase):
    """The routes that Odoo's own client uses, as the persons who use them, and a small
    provider over real HTTP at the other end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_messaging()
        cls.conversation = cls._create_conversation()
        cls.seller = cls._create_agent(
            "seller", "Sam", "sales_team.group_sale_salesman"
        )
        cls.portal = mail_new_test_user(
            cls.env, login="portal_user", groups="base.group_portal"
        )
        cls.graph = FakeGraph()
        cls.addClassCleanup(cls.graph.stop)
        cls.connection.base_url = cls.graph.url

    def _rpc(self, route, **params):
        return self.make_jsonrpc_request(route, params)

    def _prepare_post(self, body="Hello", subtype="mail.mt_comment", **values):
        return {
            "thread_model": "discuss.channel",
            "thread_id": self.conversation.id,
            "post_data": {
                "body": body,
                "message_type": "comment",
                "subtype_xmlid": subtype,
                **values,
            },
        }

    def _post(self, *args, **values):
        result = self._rpc("/mail/message/post", **self._prepare_post(*args, **values))
        return self.env["mail.message"].browse(result["message_id"]), result

    def _post_refused(self, **values):
        """Return name and sentence of the error that the client gets."""
        outbox = self._get_outbox()
        with mute_logger("odoo.http"):
            answer = self.url_open(
                "/mail/message/post",
                json={"jsonrpc": "2.0", "params": self._prepare_post(**values)},
            ).json()
        self.assertEqual(self._get_outbox(), outbox)
        error = answer["error"]["data"]
        return f"{error['name']}: {error['message']}"

    def _upload(self, name, content=PNG, mimetype="image/png", voice=False):
        data = {
            "csrf_token": Request.csrf_token(self),
            "thread_id": self.conversation.id,
            "thread_model": "discuss.channel",
            "is_pending": True,
        }
        if voice:
            data["voice"] = True
        response = self.url_open(
            "/mail/attachment/upload", data, files={"ufile": (name, content, mimetype)}
        )
        self.assertEqual(response.status_code, 200, response.text[:500])
        result = json.loads(response.content)["data"]
        values = result["store_data"]["ir.attachment"][0]
        return values["id"], values.get("ownership_token")

    def test_the_assignees_comment_reaches_the_provider(self):
        self.authenticate("agent1", "agent1")
        message, result = self._post("It <b>leaves</b> today")
        values = next(
            values
            for values in result["store_data"]["mail.message"]
            if values["id"] == message.id
        )
        self.assertEqual(values["messaging_state"], "queued")
        self._send()
        self.assertEqual(message.messaging_state, "accepted")
        body = self.graph.get_bodies()[-1]
        self.assertEqual(body["text"]["body"], "It *leaves* today")
        self.assertEqual(body["to"], self.conversation.messaging_identity_id.address)
        part = self._get_parts(message)
        self.assertEqual(body["biz_opaque_callback_data"], part.correlation)
        self.assertEqual(self.graph.requests[-1][1]["Authorization"][:7], "Bearer ")

    def test_a_note_stays(self):
        self.authenticate("agent1", "agent1")
        count = len(self.graph.requests)
        message, _result = self._post("Internal", subtype="mail.mt_note")
        self._send()
        self.assertEqual(message.message_type, "comment")
        self.assertEqual(len(self.graph.requests), count)

    def test_an_answer_quotes_its_question(self):
        asked = self._customer_says(self.conversation, external_id="wamid.http.asked")
        self.authenticate("agent1", "agent1")
        self._post("Yes", parent_id=asked.id)
        self._send()
        context = self.graph.get_bodies()[-1]["context"]
        self.assertEqual(context["message_id"], "wamid.http.asked")

    def test_an_uploaded_picture_leaves_with_its_caption(self):
        self.authenticate("agent1", "agent1")
        attachment_id, token = self._upload("label.png")
        message, _result = self._post(
            "The label", attachment_ids=[attachment_id], attachment_tokens=[token]
        )
        self._send()
        self.assertEqual(message.messaging_state, "accepted")
        body = self.graph.get_bodies()[-1]
        self.assertEqual(body["type"], "image")
        self.assertEqual(body["image"]["caption"], "The label")
        paths = [path for path, _headers, _raw in self.graph.requests[-2:]]
        self.assertTrue(paths[0].endswith("/media"), paths)

    def test_a_recording_leaves_as_audio(self):
        self.authenticate("agent1", "agent1")
        with file_open("mail/static/src/audio/new-message.mp3", "rb") as sound:
            content = sound.read()
        attachment_id, token = self._upload(
            "voice.mp3", content, "audio/mpeg", voice=True
        )
        self._post("", attachment_ids=[attachment_id], attachment_tokens=[token])
        self._send()
        self.assertEqual(self.graph.get_bodies()[-1]["type"], "audio")

    def test_a_file_without_its_token_is_refused(self):
        self.authenticate("agent1", "agent1")
        secret = self.env["ir.attachment"].create(
            {"name": "salaries.png", "raw": PNG, "mimetype": "image/png"}
        )
        text = self._post_refused(attachment_ids=[secret.id], attachment_tokens=["x"])
        self.assertIn("attachments do not exist", text)

    def test_another_agent_cannot_even_find_it(self):
        self.authenticate("agent2", "agent2")
        self.assertIn("NotFound", self._post_refused())

    def test_the_leader_answers_too(self):
        self.authenticate("leader", "leader")
        message, _result = self._post("From the leader")
        self.assertEqual(message.author_id, self.leader.partner_id)

    def test_a_salesperson_reads_but_does_not_answer(self):
        self.conversation.write({"helpdesk_sales_readable": True})
        self.conversation.helpdesk_partner_id.user_id = self.seller
        self.authenticate("seller", "seller")
        self.assertIn("Take it over", self._post_refused())
        note, _result = self._post("For the record", subtype="mail.mt_note")
        self.assertEqual(note.author_id, self.seller.partner_id)

    def test_portal_and_public_are_not_found(self):
        self.authenticate("portal_user", "portal_user")
        self.assertIn("NotFound", self._post_refused())
        self.authenticate(None, None)
        self.assertIn("NotFound", self._post_refused())

    def test_a_forged_type_or_author_changes_nothing(self):
        self.authenticate("agent1", "agent1")
        customer = self.conversation.helpdesk_partner_id
        for message_type in ("helpdesk_message", "email"):
            message, _result = self._post(
                "Forged",
                subtype="mail.mt_note",
                message_type=message_type,
                author_id=customer.id,
                messaging_direction="in",
            )
            self.assertEqual(message.message_type, "comment")
            self.assertEqual(message.author_id, self.agent.partner_id)
            self.assertFalse(message.messaging_direction)
        refused = self._post_refused(body="x", message_type="notification")
        self.assertIn("AccessError", refused)

    def test_messages_cannot_be_written_by_rpc(self):
        asked = self._customer_says(self.conversation)
        self.authenticate("agent1", "agent1")
        calls = (
            ("write", [asked.ids, {"body": "Other words"}]),
            ("unlink", [asked.ids]),
            (
                "create",
                [
                    {
                        "model": "discuss.channel",
                        "res_id": self.conversation.id,
                        "body": "x",
                    }
                ],
            ),
        )
        for method, args in calls:
            with (
                self.subTest(method=method),
                mute_logger("odoo.http"),
                self.assertRaises(JsonRpcException),
            ):
                self._rpc(
                    f"/web/dataset/call_kw/mail.message/{method}",
                    model="mail.message",
                    method=method,
                    args=args,
                    kwargs={},
                )
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self._rpc(
                "/mail/message/update_content",
                message_id=asked.id,
                update_data={"body": "Other words", "attachment_ids": []},
            )

    def test_a_reaction_leaves(self):
        asked = self._customer_says(self.conversation, external_id="wamid.http.react")
        self.authenticate("agent1", "agent1")
        self._rpc(
            "/mail/message/reaction", message_id=asked.id, content="👍", action="add"
        )
        self._send()
        body = self.graph.get_bodies()[-1]
        self.assertEqual(
            body["reaction"], {"message_id": "wamid.http.react", "emoji": "👍"}
        )

    def test_reading_marks_the_message_for_the_customer(self):
        asked = self._customer_says(self.conversation, external_id="wamid.http.read")
        self.authenticate("agent1", "agent1")
        self._rpc(
            "/discuss/channel/mark_as_read",
            channel_id=self.conversation.id,
            last_message_id=asked.id,
        )
        self._send()
        body = self.graph.get_bodies()[-1]
        self.assertEqual(body["status"], "read")
        self.assertEqual(body["message_id"], "wamid.http.read")

    def test_no_link_preview(self):
        self.authenticate("agent1", "agent1")
        message, _result = self._post('<a href="http://127.0.0.1:9/x">x</a>')
        self._rpc("/mail/link_preview", message_id=message.id)
        self.assertFalse(message.message_link_preview_ids)

    def test_starring_and_pinning_work(self):
        asked = self._customer_says(self.conversation)
        self.authenticate("agent1", "agent1")
        for model, method, args in (
            ("mail.message", "toggle_message_starred", [asked.ids]),
            (
                "discuss.channel",
                "set_message_pin",
                [self.conversation.ids, asked.id, True],
            ),
        ):
            self._rpc(
                f"/web/dataset/call_kw/{model}/{method}",
                model=model,
                method=method,
                args=args,
                kwargs={},
            )
        self.assertIn(self.agent.partner_id, asked.starred_partner_ids)
        self.assertTrue(asked.pinned_at)

    def test_the_refusals_of_the_provider_are_told(self):
        error = {
            "code": 131026,
            "message": "x",
            "error_data": {"details": "No account"},
        }
        self.graph.answers.append((400, {"error": error}))
        self.authenticate("agent1", "agent1")
        message, _result = self._post("Hello?")
        self._send()
        self.assertEqual(message.messaging_state, "failed")
        self.assertIn("No account", self._get_parts(message).failure_text)
