"""The main job on real input: a customer's message becomes a ticket, and the agent's
answer reaches the phone.

Everything is real but Meta: a multi-process Odoo server, PostgreSQL, signed webhooks
over HTTP, an agent's JSON-RPC and websocket. Meta is the provider of `devtools.fakes`.
"""

import json
import subprocess
import time
from contextlib import ExitStack

import requests

from .console import Problem
from .database import Databases
from .fakes.whatsapp import FakeWhatsApp, bodies
from .fakes.whatsapp.state import Number
from .paths import DEVTOOLS
from .postgres import free_port
from .server import OdooServer
from .smoke_client import Agent, wait_for

MARK = "SMOKE_SETUP:"
TOKEN = "smoke-access-token"
NUMBERS = (
    Number(),
    Number(id="106540352242933", display="+1 555-078-3882"),
)
FIRST, SECOND = (bodies.To(number.id, number.display) for number in NUMBERS)
UNKNOWN = bodies.To("999999999999999", "+1 555-078-3999")
ALI = bodies.Customer("9647701234567", "علي حسن")
MARIA = bodies.Customer("5511987654321", "Maria Souza")
QUESTION = "مرحبا، أين طلبي؟ 📦"
ANSWER = "We look into it, one moment. سنجيبك حالاً"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8cfc0f01f0005000100ff5fd5b8"
    "0000000049454e44ae426082"
)
FIELDS = ["id", "number", "name", "user_id", "conversation_id", "stage_id"]


