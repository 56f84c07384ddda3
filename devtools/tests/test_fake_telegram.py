"""The fake Telegram provider over real HTTP: what the Bot API answers and delivers."""

import http.server
import json
import threading
import unittest
import urllib.error
import urllib.request

from ..fakes.telegram import Customer, FakeTelegram
from ..fakes.telegram.people import JPEG

SECRET = "secret_token-1"
ANN = Customer(500000001, "Ann é 😀", username="ann")
BEN = Customer(500000002, "Ben")
BUTTONS = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}


class Receiver(http.server.BaseHTTPRequestHandler):
    """Stands for our webhook."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        given = self.headers["X-Telegram-Bot-Api-Secret-Token"]
        status = 200
        if self.server.refuse:
            self.server.refuse -= 1
            status = 503
        elif given != SECRET:
            status = 403
        else:
            self.server.updates.append(json.loads(body))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


class FakeCase(unittest.TestCase):
    def setUp(self):
        self.inbox = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.inbox.daemon_threads = True
        self.inbox.updates, self.inbox.refuse = [], 0
        thread = threading.Thread(target=self.inbox.serve_forever, args=(0.02,))
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.inbox.server_close)
        self.addCleanup(self.inbox.shutdown)
        self.hook = f"http://127.0.0.1:{self.inbox.server_port}/hook"
        self.fake = FakeTelegram()
        self.fake.__enter__()
        self.addCleanup(self.fake.__exit__, None, None, None)
        self.people = self.fake.people

    def post(self, path, values=None):
        """Return status and body of a JSON request."""
        request = urllib.request.Request(
            self.fake.url + path,
            json.dumps(values or {}).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def call(self, method, token=None, **values):
        return self.post(f"/bot{token or self.fake.bot.token}/{method}", values)

    def result(self, method, **values):
        status, answer = self.call(method, **values)
        self.assertEqual((status, answer["ok"]), (200, True), answer)
        return answer["result"]

    def assertRefused(self, code, words, method, **values):
        status, answer = self.call(method, **values)
        self.assertEqual((status, answer["ok"]), (code, False), answer)
        self.assertIn(words, answer["description"])
        return answer.get("parameters", {})

    def subscribe(self, **more):
        self.result("setWebhook", url=self.hook, secret_token=SECRET, **more)

    def received(self):
        self.assertTrue(self.fake.settle())
        return self.inbox.updates


class TestWebhook(FakeCase):
    def test_updates_wait_until_a_webhook_is_set(self):
        self.people.start(ANN)
        self.assertEqual(self.result("getWebhookInfo")["pending_update_count"], 1)
        self.subscribe()
        (update,) = self.received()
        self.assertEqual(update["message"]["text"], "/start")
        self.assertEqual(self.result("getWebhookInfo")["pending_update_count"], 0)

    def test_a_refused_update_comes_again_in_its_order(self):
        self.inbox.refuse = 2
        self.subscribe()
        for number in range(3):
            self.people.text(ANN, str(number))
        texts = [update["message"]["text"] for update in self.received()]
        self.assertEqual(texts, ["0", "1", "2"])
        info = self.result("getWebhookInfo")
        self.assertIn("503", info["last_error_message"])

    def test_a_wrong_secret_is_told_by_the_info(self):
        self.fake.set_webhook(self.hook, "other")
        self.people.text(ANN, "hello")
        self.assertFalse(self.fake.settle(0.1))
        info = self.result("getWebhookInfo")
        self.assertEqual(info["pending_update_count"], 1)
        self.assertIn("403", info["last_error_message"])

    def test_only_kinds_that_were_asked_for(self):
        self.subscribe(allowed_updates=["message"])
        self.people.text(ANN, "hello")
        self.people.block(ANN)
        self.assertEqual([set(u) for u in self.received()], [{"update_id", "message"}])
        self.subscribe()  # left out: as before
        self.assertEqual(self.result("getWebhookInfo")["allowed_updates"], ["message"])

    def test_each_update_may_come_twice(self):
        self.subscribe()
        self.fake.courier.repeat = 2
        self.people.text(ANN, "hello")
        first, second = self.received()
        self.assertEqual(first, second)

    def test_addresses_and_secrets_are_checked(self):
        for url, words in (
            ("http://example.com/hook", "HTTPS"),
            ("https://example.com:8069/hook", "ports"),
        ):
            self.assertRefused(400, words, "setWebhook", url=url)
        self.assertRefused(
            400, "secret token", "setWebhook", url=self.hook, secret_token="a b"
        )

    def test_updates_cannot_be_fetched_beside_a_webhook(self):
        self.people.text(ANN, "hello")
        (update,) = self.result("getUpdates")
        self.assertEqual(self.result("getUpdates", offset=update["update_id"] + 1), [])
        self.subscribe()
        self.assertRefused(409, "webhook is active", "getUpdates")
        self.result("deleteWebhook")
        self.assertEqual(self.result("getWebhookInfo")["url"], "")

    def test_tokens(self):
        self.assertEqual(self.result("getMe")["id"], self.fake.bot.id)
        self.assertEqual(self.call("getMe", token="1:" + "x" * 30)[0], 401)
        self.assertEqual(self.call("getMe", token="nonsense")[0], 404)
        self.assertRefused(404, "method not found", "sendNothing")
        self.fake.state.revoked = True
        self.assertRefused(401, "Unauthorized", "getMe")


class TestCustomer(FakeCase):
    def setUp(self):
        super().setUp()
        self.subscribe()

    def test_an_album_is_several_updates_with_one_caption(self):
        self.people.album(ANN, [JPEG, JPEG + b"2", JPEG + b"3"], caption="broken")
        messages = [update["message"] for update in self.received()]
        self.assertEqual(len({message["media_group_id"] for message in messages}), 1)
        self.assertEqual([m.get("caption") for m in messages], ["broken", None, None])

    def test_a_file_is_fetched_by_a_path_that_ends(self):
        self.people.file(ANN, "voice", b"OggS", mime_type="audio/ogg")
        voice = self.received()[0]["message"]["voice"]
        path = self.result("getFile", file_id=voice["file_id"])["file_path"]
        url = f"{self.fake.url}/file/bot{self.fake.bot.token}/{path}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            self.assertEqual(answer.read(), b"OggS")
        self.fake.clock.forward(3601)
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(url, timeout=10)
        caught.exception.close()
        self.assertRefused(400, "invalid file_id", "getFile", file_id="nothing")

    def test_a_press_waits_for_its_answer(self):
        self.people.start(ANN)
        self.result("sendMessage", chat_id=ANN.id, text="Sure?", reply_markup=BUTTONS)
        press_id = self.people.press(ANN, "Yes")["callback_query_id"]
        query = self.received()[-1]["callback_query"]
        self.assertEqual((query["id"], query["data"]), (press_id, "y"))
        self.assertIsNone(self.fake.presses[0].answered)
        self.result("answerCallbackQuery", callback_query_id=press_id)
        self.assertIsNotNone(self.fake.presses[0].answered)
        self.fake.clock.forward(1000)
        self.assertRefused(
            400, "too old", "answerCallbackQuery", callback_query_id=press_id
        )

    def test_edit_keeps_the_id(self):
        number = self.people.text(ANN, "helo")["message_id"]
        self.people.edit(ANN, number, "hello")
        edited = self.received()[-1]["edited_message"]
        self.assertEqual((edited["message_id"], edited["text"]), (number, "hello"))
        self.assertIn("edit_date", edited)

    def test_own_and_foreign_cards(self):
        self.people.contact(ANN, "+9647701234567", own=True)
        self.people.contact(ANN, "+9647700000000", "Aunt")
        cards = [update["message"]["contact"] for update in self.received()]
        self.assertEqual([card.get("user_id") for card in cards], [ANN.id, None])

    def test_blocking_is_told_and_refuses(self):
        self.people.start(ANN)
        self.people.block(ANN)
        member = self.received()[-1]["my_chat_member"]
        self.assertEqual(member["new_chat_member"]["status"], "kicked")
        words = "blocked by the user"
        self.assertRefused(403, words, "sendMessage", chat_id=ANN.id, text="Hello")
        self.people.unblock(ANN)
        self.result("sendMessage", chat_id=ANN.id, text="Hello")
        self.assertEqual(len(self.fake.sent), 1)


class TestSending(FakeCase):
    def setUp(self):
        super().setUp()
        self.people.start(ANN)

    def send(self, **values):
        return self.result("sendMessage", chat_id=ANN.id, **values)

    def assertTextRefused(self, words, **values):
        values = {"chat_id": ANN.id, "text": "x", **values}
        return self.assertRefused(400, words, "sendMessage", **values)

    def test_strangers_and_deleted_accounts(self):
        self.assertTextRefused("chat not found", chat_id=BEN.id)
        self.fake.state.chat_of(BEN)
        values = {"chat_id": BEN.id, "text": "Hello"}
        self.assertRefused(403, "can't initiate", "sendMessage", **values)
        self.people.deactivate(ANN)
        values = {"chat_id": ANN.id, "text": "Hello"}
        self.assertRefused(403, "deactivated", "sendMessage", **values)

    def test_the_length_of_a_text(self):
        self.send(text="😀" * 2048)
        self.assertTextRefused("too long", text="😀" * 2048 + "x")
        self.assertTextRefused("empty", text=" ")

    def test_markup(self):
        sent = self.send(text="<b>a</b> &lt; b", parse_mode="HTML")
        self.assertEqual(sent["text"], "a < b")
        for text in ("<b>a", "<x>a</x>", "a < b"):
            self.assertTextRefused("can't parse", text=text, parse_mode="HTML")
        self.assertTextRefused("reserved", text="Hi!", parse_mode="MarkdownV2")

    def test_buttons(self):
        rows = [[{"text": "Yes", "callback_data": "ü" * 33}]]
        self.assertTextRefused(
            "BUTTON_DATA_INVALID", reply_markup={"inline_keyboard": rows}
        )
        rows = [[{"text": "Yes", "callback_data": "ü" * 32}]]
        self.send(text="x", reply_markup={"inline_keyboard": rows})
        self.send(text="x", reply_markup={"keyboard": [[{"text": "Share"}]]})

    def test_replies(self):
        number = self.send(text="first")["message_id"]
        sent = self.send(text="second", reply_parameters={"message_id": number})
        self.assertEqual(sent["reply_to_message"]["text"], "first")
        wanted = {"message_id": number + 999}
        self.assertTextRefused("to be replied not found", reply_parameters=wanted)
        wanted["allow_sending_without_reply"] = True
        self.send(text="x", reply_parameters=wanted)

    def test_own_messages_are_edited_and_deleted(self):
        number = self.send(text="first")["message_id"]
        values = {"chat_id": ANN.id, "message_id": number}
        self.result("editMessageText", text="changed", **values)
        words = "not modified"
        self.assertRefused(400, words, "editMessageText", text="changed", **values)
        self.result("deleteMessage", **values)
        words = "to edit not found"
        self.assertRefused(400, words, "editMessageText", text="again", **values)

    def test_albums_have_two_to_ten_files(self):
        found = self.fake.state.add_file("photo", JPEG)
        item = {"type": "photo", "media": found.id}
        sent = self.result("sendMediaGroup", chat_id=ANN.id, media=[item, item])
        self.assertEqual(len(sent), 2)
        words = "2 to 10"
        self.assertRefused(
            400, words, "sendMediaGroup", chat_id=ANN.id, media=[item] * 11
        )

    def test_ordered_errors(self):
        self.fake.behave("error", code=429, retry_after=7)
        values = {"chat_id": ANN.id, "text": "x"}
        wait = self.assertRefused(429, "retry after 7", "sendMessage", **values)
        self.assertEqual(wait, {"retry_after": 7})
        self.fake.behave("error", code=400, migrate_to=-1001, to=ANN.id)
        moved = self.assertTextRefused("upgraded")
        self.assertEqual(moved, {"migrate_to_chat_id": -1001})
        self.fake.behave("error", code=500, to=BEN.id)
        self.send(text="not for Ann")

    def test_a_hidden_success(self):
        self.fake.behave("http", status=502, body="<html>", accepted=True)
        url = f"/bot{self.fake.bot.token}/sendMessage"
        with self.assertRaises(json.JSONDecodeError):
            self.post(url, {"chat_id": ANN.id, "text": "x"})
        self.assertEqual(len(self.fake.sent), 1)


class TestControl(FakeCase):
    def control(self, name, **values):
        status, answer = self.post(f"/_control/{name}", values)
        self.assertEqual(status, 200, answer)
        return answer

    def test_a_customer_from_another_process(self):
        self.control("webhook", url=self.hook, secret_token=SECRET)
        self.control("start", payload="code")
        number = self.control("text", text="hello")["message_id"]
        self.control("text", text="and", reply_to=number)
        for name, values in (
            ("file", {"kind": "sticker"}),
            ("album", {"count": 2}),
            ("location", {"title": "Home", "address": "1 Palm Street"}),
            ("contact", {"phone": "+9647701234567", "own": True}),
            ("edit", {"message_id": number, "text": "hello!"}),
            ("group", {"text": "hi all"}),
            ("block", {}),
            ("unblock", {}),
        ):
            with self.subTest(name):
                self.assertTrue(self.control(name, **values)["delivered"])
        updates = self.received()
        self.assertEqual(len(updates), 12)
        self.assertEqual(updates[0]["message"]["text"], "/start code")
        self.assertEqual(updates[2]["message"]["reply_to_message"]["text"], "hello")

    def test_a_press_and_what_was_sent(self):
        self.control("start")
        self.result("sendMessage", chat_id=ANN.id, text="Sure?", reply_markup=BUTTONS)
        self.control("press", button="Yes")
        url = f"{self.fake.url}/_control/presses"
        with urllib.request.urlopen(url, timeout=10) as answer:
            self.assertEqual(json.loads(answer.read())[0]["data"], "y")

    def test_what_does_not_exist_is_an_answer(self):
        self.assertEqual(self.post("/_control/nothing")[0], 404)
        self.assertEqual(self.post("/_control/press")[0], 400)
        self.assertEqual(self.post("/_control/behave", {"action": "sing"})[0], 400)
