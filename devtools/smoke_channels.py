"""Every channel's main job over real HTTP: ./dev smoke --all-channels.

The same steps for each: text in and answered, a picture both ways, buttons sent and
pressed, and a refusal that the agent sees with its sentence. Then what only one has.
"""

import base64
import time
from contextlib import ExitStack

from .console import Problem
from .database import Databases
from .fakes.telegram import FakeTelegram
from .fakes.telegram.people import JPEG
from .fakes.whatsapp import FakeWhatsApp
from .paths import DEVTOOLS
from .postgres import free_port
from .server import OdooServer
from .smoke import PNG, TOKEN, check
from .smoke_client import Agent, wait_for
from .smoke_phones import SandboxPhone, TelegramPhone, WhatsAppPhone

SETUP = DEVTOOLS / "smoke_channels_setup.py"
FIELDS = ["id", "user_id", "conversation_id"]
#: What a step that does not hold raises.
FAILURES = (Problem, RuntimeError, OSError, LookupError, TypeError, ValueError)


class Walk:
    """The steps of one channel.

    :param Agent agent: who answers
    :param Phone phone: of the customer
    """

    def __init__(self, channel, agent, admin, phone, facts):
        self.channel = channel
        self.agent = agent
        self.admin = admin
        self.phone = phone
        self.facts = facts
        self.conversation = 0

    def get_steps(self):
        """Return what to do, as (title, method)."""
        return [
            ("a message becomes a ticket with an agent", self.receive),
            ("the answer reaches the phone", self.answer),
            ("a picture comes in", self.picture_in),
            ("a picture goes out", self.picture_out),
            ("buttons are sent, one is pressed", self.button),
            ("a refusal is shown with its sentence", self.refusal),
        ]

    # -- helpers ---------------------------------------------------------------------

    def find_messages(self, words, **values):
        """Return the conversation's messages with some words."""
        domain = [
            ["model", "=", "discuss.channel"],
            ["res_id", "=", self.conversation],
            ["body", "ilike", words],
            *([name, "=", value] for name, value in values.items()),
        ]
        names = ["id", "body", "messaging_state", "attachment_ids", "author_id"]
        return self.agent.orm("mail.message", "search_read", domain, names)

    def wait_message(self, words, **values):
        """Wait until a message is there; return it."""
        found = wait_for(lambda: self.find_messages(words, **values), f"{words!r}")
        check(len(found) == 1, f"{words!r} is there {len(found)} times")
        return found[0]

    def wait_failure(self, words):
        """Wait until a message failed; return the sentence that says why."""

        def probe():
            found = self.find_messages(words)
            return found and found[0]["messaging_state"] == "failed"

        wait_for(probe, f"{words!r} fails")
        message = self.find_messages(words)[0]
        domain = [["mail_message_id", "=", message["id"]]]
        parts = self.admin.orm(
            "messaging.message", "search_read", domain, ["failure_text"]
        )
        return parts[0]["failure_text"]

    # -- steps -----------------------------------------------------------------------

    def receive(self):
        """The first message of a new customer."""
        self.phone.write("Hello, where is my order?")
        domain = [
            ["partner_id.name", "=", self.phone.name],
            ["user_id", "!=", False],
        ]

        def probe():
            return self.agent.orm("helpdesk.ticket", "search_read", domain, FIELDS)

        ticket = wait_for(probe, "a ticket")[0]
        self.conversation = ticket["conversation_id"][0]
        self.wait_message("where is my order")

    def answer(self):
        self.agent.reply(self.conversation, "It left us yesterday. سنجيبك")
        self.phone.wait_text("It left us yesterday. سنجيبك")

    def picture_in(self):
        self.phone.send_picture(PNG, "the broken part")

        def probe():
            found = self.find_messages("the broken part")
            return found and found[0]["attachment_ids"]

        (attachment,) = wait_for(probe, "the picture")
        fields = ["mimetype", "file_size"]
        found = self.agent.orm("ir.attachment", "read", [attachment], fields)[0]
        check(found["mimetype"] == "image/png", found)
        check(found["file_size"] == len(PNG), found)

    def picture_out(self):
        values = {
            "name": "map.png",
            "datas": base64.b64encode(PNG).decode(),
            "res_model": "mail.compose.message",
            "res_id": 0,
        }
        attachment = self.agent.orm("ir.attachment", "create", values)
        self.agent.reply(self.conversation, "See here", attachment_ids=[attachment])
        check(self.phone.wait_picture() == PNG, "another picture arrived")

    def button(self):
        self.admin.orm(
            "ir.actions.server",
            "run",
            [self.facts["ask"]],
            context={"smoke_conversation": self.conversation},
        )
        self.phone.wait_text("Did it help?")
        self.phone.press("Yes")
        self.wait_message("Yes", messaging_direction="in")
        if self.phone.acknowledges:
            wait_for(self.phone.is_acknowledged, "the press is acknowledged")

    def refusal(self):
        words = "this one is refused"
        self.phone.refuse(lambda: self.agent.reply(self.conversation, words))
        sentence = self.wait_failure(words)
        check(sentence and len(sentence) > 15, f"no sentence: {sentence!r}")


