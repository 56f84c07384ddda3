"""The app's own gateway and the fake Telegram, both ways over real HTTP."""

import json

from whatsapp_helpdesk.gateway import outgoing
from whatsapp_helpdesk.gateway.errors import GatewayError, Retry
from whatsapp_helpdesk.gateway.provider import Credentials, Upload
from whatsapp_helpdesk.gateway.telegram.provider import TelegramProvider
from whatsapp_helpdesk.gateway.updates import Address, AddressKind, Kind

from ..fakes.telegram import Customer
from ..fakes.telegram.people import JPEG
from .test_fake_telegram import SECRET, FakeCase

ANN = Customer(500000001, "Ann é 😀", username="ann")
TO = (Address(AddressKind.USER_ID, str(ANN.id)),)


class GatewayCase(FakeCase):
    def setUp(self):
        super().setUp()
        self.gateway = self.make(self.fake.bot.token)

    def make(self, token):
        credentials = Credentials(
            str(self.fake.bot.id), token, (SECRET,), base_url=self.fake.url
        )
        provider = TelegramProvider(credentials)
        self.addCleanup(provider.transport.close)
        return provider


class TestSending(GatewayCase):
    def setUp(self):
        super().setUp()
        self.first = self.people.start(ANN)

    def send(self, part, **more):
        return self.gateway.send(TO, part, **more)

    def test_every_part_is_accepted(self):
        button = outgoing.Button("!ask:1:yes::abc", "Yes")
        row = outgoing.Row("r1", "One", "the first", "All")
        for part in (
            outgoing.OutText("Hello *bold* 😀 _x_\n> quote\n```\ncode\n```"),
            outgoing.OutText("Bye", remove_keyboard=True),
            outgoing.OutButtons("Which?", (button,), "Head", "Foot"),
            outgoing.OutList("Which?", "Open", (row,)),
            outgoing.OutLink("Look", "Open", "https://lamps.example/"),
            outgoing.OutLocation(31.95, 35.91),
            outgoing.OutLocation(31.95, 35.91, "Shop", "Main street"),
            outgoing.OutContact("Amir", ("+962700000034",), ("a@b.example",)),
            outgoing.OutContactRequest("Your number?"),
            outgoing.OutLocationRequest("Where?"),
        ):
            with self.subTest(part.kind):
                before = len(self.fake.sent)
                sent = self.send(part)
                self.assertTrue(sent.external_id.startswith(f"{ANN.id}:"))
                self.assertEqual(len(self.fake.sent), before + 1)

    def test_formatting_is_what_the_customer_sees(self):
        self.send(outgoing.OutText("😀 *bold*"))
        values = self.fake.sent[-1].values
        self.assertEqual(values["text"], "😀 bold")
        entity = {"type": "bold", "offset": 3, "length": 4}
        self.assertEqual(values["entities"], [entity])

    def test_files_of_every_kind(self):
        for media_type, mime in (
            ("image", "image/jpeg"),
            ("video", "video/mp4"),
            ("audio", "audio/mpeg"),
            ("document", "application/pdf"),
            ("sticker", "image/webp"),
        ):
            caption = "" if media_type == "sticker" else "See *this*"
            part = outgoing.OutMedia(media_type, mime, "ملف é.bin", caption)
            with self.subTest(media_type):
                upload = Upload(JPEG, mime, "ملف é.bin")
                self.assertTrue(self.send(part, upload=upload).external_id)
        voice = outgoing.OutMedia("audio", "audio/ogg", "v.ogg", voice=True)
        self.send(voice, upload=Upload(b"OggS" + b"0" * 40, "audio/ogg"))
        self.assertEqual(len(self.fake.sent), 6)

    def test_a_reply_quotes(self):
        number = self.first["message_id"]
        self.send(outgoing.OutText("Yes"), reply_to=f"{ANN.id}:{number}")
        quoted = self.fake.sent[-1].values["reply_parameters"]
        self.assertEqual(quoted["message_id"], number)

    def test_a_reaction_and_typing(self):
        target = f"{ANN.id}:{self.first['message_id']}"
        self.send(outgoing.OutReaction(target, "👍"))
        self.gateway.mark_read(target, typing=True)
        self.assertEqual(self.fake.state.actions[-1]["action"], "typing")

    def test_refusals(self):
        cases = (
            ({"code": 403}, "blocked_us", Retry.NEVER),
            ({"code": 429, "retry_after": 5}, "throttled", Retry.SOON),
            ({"code": 401}, "token", Retry.STOP_ACCOUNT),
            ({"code": 400}, "recipient", Retry.NEVER),
            ({"code": 409}, "account", Retry.SLOW),
            ({"code": 500}, "server", Retry.SOON),
        )
        for order, reason, retry in cases:
            self.fake.behave("error", to=ANN.id, **order)
            with self.subTest(reason), self.assertRaises(GatewayError) as caught:
                self.send(outgoing.OutText("x"))
            error = caught.exception
            self.assertEqual((error.reason, error.retry), (reason, retry))
            self.assertNotIn(self.fake.bot.token, str(error))

    def test_who_blocks_and_who_never_wrote(self):
        self.people.block(ANN)
        with self.assertRaises(GatewayError) as caught:
            self.send(outgoing.OutText("x"))
        self.assertEqual(caught.exception.reason, "blocked_us")
        stranger = (Address(AddressKind.USER_ID, "500000099"),)
        with self.assertRaises(GatewayError) as caught:
            self.gateway.send(stranger, outgoing.OutText("x"))
        self.assertEqual(caught.exception.reason, "recipient")


