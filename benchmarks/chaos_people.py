"""Customers who write, and agents who answer as Discuss does."""

import base64
import itertools
import json
import random
import threading
import time
import urllib.request
from dataclasses import dataclass

import psycopg2
import requests
from chaos_plan import LEADER

from devtools.fakes.whatsapp import bodies

#: Threads of agents; what one customer is told always comes from the same one.
AGENT_THREADS = 6
#: How often a person repeats what the server refused.
PATIENCE = 8
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8cfc0f01f0005000100ff5fd5b8"
    "0000000049454e44ae426082"
)


def control(fake_url, method, path, timeout=60, **values):
    """Call the provider's control interface."""
    data = json.dumps(values).encode() if method == "POST" else None
    request = urllib.request.Request(f"{fake_url}/_control/{path}", data, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=timeout) as answer:
        return json.load(answer)


class Customers:
    """Hand the plan's inbound messages to the courier when their time comes.

    :ivar written: mark: (external id, provider time in seconds).
    """

    def __init__(self, plan, courier, fake_url):
        self.plan = plan
        self.courier = courier
        self.fake_url = fake_url
        self.written = {}

    def run(self, clock):
        """Write everything."""
        for line in self.plan.inbound:
            clock.wait_until(line.at)
            change = self._build(line)
            self.courier.add(line.mark, change, line.delay)
            for delay in line.doubled:
                self.courier.add(line.mark, change, line.delay + delay)

    def _build(self, line):
        at = int(time.time())
        wamid = bodies.new_wamid()
        options = {
            "to": self.plan.number_of(line.customer),
            "at": at,
            "message_id": wamid,
        }
        self.written[line.mark] = (wamid, at)
        customer = self.plan.customers[line.customer]
        text = f"my order is not complete {line.mark}"
        if not line.file:
            return bodies.text(customer, text, **options)
        content = PNG + line.mark.encode()
        file = control(
            self.fake_url,
            "POST",
            "media",
            mime_type="image/png",
            content=base64.b64encode(content).decode(),
        )
        options |= {"caption": text, "url": file["url"]}
        return bodies.media(
            customer, "image", file["id"], content, "image/png", **options
        )


@dataclass
class Post:
    """What became of an answer: ok, refused, or lost (nobody knows)."""

    mark: str
    customer: int
    outcome: str
    started: float
    ended: float
    message: int = 0
    detail: str = ""


class Directory:
    """Which conversation and agent a customer has."""

    QUERY = """
        SELECT address.value, identity.conversation_id, users.login
          FROM messaging_address address
          JOIN messaging_identity identity ON identity.id = address.identity_id
          JOIN helpdesk_ticket ticket
               ON ticket.conversation_id = identity.conversation_id
          LEFT JOIN res_users users ON users.id = ticket.user_id
         WHERE address.kind = 'phone'
         ORDER BY ticket.id DESC
    """

    def __init__(self, dsn):
        self.dsn = dsn
        self.found = {}
        self.read_at = 0.0
        self.lock = threading.Lock()

    def find(self, phone):
        """Return (conversation, login), or None when there is none yet."""
        with self.lock:
            if phone not in self.found and time.monotonic() > self.read_at + 1:
                self._read()
            return self.found.get(phone)

    def is_stored(self, mark):
        """As somebody who opens the conversation again; waits until that works."""
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            rows = self._query(
                "SELECT id FROM mail_message WHERE body LIKE %s", [f"%{mark}%"]
            )
            if rows is not None:
                return bool(rows)
            time.sleep(0.5)
        return True

    def _read(self):
        self.read_at = time.monotonic()
        for value, channel, login in self._query(self.QUERY) or ():
            self.found[value.lstrip("+")] = (channel, login or LEADER)

    def _query(self, query, values=()):
        """Return rows, or None while there is no database."""
        try:
            connection = psycopg2.connect(self.dsn)
        except psycopg2.Error:
            return None
        try:
            with connection.cursor() as cr:
                cr.execute(query, values or None)
                return cr.fetchall()
        except psycopg2.Error:
            return None
        finally:
            connection.close()


