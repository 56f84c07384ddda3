"""The app's own gateway and the fake Telegram provider, over real HTTP."""

from whatsapp_helpdesk.gateway.errors import GatewayError, Retry
from whatsapp_helpdesk.gateway.outgoing import Button, OutButtons, OutMedia, OutText
from whatsapp_helpdesk.gateway.provider import Credentials, Upload
from whatsapp_helpdesk.gateway.telegram.provider import TelegramProvider
from whatsapp_helpdesk.gateway.transport import Transport
from whatsapp_helpdesk.gateway.updates import Address, AddressKind, Scope

from ..fakes.telegram import bodies
from ..fakes.telegram.people import JPEG
from .test_fake_telegram import ANN, BEN, SECRET, FakeCase

CHAT = Address(AddressKind.USER_ID, str(ANN.id), Scope.ACCOUNT)


class TestProvider(FakeCase):
    def setUp(self):
        super().setUp()
        bot = self.fake.bot
        transport = Transport((), base_url_override=self.fake.url)
        self.addCleanup(transport.close)
        credentials = Credentials(str(bot.id), bot.token, (SECRET,), self.fake.url)
        self.provider = TelegramProvider(credentials, transport)
        self.people.start(ANN)

    def parsed(self):
        """What the gateway reads in everything that was delivered."""
        return [
            update
            for body in self.received()
            for update in self.provider.parse(bodies.encode(body))
        ]

    def assertRefused(self, reason, retry=None):
        with self.assertRaises(GatewayError) as caught:
            self.provider.send([CHAT], OutText("Hello"))
        self.assertEqual(caught.exception.reason, reason, caught.exception)
        if retry:
            self.assertEqual(caught.exception.retry, retry)
        return caught.exception

    def test_a_text_arrives_as_it_was_written(self):
        result = self.provider.send([CHAT], OutText("1 < 2 & <b>&amp;"))
        sent = self.fake.sent[-1]
        self.assertEqual(result.external_id, sent.external_id)
        self.assertEqual(sent.result["text"], "1 < 2 & <b>&amp;")

    def test_a_picture_arrives_whole(self):
        part = OutMedia("image", "image/jpeg", "a.jpg", caption="this one")
        self.provider.send([CHAT], part, upload=Upload(JPEG, "image/jpeg", "a.jpg"))
        photo = self.fake.sent[-1].result["photo"][-1]
        self.assertEqual(self.fake.state.files[photo["file_id"]].content, JPEG)

    def test_a_pressed_button_is_read_and_acknowledged(self):
        self.subscribe()
        part = OutButtons("Sure?", (Button("y:1", "Yes"), Button("n:1", "No")))
        self.provider.send([CHAT], part)
        self.people.press(ANN, "Yes")
        update = self.parsed()[-1]
        self.assertEqual((update.button.payload, update.button.title), ("y:1", "Yes"))
        self.provider.acknowledge(update.acknowledge)
        self.assertIsNotNone(self.fake.presses[0].answered)

    def test_a_file_of_the_customer_is_fetched(self):
        self.subscribe()
        self.people.file(ANN, "voice", b"OggS" + b"x" * 40, mime_type="audio/ogg")
        (ref,) = self.parsed()[-1].media
        blob = self.provider.fetch_media(ref, max_size=1000)
        self.assertEqual(blob.content, b"OggS" + b"x" * 40)

    def test_every_act_of_a_customer_is_read(self):
        self.subscribe()
        number = self.people.text(ANN, "hello")["message_id"]
        self.people.album(ANN)
        self.people.location(ANN, 33.3, 44.4, title="Home", address="1 Palm Street")
        self.people.contact(ANN, "+9647701234567", own=True)
        self.people.edit(ANN, number, "hello!")
        self.people.block(ANN)
        self.people.unblock(ANN)
        self.people.group(ANN, "hi all")
        kinds = {update.kind.value for update in self.parsed()}
        self.assertFalse(kinds & {"malformed", "unknown", "unsupported"}, kinds)

    def test_who_blocked_the_bot(self):
        self.people.block(ANN)
        self.assertRefused("blocked_us", Retry.NEVER)

    def test_a_stranger_is_no_recipient(self):
        wrong = Address(AddressKind.USER_ID, str(BEN.id), Scope.ACCOUNT)
        with self.assertRaises(GatewayError) as caught:
            self.provider.send([wrong], OutText("Hello"))
        self.assertEqual(caught.exception.retry, Retry.NEVER)

    def test_throttled_with_its_wait(self):
        self.fake.behave("error", code=429, retry_after=7)
        self.assertEqual(self.assertRefused("throttled").retry_after, 7)

    def test_a_revoked_token_stops_the_account(self):
        self.fake.state.revoked = True
        self.assertRefused("token", Retry.STOP_ACCOUNT)

    def test_no_answer_leaves_a_send_in_doubt(self):
        self.fake.behave("reset", accepted=True)
        with self.assertRaises(GatewayError) as caught:
            self.provider.send([CHAT], OutText("Hello"))
        self.assertEqual(caught.exception.retry, Retry.IN_DOUBT)
        self.assertEqual(len(self.fake.sent), 1)