class Scenario:
    """The steps, in order; each prints what holds and how long it took."""

    def __init__(self, url, fake, facts):
        self.url = url
        self.fake = fake
        self.facts = facts
        self.agents = {}
        self.ticket = {}
        self.reply = {}

    def run(self, log_in):
        """Run all steps.

        :param log_in: makes an agent of a login.
        """
        for login in ("smoke_sara", "smoke_omar"):
            self.agents[login] = log_in(login)
        steps = [
            ("the webhook answers the set-up handshake", self.handshake),
            ("a forged body and an unknown address are refused", self.refuse),
            ("a signed message becomes a ticket with an agent", self.receive),
            ("the agent sees it live", self.see_live),
            ("a repeated, shuffled delivery changes nothing", self.repeat),
            ("a body for two known numbers and an unknown one", self.mixed),
            ("a picture is fetched and shown", self.picture),
            ("the answer reaches the customer's phone", self.answer),
            ("sent, delivered and read reach the message", self.ticks),
            ("a note never leaves", self.note),
            ("another agent cannot answer before taking over", self.take_over),
            ("a refused message says why and is sent again by hand", self.retry),
            ("thanks does not reopen a closed case, a question does", self.reopen),
        ]
        started = time.monotonic()
        for number, (title, method) in enumerate(steps, 1):
            begun = time.monotonic()
            try:
                method()
            except Exception:
                print(f"{number:2} FAILED {title}", flush=True)
                raise
            print(
                f"{number:2} ok {time.monotonic() - begun:6.2f} s  {title}", flush=True
            )
        print(f"{len(steps)} steps in {time.monotonic() - started:.1f} s", flush=True)

    # -- helpers ---------------------------------------------------------------------

    @property
    def agent(self):
        """The agent who holds the first ticket."""
        uid = self.ticket["user_id"][0]
        return next(agent for agent in self.agents.values() if agent.uid == uid)

    @property
    def colleague(self):
        """The one who does not."""
        return next(agent for agent in self.agents.values() if agent is not self.agent)

    def find_tickets(self, domain):
        """Return tickets as an agent sees them."""
        agent = next(iter(self.agents.values()))
        return agent.orm("helpdesk.ticket", "search_read", domain, FIELDS)

    def find_messages(self, text):
        """Return the messages of the first conversation with a text."""
        domain = [
            ["model", "=", "discuss.channel"],
            ["res_id", "=", self.channel_id],
            ["body", "ilike", text],
        ]
        names = ["id", "body", "messaging_state", "attachment_ids", "author_id"]
        return self.agent.orm("mail.message", "search_read", domain, names)

    @property
    def channel_id(self):
        """Id of the first conversation."""
        return self.ticket["conversation_id"][0]

    def wait_sent(self, text):
        """Wait until the provider accepted a text; return it."""

        def probe():
            texts = [s for s in self.fake.sent if s.type == "text"]
            return [s for s in texts if text in s.body["text"]["body"]]

        return wait_for(probe, f"the provider receives {text!r}")

    # -- steps -----------------------------------------------------------------------

    def handshake(self):
        """As when the callback address is saved at Meta."""
        query = {
            "hub.mode": "subscribe",
            "hub.challenge": "1158201444",
            "hub.verify_token": self.facts["verify_token"],
        }
        good = requests.get(self.facts["webhook_url"], params=query, timeout=30)
        check(good.status_code == 200 and good.text == "1158201444", good.text)
        query["hub.verify_token"] = "wrong"
        bad = requests.get(self.facts["webhook_url"], params=query, timeout=30)
        check(bad.status_code == 403, bad.status_code)

    def refuse(self):
        """A wrong and a missing signature leave no trace."""
        body = bodies.encode(bodies.envelope(bodies.text(ALI, "forged")))
        url = self.facts["webhook_url"]
        forged = {"X-Hub-Signature-256": bodies.sign(body, "not the secret")}
        for address, headers, wanted in (
            (url, forged, 403),
            (url, {}, 403),
            (f"{url}x", forged, 404),
        ):
            headers = {"Content-Type": "application/json", **headers}
            got = requests.post(address, body, headers=headers, timeout=30).status_code
            check(got == wanted, f"{got} instead of {wanted}")
        check(not self.find_tickets([["name", "ilike", "forged"]]), "a forged ticket")

    def receive(self):
        """The first message of a new customer."""
        self.fake.deliver(bodies.text(ALI, QUESTION))
        domain = [["partner_id.name", "=", ALI.name], ["user_id", "!=", False]]
        self.ticket = wait_for(lambda: self.find_tickets(domain), "a ticket")[0]
        check(self.ticket["conversation_id"], "the ticket has no conversation")

    def see_live(self):
        """Over the websocket, in the agent's browser."""

        def accepts(kind, payload):
            return kind == "discuss.channel/new_message" and QUESTION in json.dumps(
                payload, ensure_ascii=False
            )

        self.agent.wait_live(accepts, "the customer's message")

    def repeat(self):
        """As Meta does: the same updates again, in other bodies, in another order."""
        changes = [bodies.text(ALI, f"line {number}") for number in range(1, 4)]
        self.fake.deliver(*changes)
        self.fake.deliver(*reversed(changes))
        for change in changes:
            self.fake.deliver(change)
        wait_for(lambda: self.find_messages("line 3"), "the last line")
        time.sleep(1)
        for number in range(1, 4):
            found = len(self.find_messages(f"line {number}"))
            check(found == 1, f"line {number} is there {found} times")
        tickets = self.find_tickets([["partner_id.name", "=", ALI.name]])
        check(len(tickets) == 1, f"{len(tickets)} tickets of one matter")

    def mixed(self):
        """The unknown number's message waits and goes to nobody."""
        self.fake.deliver(
            bodies.text(MARIA, "first number", to=FIRST),
            bodies.text(MARIA, "for nobody here", to=UNKNOWN),
            bodies.text(MARIA, "second number", to=SECOND),
        )
        domain = [["partner_id.name", "=", MARIA.name]]
        tickets = wait_for(lambda: self.find_tickets(domain), "Maria's ticket")
        conversations = {ticket["conversation_id"][0] for ticket in tickets}
        check(len(conversations) == 1, "one customer, one inbox, one conversation")
        agent = next(iter(self.agents.values()))
        found = [["body", "ilike", "for nobody here"]]
        check(not agent.orm("mail.message", "search_count", found), "misdelivered")

    def picture(self):
        """The file is fetched after the message is shown."""
        self.fake.receive_file(
            ALI, "image", PNG, "image/png", caption="the broken part"
        )

        def probe():
            found = self.find_messages("the broken part")
            return found and found[0]["attachment_ids"]

        wait_for(probe, "the picture")

    def answer(self):
        """Through the route that Discuss uses."""
        self.reply = self.agent.reply(self.channel_id, ANSWER)
        sent = self.wait_sent("We look into it")[0]
        check(sent.to == f"+{ALI.phone}", f"sent to {sent.to!r}")
        check(sent.body["text"]["body"] == ANSWER, "the text changed on its way")
        check(sent.correlation, "nothing to settle a doubt with")

    def ticks(self):
        """Statuses come back as webhooks."""

        def probe():
            found = self.find_messages("We look into it")
            return found and found[0]["messaging_state"] == "read"

        self.fake.settle()
        self.fake.tell(self.wait_sent("We look into it")[0].id, "read")
        wait_for(probe, "the read tick")
        self.agent.wait_live(
            lambda _kind, payload: '"messaging_state": "read"' in json.dumps(payload),
            "the read tick, live",
        )

    def note(self):
        """Same composer, other tab."""
        before = len(self.fake.sent)
        self.agent.reply(
            self.channel_id, "internal: check stock", subtype_xmlid="mail.mt_note"
        )
        time.sleep(1.5)
        check(len(self.fake.sent) == before, "a note left the house")

    def take_over(self):
        """Reading is not answering."""
        try:
            self.colleague.reply(self.channel_id, "may I?")
        except RuntimeError as refusal:
            check("Take it over" in str(refusal), str(refusal))
        else:
            raise Problem("a colleague answered somebody else's case")
        self.colleague.orm("discuss.channel", "helpdesk_take_over", [self.channel_id])
        self.ticket = self.find_tickets([["id", "=", self.ticket["id"]]])[0]
        self.agent.reply(self.channel_id, "Omar and Sara here")
        self.wait_sent("Omar and Sara here")

    def retry(self):
        """A failure that the provider tells later."""
        self.fake.behave("fail", code=131026, to=f"+{ALI.phone}")
        message = self.agent.reply(self.channel_id, "this one fails first")

        def state(wanted):
            found = self.find_messages("this one fails first")
            return found and found[0]["messaging_state"] == wanted

        wait_for(lambda: state("failed"), "the failure")
        self.agent.orm("mail.message", "messaging_retry", [message["message_id"]])
        wait_for(
            lambda: state("sent") or state("delivered") or state("read"),
            "the second try",
        )

    def reopen(self):
        """Only a real message reopens."""
        self.agent.orm("discuss.channel", "helpdesk_close", [self.channel_id])
        closed = [["id", "=", self.ticket["id"]], ["closed", "=", True]]
        check(self.find_tickets(closed), "closing does not close")
        self.fake.deliver(bodies.text(ALI, "شكرا"))
        time.sleep(3)
        check(self.find_tickets(closed), "thanks reopened the case")
        self.fake.deliver(bodies.text(ALI, "It is still broken, what now?"))
        wait_for(lambda: not self.find_tickets(closed), "the case is open again")
        tickets = self.find_tickets([["partner_id.name", "=", ALI.name]])
        check(len(tickets) == 1, "a new ticket instead of the old one")