class TestReading(GatewayCase):
    def setUp(self):
        super().setUp()
        self.gateway.set_webhook(self.hook, SECRET)

    def read(self):
        """Everything delivered so far, as the gateway reads it."""
        self.fake.settle()
        found = []
        for values in self.inbox.updates:
            found += TelegramProvider.parse(json.dumps(values).encode())
        return found

    def test_what_a_customer_does(self):
        self.people.start(ANN, "join-AbC")
        hello = self.people.text(ANN, "Hello 😀")
        self.people.edit(ANN, hello["message_id"], "Hello!")
        self.people.file(ANN, "photo", caption="See")
        self.people.album(ANN, caption="Both")
        self.people.location(ANN, 1.5, 2.5)
        self.people.contact(ANN, "33639980011", own=True)
        self.people.contact(ANN, "33639980012")
        self.people.block(ANN)
        self.people.unblock(ANN)
        self.people.group(ANN, "Hi all")
        found = self.read()
        kinds = [update.kind for update in found]
        self.assertEqual(kinds.count(Kind.IDENTITY), 2)
        self.assertEqual(kinds.count(Kind.EDIT), 1)
        self.assertEqual(kinds.count(Kind.GROUP), 1)
        self.assertEqual(kinds.count(Kind.MESSAGE), 8)
        links = [update.deep_link for update in found if update.deep_link]
        self.assertEqual(links, ["join-AbC"])
        cards = [update.contacts[0].own for update in found if update.contacts]
        self.assertEqual(cards, [True, False])
        albums = [update.album for update in found if update.album]
        self.assertEqual((len(albums), len(set(albums))), (2, 1))

    def test_a_pressed_button_comes_back_and_is_acknowledged(self):
        self.people.start(ANN)
        payload = "!ask:1k:yes:7aa:c2lnbmF0dXJl"
        part = outgoing.OutButtons("Which?", (outgoing.Button(payload, "Yes"),))
        sent = self.gateway.send(TO, part)
        self.people.press(ANN, "Yes")
        press = self.read()[-1]
        self.assertEqual((press.button.payload, press.text), (payload, "Yes"))
        self.assertEqual(press.reply_to, sent.external_id)
        self.gateway.acknowledge(press.acknowledge)
        self.assertTrue(self.fake.presses[0].answered)

    def test_files_are_fetched(self):
        self.people.file(ANN, "document", b"%PDF-1", name="a.pdf")
        (ref,) = self.read()[0].media
        blob = self.gateway.fetch_media(ref, max_size=100)
        self.assertEqual((blob.content, blob.filename), (b"%PDF-1", "a.pdf"))
        with self.assertRaises(GatewayError) as caught:
            self.gateway.fetch_media(ref, max_size=3)
        self.assertEqual(caught.exception.reason, "media")


class TestSetUp(GatewayCase):
    def test_from_token_to_webhook(self):
        number = self.gateway.get_number()
        self.assertEqual(number.id, str(self.fake.bot.id))
        found = {check.code: check for check in self.gateway.check_setup(self.hook)}
        self.assertEqual(found["webhook"].detail, "absent")
        self.gateway.set_webhook(self.hook, SECRET)
        checks = self.gateway.check_setup(self.hook)
        self.assertEqual([check.ok for check in checks], [True] * 3)
        self.gateway.remove_webhook()
        self.assertEqual(self.gateway.probe()["problems"], ["webhook_absent"])

    def test_failing_deliveries_are_seen(self):
        self.gateway.set_webhook(self.hook, SECRET)
        self.inbox.refuse = 1
        self.people.text(ANN, "x")
        self.fake.settle()
        found = {check.code: check for check in self.gateway.check_setup(self.hook)}
        self.assertEqual(found["deliveries"].detail, "failing")

    def test_another_token(self):
        wrong = self.make("7700000001:" + "x" * 35)
        self.assertFalse(wrong.get_token().valid)