class Refused(Exception):
    """The server said no: nothing was stored."""


class Agents:
    """Post the plan's answers.

    :param urls: the servers, any of which is used for each call.
    :ivar posts: every try, in the order of each customer.
    """

    def __init__(self, plan, urls, db, directory, seed):
        self.plan = plan
        self.urls = urls
        self.db = db
        self.directory = directory
        self.seed = seed
        self.posts = []
        self.unposted = []

    def run(self, clock):
        """Post everything, with a few threads."""
        threads = [
            threading.Thread(target=self._work, args=(clock, number), daemon=True)
            for number in range(AGENT_THREADS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self, clock, number):
        chance = random.Random(f"agents {self.seed} {number}")
        desk = Desk(self.urls, self.db, chance)
        for line in self.plan.outbound:
            if line.customer % AGENT_THREADS == number:
                clock.wait_until(line.at)
                self._answer(desk, line)

    def _answer(self, desk, line):
        phone = self.plan.customers[line.customer].phone
        limit = time.monotonic() + 120
        while not (found := self.directory.find(phone)):
            if time.monotonic() > limit:
                self.unposted.append(line.mark)
                return
            time.sleep(0.5)
        mark = line.mark
        for number in itertools.count(1):
            post = self._post(desk, found, mark, line.customer)
            if post.outcome == "ok" or number > PATIENCE:
                return
            time.sleep(min(number, 4))
            if post.outcome == "lost" and self.directory.is_stored(mark):
                return
            mark = f"{line.mark[:-1]}r{number}]"

    def _post(self, desk, found, mark, customer):
        channel, login = found
        post = Post(mark, customer, "lost", time.time(), 0.0)
        try:
            post.message = desk.post(login, channel, f"we are looking into it {mark}")
            post.outcome = "ok"
        except Refused as error:
            post.outcome, post.detail = "refused", str(error)[:200]
        except (requests.RequestException, psycopg2.Error, ValueError) as error:
            post.detail = type(error).__name__
        post.ended = time.time()
        self.posts.append(post)
        return post


class Desk:
    """Sessions of users in one thread; a lost session is opened again."""

    def __init__(self, urls, db, chance):
        self.urls = urls
        self.db = db
        self.chance = chance
        self.sessions = {}

    def post(self, login, channel, text):
        """Post as Discuss does; return the message's id.

        :raise Refused: the server said no.
        :raise requests.RequestException, psycopg2.Error: nobody knows.
        """
        for _time in range(3):
            answer = self._call(
                self._session(login),
                "/mail/message/post",
                thread_model="discuss.channel",
                thread_id=channel,
                post_data={
                    "body": text,
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
            )
            if (answer.get("error") or {}).get("code") == 100:  # session expired
                del self.sessions[login]
                continue
            if "error" in answer:
                data = answer["error"].get("data") or {}
                if data.get("name", "").startswith("psycopg2."):
                    raise psycopg2.OperationalError(data["name"])
                raise Refused(data.get("message") or answer["error"]["message"])
            return answer["result"]["message_id"]
        raise Refused("session expired")

    def _session(self, login):
        if login not in self.sessions:
            session = requests.Session()
            session.trust_env = False
            try:
                answer = self._call(
                    session,
                    "/web/session/authenticate",
                    db=self.db,
                    login=login,
                    password=login,
                )
            except requests.RequestException as error:
                raise Refused("no login") from error
            if not (answer.get("result") or {}).get("uid"):
                raise Refused("no login")
            self.sessions[login] = session
        return self.sessions[login]

    def _call(self, session, path, **params):
        body = {"jsonrpc": "2.0", "id": 1, "params": params}
        url = self.chance.choice(self.urls) + path
        try:
            answer = session.post(url, json=body, timeout=45)
        except requests.ConnectionError as error:
            if "refused" in str(error):
                raise Refused("connection refused") from error
            raise
        if answer.status_code != 200:
            raise Refused(f"HTTP {answer.status_code}")
        return answer.json()
