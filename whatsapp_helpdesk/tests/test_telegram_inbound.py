import json
from pathlib import Path

from odoo.tests import tagged

from ..gateway.outgoing import Button, OutButtons, OutContactRequest, OutLocation
from .common import MessagingCase
from .fake_telegram import BOT_ID, CUSTOMER_ID, TOKEN, FakeBots, message
from .outbound_case import PNG
from .plain_channel import PlainMixin

SAMPLES = Path(__file__).parent / "samples" / "telegram"
SECRET = "telegram-secret-token"


class TelegramCase(PlainMixin, MessagingCase):
    """A connected bot, and the Bot API over real HTTP on this machine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bot = cls._create_connection(
            name="Bot", channel="telegram", app_secret=SECRET
        )
        cls.bot_account = cls._create_account(
            cls.bot, BOT_ID, display_address="@shrub_bot", access_token=TOKEN
        )

    def setUp(self):
        super().setUp()
        self.api = Api()
        self.addCleanup(self.api.stop)
        self.bot.base_url = self.api.url
        self.number = 100

    def _deliver(self, values, *, connection=None, secret=SECRET):
        raw = values if isinstance(values, bytes) else json.dumps(values).encode()
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        return self.bot._receive(headers, raw)

    def _body(self, text="", **content):
        self.number += 1
        body = message(text, update_id=self.number, timestamp=self._now_timestamp())
        body["message"].update(content)
        if not text:
            del body["message"]["text"]
        return body

    def _get_customer(self):
        return self.env["messaging.identity"].search(
            [("address_ids.value", "=", str(CUSTOMER_ID))]
        )

    def _get_bot_updates(self):
        return self.env["messaging.update"].search(
            [("connection_id", "=", self.bot.id)]
        )

    def _fetch(self):
        with self._without_commit():
            self.env["messaging.media"]._cron_fetch()

    def _get_calls(self, method):
        return [body for name, body in self.api.requests if name == method]


class Api(FakeBots):
    """What talking to customers needs, besides connecting a bot."""

    def __init__(self):
        super().__init__()
        self.files = {}

    def answer(self, path, raw):
        if path.startswith("/file/"):
            name = path.rpartition("/")[2]
            return (200, self.files[name]) if name in self.files else (404, {})
        return super().answer(path, raw)

    def _decode(self, raw):
        return {} if raw.startswith(b"--") else super()._decode(raw)

    def _getFile(self, bot, body):
        name = body["file_id"]
        size = len(self.files.get(name, b""))
        return {"file_id": name, "file_path": f"photos/{name}", "file_size": size}

    def _answerCallbackQuery(self, bot, body):
        return True

    def _sendChatAction(self, bot, body):
        return True

    def _sendPhoto(self, bot, body):
        self.sent.append(body)
        return {
            "message_id": 5000 + len(self.sent),
            "chat": {"id": CUSTOMER_ID, "type": "private"},
        }

    def _sendLocation(self, bot, body):
        return self._sendMessage(bot, {"text": "", **body})


@tagged("post_install", "-at_install")
class TestTelegramSamples(TelegramCase):
    """Every sample body goes all the way; nothing is lost and nothing fails."""

    def _deliver_all(self, paths):
        for path in paths:
            status, text = self._deliver(path.read_bytes())
            self.assertEqual((status, text), (200, "OK"))

    def test_every_update_of_every_sample_ends_with_a_state_and_a_reason(self):
        paths = sorted(SAMPLES.glob("*.json"))
        self.assertGreater(len(paths), 40)
        for path in paths:
            with self.subTest(sample=path.name):
                self._deliver_all([path])
                self._process()
                updates = self._get_bot_updates()
                self.assertFalse(updates.filtered("error"), updates.mapped("error"))
                self.assertNotIn("pending", updates.mapped("state"))
                unfinished = updates.filtered(lambda u: u.state != "done")
                self.assertTrue(all(unfinished.mapped("reason")))

    def test_samples_together_are_processed_in_any_order(self):
        self._deliver_all(sorted(SAMPLES.glob("*.json"), reverse=True))
        self._process()
        self.assertFalse(self._get_bot_updates().filtered("error"))
        self.assertNotIn("pending", self._get_bot_updates().mapped("state"))

    def test_each_kind_of_message_is_shown(self):
        """Nothing that a person sent is an empty line."""
        self._deliver_all(sorted(SAMPLES.glob("*.json")))
        self._process()
        shown = self._get_bot_updates().mail_message_id
        self.assertGreater(len(shown), 20)
        for found in shown:
            self.assertTrue(found.body, found.messaging_part_ids.mapped("kind"))

    def test_a_wrong_secret_is_refused(self):
        body = self._body("Hello")
        self.assertEqual(self._deliver(body, secret="other")[0], 403)
        self.assertFalse(self._get_bot_updates())


@tagged("post_install", "-at_install")
class TestTelegramTalk(TelegramCase):
    """A talk with a customer, both ways, over HTTP."""

    def test_an_answer_goes_to_the_chat_and_shows_one_tick(self):
        answer = self._reply(self._receive(self._body("Hello")))
        self._send()
        [sent] = self.api.sent
        self.assertEqual(int(sent["chat_id"]), CUSTOMER_ID)
        self.assertEqual(sent["text"], "We look into it.")
        part = answer.messaging_part_ids
        self.assertEqual((part.state, part.without_receipts), ("sent", True))
        self.assertEqual(part.external_id, f"{CUSTOMER_ID}:1001")

    def test_a_reply_to_our_answer_is_quoted(self):
        answer = self._reply(self._receive(self._body("Hello")))
        self._send()
        replied = {
            "message_id": 1001,
            "date": 1764000000,
            "chat": {"id": CUSTOMER_ID, "type": "private"},
        }
        reply = self._receive(self._body("Thanks", reply_to_message=replied))
        self.assertEqual(reply.parent_id, answer)

    def test_an_album_arrives_with_its_pictures(self):
        self.api.files = {"one": PNG, "two": PNG}
        size = {"file_unique_id": "u", "width": 1, "height": 1}
        photos = [
            self._body(media_group_id="77", photo=[{"file_id": name, **size}])
            for name in ("one", "two")
        ]
        photos[1]["message"]["caption"] = "Both are broken"
        album = self._receive(*photos)
        self.assertEqual(len(album), 1)
        self._fetch()
        self.assertEqual(len(album.attachment_ids), 2)
        self.assertIn("Both are broken", album.body)
        self.assertNotIn("o-helpdesk-media", album.body)
        self.assertEqual(album.attachment_ids.mapped("name"), ["Photo.jpg"] * 2)

    def test_a_voice_message_can_be_played(self):
        self.api.files = {
            "voice": b"OggS\x00\x02" + b"\x00" * 22 + b"\x01\x13OpusHead" + b"\x00" * 40
        }
        voice = {"file_id": "voice", "file_unique_id": "v", "duration": 2}
        message = self._receive(self._body(voice={**voice, "mime_type": "audio/ogg"}))
        self._fetch()
        self.assertEqual(message.attachment_ids.mimetype, "audio/ogg")
        # sudo: discuss.voice.metadata - whether there is any
        self.assertTrue(message.attachment_ids.sudo().voice_ids)

    def test_moving_stickers_are_downloads(self):
        self.api.files = {
            "tgs": b"\x1f\x8b\x08\x00" + b"\x00" * 40,
            "webm": b"\x1aE\xdf\xa3" + b"\x00" * 40,
        }
        for name, flag in (("tgs", "is_animated"), ("webm", "is_video")):
            sticker = {"file_id": name, "file_unique_id": name, flag: True}
            message = self._receive(self._body(sticker=sticker))
            self._fetch()
            attachment = message.attachment_ids
            self.assertEqual(attachment.mimetype, "application/octet-stream")
            self.assertEqual(attachment.raw, self.api.files[name])

    def test_a_file_that_is_too_large_is_said_so(self):
        document = {
            "file_id": "big",
            "file_unique_id": "b",
            "file_name": "film.mp4",
            "file_size": 30 * 1024 * 1024,
        }
        message = self._receive(self._body(document=document))
        self._fetch()
        self.assertEqual(message.messaging_part_ids.media_ids.state, "failed")
        self.assertIn("not available", message.body)
        self.assertFalse(self._get_calls("getFile"))

    def test_a_pressed_button_is_acknowledged(self):
        self._receive(self._body("Hello"))
        press = {
            "update_id": 900,
            "callback_query": {
                "id": "4382000000000000001",
                "from": {"id": CUSTOMER_ID, "is_bot": False, "first_name": "Sara"},
                "message": {
                    "message_id": 1001,
                    "date": 1764000000,
                    "chat": {"id": CUSTOMER_ID, "type": "private"},
                    "reply_markup": {
                        "inline_keyboard": [[{"text": "Today", "callback_data": "t"}]]
                    },
                },
                "data": "t",
            },
        }
        message = self._receive(press)
        self.assertIn("Today", message.body)
        self._send()
        [call] = self._get_calls("answerCallbackQuery")
        self.assertEqual(call["callback_query_id"], "4382000000000000001")

    def test_who_types_is_seen(self):
        message = self._receive(self._body("Hello"))
        message.helpdesk_ticket_id.user_id = self.agent
        conversation = self.env["discuss.channel"].browse(message.res_id)
        members = conversation.channel_member_ids
        member = members.filtered(lambda m: m.partner_id == self.agent.partner_id)
        member.with_user(self.agent)._notify_typing(True)
        self._send()
        [call] = self._get_calls("sendChatAction")
        self.assertEqual(call["action"], "typing")

    def test_who_blocked_the_bot_is_told_apart_from_other_failures(self):
        message = self._receive(self._body("Hello"))
        self.api.refusal = (
            "sendMessage",
            403,
            "Forbidden: bot was blocked by the user",
        )
        part = self._reply(message).messaging_part_ids
        self._send()
        self.assertEqual((part.state, part.failure_reason), ("failed", "blocked_us"))
        self.assertTrue(self._get_customer().unreachable_since)

    def test_a_requests_button_goes_when_the_customer_wrote_something_else(self):
        message = self._receive(self._body("Hello"))
        conversation = self._get_customer().conversation_id
        part = OutContactRequest("May we have your number?")
        conversation.with_context(messaging_part=part)._helpdesk_post_outbound(
            author=self.company.partner_id, author_kind="automatic", body=part.body
        )
        replies = [self._reply(message)]
        message = self._receive(self._body("Why do you ask?"))
        replies += [self._reply(message), self._reply(message)]
        payloads = [reply.messaging_part_ids.payload for reply in replies]
        removed = [payload["remove_keyboard"] for payload in payloads]
        self.assertEqual(removed, [False, True, False])

    def test_keyboards_places_and_requests_leave(self):
        self._receive(self._body("Hello"))
        conversation = self._get_customer().conversation_id
        for part in (
            OutButtons("Which one?", (Button("a", "A"), Button("b", "B"))),
            OutContactRequest("May we have your number?"),
            OutLocation(30.5, 47.8),
        ):
            conversation.with_context(messaging_part=part)._helpdesk_post_outbound(
                author=self.company.partner_id,
                author_kind="automatic",
                body=getattr(part, "body", "Place"),
            )
        for _part in range(3):  # one at a time in the pace of a chat
            self._send()
        sent = self._get_outgoing(self._get_customer())
        self.assertEqual(sent.mapped("state"), ["sent"] * 3)
        markups = [json.dumps(body.get("reply_markup", "")) for body in self.api.sent]
        self.assertIn("callback_data", markups[0])
        self.assertIn("request_contact", markups[1])

    def test_a_picture_of_ours_leaves(self):
        message = self._receive(self._body("Hello"))
        message.helpdesk_ticket_id.user_id = self.agent
        file = (
            self.env["ir.attachment"]
            .with_user(self.agent)
            .create(
                {
                    "name": "photo.png",
                    "raw": PNG,
                    "mimetype": "image/png",
                    "res_model": "mail.compose.message",
                    "res_id": 0,
                }
            )
        )
        conversation = self.env["discuss.channel"].browse(message.res_id)
        answer = conversation.with_user(self.agent).message_post(
            body="This one",
            attachment_ids=file.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self._send()
        self.assertEqual(answer.sudo().messaging_state, "sent")
        self.assertEqual([name for name, _body in self.api.requests], ["sendPhoto"])
