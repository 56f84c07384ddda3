"""The customers' phones of ./dev smoke --all-channels: one class for each channel.

All can ``write``, send and ``get`` a picture, ``press`` a button that came, and
``refuse`` what is sent next.
"""

import importlib
import json
import secrets

import requests

from .fakes.telegram import Customer
from .fakes.whatsapp import bodies
from .parse import load_gateway
from .smoke_client import wait_for

builder = importlib.import_module(f"{load_gateway().__name__}.sandbox.builder")


class Phone:
    """:ivar name: of the customer, as the contact has it."""

    name = ""
    #: Whether the customer's app waits until a pressed button is acknowledged.
    acknowledges = False

    def find_texts(self):
        """Return the texts that came to the phone, in order."""
        raise NotImplementedError

    def find_pictures(self):
        """Return the contents of pictures that came to the phone."""
        raise NotImplementedError

    def wait_text(self, words):
        """Wait until a text arrives."""
        wait_for(
            lambda: any(words in text for text in self.find_texts()),
            f"{self.name}'s phone shows {words!r}",
        )

    def wait_picture(self):
        """Wait until a picture arrives; return its bytes."""
        found = wait_for(self.find_pictures, f"{self.name}'s phone shows a picture")
        return found[-1]


class WhatsAppPhone(Phone):
    """A customer of the local WhatsApp."""

    def __init__(self, fake):
        self.fake = fake
        self.customer = bodies.Customer("9647701112233", "Layla WhatsApp")
        self.name = self.customer.name

    def write(self, words):
        self.fake.deliver(bodies.text(self.customer, words))

    def send_picture(self, content, caption):
        self.fake.receive_file(
            self.customer, "image", content, "image/png", caption=caption
        )

    def find_texts(self):
        found = []
        for sent in list(self.fake.sent):
            content = sent.body.get(sent.type) or {}
            body = content.get("body", "")
            found.append(body["text"] if isinstance(body, dict) else body)
        return found

    def find_pictures(self):
        return [
            self.fake.state.media[sent.body["image"]["id"]].content
            for sent in list(self.fake.sent)
            if sent.type == "image"
        ]

    def press(self, title):
        sent = next(s for s in reversed(self.fake.sent) if s.type == "interactive")
        buttons = sent.body["interactive"]["action"]["buttons"]
        reply = next(b["reply"] for b in buttons if b["reply"]["title"] == title)
        self.fake.deliver(
            bodies.button_reply(self.customer, reply["id"], title, reply_to=sent.id)
        )

    def refuse(self, post):
        """Have what `post` sends refused."""
        self.fake.behave("fail", code=131026, to=f"+{self.customer.phone}")
        post()


class TelegramPhone(Phone):
    """A customer of the local Telegram."""

    acknowledges = True

    def __init__(self, fake):
        self.fake = fake
        self.customer = Customer(500000777, "Layla", "Telegram", "layla_t")
        self.name = "Layla Telegram"
        self.started = False

    def write(self, words):
        if not self.started:
            self.fake.people.start(self.customer)
            self.started = True
        return self.fake.people.text(self.customer, words)["message_id"]

    def send_picture(self, content, caption):
        self.fake.people.file(
            self.customer, "photo", content, mime_type="image/png", caption=caption
        )

    def find_texts(self):
        chat = self.fake.state.chats.get(self.customer.id)
        own = self.fake.bot.id
        messages = list(chat.messages.values()) if chat else []
        return [m.get("text", "") for m in messages if m["from"]["id"] == own]

    def find_pictures(self):
        return [
            self.fake.state.files[sent.result["photo"][-1]["file_id"]].content
            for sent in list(self.fake.sent)
            if "photo" in sent.result
        ]

    def press(self, title):
        self.fake.people.press(self.customer, title)

    def is_acknowledged(self):
        """Tell whether the app stopped waiting."""
        return all(press.answered is not None for press in self.fake.presses)

    def refuse(self, post):
        self.fake.behave("error", code=403, to=self.customer.id)
        post()


class SandboxPhone(Phone):
    """A test phone, by the routes that its page uses."""

    def __init__(self, url, facts):
        self.name = facts["phone_name"]
        self.page = f"{url}/messaging/phone"
        self.webhook = facts["webhook_url"]
        self.secret = facts["secret"]
        self.sender = builder.Sender(facts["account"], facts["phone_id"], self.name)
        self.session = requests.Session()
        self.session.headers["X-Phone-Token"] = facts["phone_url"].rpartition("#")[2]

    def _ask(self, route, values=None, **options):
        options.setdefault("data", json.dumps(values or {}))
        answer = self.session.post(f"{self.page}/{route}", timeout=30, **options)
        if answer.status_code != 200:
            raise RuntimeError(f"{route}: {answer.status_code} {answer.text[:200]}")
        return answer

    def _send(self, **values):
        self._ask("send", {**values, **new_reference()})

    def _find(self, report=True):
        """Return the messages that came to the phone.

        :param report: tell that they did.
        """
        messages = self._ask("sync", {"limit": 200}).json()["messages"]
        found = [message for message in messages if message["direction"] == "out"]
        new = [m["id"] for m in found if m["state"] == "accepted"]
        if new and report:  # as the page does: what follows a file waits for that
            self._ask("receipts", {"state": "delivered", "messages": new})
        return found

    def write(self, words):
        self._send(type="text", text=words)

    def send_picture(self, content, caption):
        self._ask(
            "file",
            data={"values": json.dumps({"text": caption, **new_reference()})},
            files={"file": ("picture.png", content, "image/png")},
        )

    def find_texts(self):
        return [message.get("text") or "" for message in self._find()]

    def find_pictures(self):
        return [
            self._ask(f"media/{message['id']}").content
            for message in self._find()
            if (message.get("file") or {}).get("kind") == "image"
        ]

    def press(self, title):
        message = next(m for m in reversed(self._find()) if m.get("buttons"))
        button = next(b for b in message["buttons"] if b["title"] == title)
        self._send(type="button", part=message["id"], payload=button["payload"])

    def refuse(self, post):
        """The phone has no way to refuse: its channel tells of a failure later."""
        before = {message["external_id"] for message in self._find()}
        post()
        (external_id,) = wait_for(
            lambda: {m["external_id"] for m in self._find(report=False)} - before,
            "the message to refuse",
        )
        body = builder.build_status(
            self.sender, external_id, "failed", error="The phone is switched off"
        )
        headers = builder.signed_headers(body, self.secret)
        requests.post(self.webhook, body, headers=headers, timeout=30)


def new_reference():
    """As the page gives one to what it sends: a repeated request is the same."""
    return {"reference": secrets.token_hex(8)}