def check(holds, what=""):
    """Raise when something does not hold."""
    if not holds:
        raise Problem(f"does not hold: {what}")


def set_up(databases, database, base_url, fake_url):
    """Create users, team, connection and numbers; return what was created."""
    settings = {"base_url": base_url, "fake_url": fake_url, "token": TOKEN}
    script = f"SETTINGS = {settings!r}\n" + (DEVTOOLS / "smoke_setup.py").read_text()
    args = ["-d", database, "--no-http", "--max-cron-threads=0", "--log-level=warn"]
    done = subprocess.run(
        databases.env.command(*args, sub="shell"),
        input=script,
        capture_output=True,
        text=True,
        env=databases.env.environ(),
        check=False,
    )
    for line in done.stdout.splitlines():
        if MARK in line:
            return json.loads(line.split(MARK, 1)[1])
    raise Problem("the set-up failed:\n" + (done.stderr or done.stdout)[-3000:])


def main(env, options):
    """Run the scenario on a throw-away database; return the exit code."""
    databases = Databases(env)
    with ExitStack() as stack:
        database = stack.enter_context(
            databases.throwaway(label="smoke", keep=options.keep)
        )
        port = free_port()
        fake = stack.enter_context(FakeWhatsApp(numbers=NUMBERS, token=TOKEN))
        facts = set_up(databases, database, f"http://127.0.0.1:{port}", fake.url)
        fake.webhooks.url = facts["webhook_url"]
        fake.webhooks.app_secret = facts["secret"]
        server = OdooServer(env, database, workers=2, port=port)
        stack.enter_context(server)

        def log_in(login):
            agent = Agent(server.url, server.websocket_url, database, login, login)
            stack.callback(agent.close)
            return agent

        try:
            Scenario(server.url, fake, facts).run(log_in)
        except (Problem, RuntimeError, OSError) as error:
            print(f"{type(error).__name__}: {error}\nserver log: {server.log}")
            return 1
    return 0