class TelegramWalk(Walk):
    """What the wizard does, albums, edits, blocking."""

    def __init__(self, *args, fake):
        super().__init__(*args)
        self.fake = fake

    def get_steps(self):
        return [
            ("the wizard connects the bot and sets its webhook", self.connect),
            *super().get_steps()[:-1],
            ("an album is one message", self.album),
            ("an edit changes the message", self.edit),
            *super().get_steps()[-1:],
            ("a customer who blocked the bot is not written to", self.block),
            ("after unblocking the answer arrives", self.unblock),
        ]

    def connect(self):
        """As an administrator: paste the token, see the tests, choose the team."""
        setup = self.admin.orm("messaging.setup", "create", {})
        self.admin.orm(
            "messaging.setup",
            "action_choose_channel",
            [setup],
            context={"setup_channel": self.channel},
        )
        values = {"base_url": self.fake.url, "access_token": self.fake.bot.token}
        self.admin.orm("messaging.setup", "write", [setup], values)
        self.admin.orm("messaging.setup", "action_next", [setup])
        info = self.fake.webhook_info()
        if not info["url"]:
            self.admin.orm("messaging.setup", "action_set_webhook", [setup])
            info = self.fake.webhook_info()
        check("/messaging/webhook/" in info["url"], info)
        check(self.fake.state.webhook.secret_token, "a webhook without secret")
        self.admin.orm("messaging.setup", "action_next", [setup])
        values = {"team_id": self.facts["team"]}
        self.admin.orm("messaging.setup", "write", [setup], values)
        self.admin.orm("messaging.setup", "action_next", [setup])
        step = self.admin.orm("messaging.setup", "read", [setup], ["step"])[0]["step"]
        check(step == "done", f"the wizard stays at {step}")

    def album(self):
        contents = [JPEG + bytes([number]) for number in range(3)]
        self.fake.people.album(self.phone.customer, contents, caption="all of them")

        def probe():
            found = self.find_messages("all of them")
            return found and len(found[0]["attachment_ids"]) == 3

        wait_for(probe, "three pictures in one message")
        self.wait_message("all of them")

    def edit(self):
        number = self.phone.write("I need it on Mondya")
        self.wait_message("Mondya")
        self.fake.people.edit(self.phone.customer, number, "I need it on Monday")
        wait_for(lambda: self.find_messages("on Monday"), "the edited text")

    def block(self):
        """Told by the platform, not by a send that fails."""
        self.phone.write("Still there?")
        wait_for(lambda: not self.is_unreachable(), "who writes can be written to")
        self.fake.people.block(self.phone.customer)
        before = len(self.fake.sent)
        wait_for(self.is_unreachable, "the customer is known as unreachable")
        try:
            self.agent.reply(self.conversation, "are you there?")
        except RuntimeError as refusal:
            check("blocked" in str(refusal), str(refusal))
        else:
            check("blocked" in self.wait_failure("are you there?"), "no reason")
        check(len(self.fake.sent) == before, "sent to somebody who blocked the bot")

    def is_unreachable(self):
        domain = [["conversation_id", "=", self.conversation]]
        names = ["unreachable_since"]
        found = self.admin.orm("messaging.identity", "search_read", domain, names)
        return found[0]["unreachable_since"]

    def unblock(self):
        self.fake.people.unblock(self.phone.customer)
        self.phone.write("I am back")
        self.wait_message("I am back")
        self.agent.reply(self.conversation, "Good to hear")
        self.phone.wait_text("Good to hear")


def walk(walks):
    """Run all steps of all channels; return how many failed."""
    failed = 0
    begun = time.monotonic()
    for each in walks:
        print(each.channel, flush=True)
        for number, (title, method) in enumerate(each.get_steps(), 1):
            started = time.monotonic()
            try:
                method()
            except FAILURES as error:
                failed += 1
                print(f"{number:2} FAILED  {title}: {error!r}", flush=True)
                if not each.conversation:
                    break
                continue
            took = time.monotonic() - started
            print(f"{number:2} ok {took:6.2f} s  {title}", flush=True)
    print(f"{failed} failed, {time.monotonic() - begun:.1f} s", flush=True)
    return failed


def main(env, options):
    """Run the scenario on a throw-away database; return the exit code."""
    databases = Databases(env)
    with ExitStack() as stack:
        database = stack.enter_context(
            databases.throwaway(label="channels", keep=options.keep)
        )
        whatsapp = stack.enter_context(FakeWhatsApp(token=TOKEN, window="off"))
        telegram = stack.enter_context(FakeTelegram())
        port = free_port()
        settings = {
            "base_url": f"http://127.0.0.1:{port}",
            "whatsapp_url": whatsapp.url,
            "token": TOKEN,
        }
        facts = databases.run_script(database, SETUP, settings)
        whatsapp.webhooks.url = facts["whatsapp"]["webhook_url"]
        whatsapp.webhooks.app_secret = facts["whatsapp"]["secret"]
        server = OdooServer(env, database, workers=2, port=port)
        stack.enter_context(server)

        def log_in(login):
            agent = Agent(server.url, server.websocket_url, database, login, login)
            stack.callback(agent.close)
            return agent

        agent, admin = log_in("smoke_sara"), log_in("admin")
        sandbox = SandboxPhone(server.url, facts["sandbox"])
        walks = [
            Walk("whatsapp", agent, admin, WhatsAppPhone(whatsapp), facts),
            TelegramWalk(
                "telegram", agent, admin, TelegramPhone(telegram), facts, fake=telegram
            ),
            Walk("sandbox", agent, admin, sandbox, facts),
        ]
        failed = walk(walks)
        if failed:
            print(f"server log: {server.log}")
    return 1 if failed else 0
