"""A seeded load of everything on all channels, and what went wrong with it.

Each customer's bodies are posted one after the other, as providers do; many customers
at once. Some bodies come twice, at once or later. All is told from the database, the
answers and the server's log afterwards.
"""

import json
import random
import re
import threading
import time

from channel_site import CHANNELS

from devtools import load_bodies
from devtools.fakes.telegram import Customer
from devtools.fakes.telegram import bodies as telegram_bodies
from devtools.fakes.whatsapp import bodies
from devtools.load_http import Connection

THREADS = 6
#: Messages of each customer, on average.
EACH = 12
#: Of 100 bodies: so many are posted a second time, at once or later.
TWICE = 12
#: What a customer does: (weight, method).
ACTS = (
    (74, "text"),
    (6, "edit"),
    (5, "location"),
    (5, "contact"),
    (4, "unknown"),
    (3, "block"),
    (3, "group"),
)
FAULT = re.compile(r" (?:ERROR|CRITICAL) |Traceback \(most recent call last\)")


class Writer:
    """One customer on one channel.

    :param str run: part of all marks and ids
    """

    def __init__(self, site, run, channel, number, chance):
        self.own = site.facts["channels"][channel]
        self.url = site.server.url + self.own["path"]
        self.channel = channel
        self.run = run
        self.number = number
        self.chance = chance
        self.texts = []  # marks, in order
        self.edited = {}  # mark: text that it was replaced by
        self.last = None

    def act(self, sequence):
        """Return the next body as a request.

        :param int sequence: of the whole load, for ids.
        """
        weights = [weight for weight, _name in ACTS]
        name = self.chance.choices([name for _weight, name in ACTS], weights)[0]
        make = getattr(self, f"_{self.channel}_{name}", None)
        make = make or getattr(self, f"_{self.channel}_text")
        body, headers = make(sequence)
        return load_bodies.raw_post(self.url, body, headers, self.number)

    def _mark(self, sequence):
        mark = f"[{self.run}-{sequence:06d}]"
        self.texts.append(mark)
        self.last = (sequence, mark)
        return f"{self.chance.choice(load_bodies.TEXTS)} {mark}"

    # -- WhatsApp --------------------------------------------------------------------

    @property
    def _person(self):
        return load_bodies.customer(7_000_000 + self.number)

    def _whatsapp(self, change):
        body = bodies.encode(bodies.envelope(change))
        return body, {"X-Hub-Signature-256": bodies.sign(body, self.own["secret"])}

    def _whatsapp_text(self, sequence):
        return self._whatsapp(
            bodies.text(self._person, self._mark(sequence), at=time.time())
        )

    def _whatsapp_location(self, _sequence):
        return self._whatsapp(bodies.location(self._person, 33.3, 44.4))

    def _whatsapp_unknown(self, _sequence):
        return self._whatsapp(bodies.unsupported(self._person))

    # -- Telegram --------------------------------------------------------------------

    @property
    def _chat(self):
        return Customer(600_000_000 + self.number, f"Mixed {self.number}")

    def _telegram(self, sequence, member):
        update = {"update_id": self._base + sequence, **member}
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.own["secret"]}
        return json.dumps(update).encode(), headers

    @property
    def _base(self):
        return int(self.run, 36) % 700_000_000

    def _telegram_message(self, sequence, chat=None, **content):
        who = self._chat
        values = telegram_bodies.message(
            who.user(), chat or who.chat(), time.time(), **content
        )
        number = self._base + sequence
        return self._telegram(sequence, {"message": {"message_id": number, **values}})

    def _telegram_text(self, sequence):
        return self._telegram_message(sequence, text=self._mark(sequence))

    def _telegram_edit(self, sequence):
        """The last text again, with other words."""
        if not self.last:
            return self._telegram_text(sequence)
        number, mark = self.last
        who = self._chat
        values = telegram_bodies.message(who.user(), who.chat(), time.time())
        values |= {"text": f"Corrected {mark}", "edit_date": int(time.time())}
        values["message_id"] = self._base + number
        self.edited[mark] = "Corrected"
        return self._telegram(sequence, {"edited_message": values})

    def _telegram_location(self, sequence):
        return self._telegram_message(sequence, **telegram_bodies.location(33.3, 44.4))

    def _telegram_contact(self, sequence):
        card = telegram_bodies.contact("+9647701234567", "Aunt")
        return self._telegram_message(sequence, **card)

    def _telegram_unknown(self, sequence):
        return self._telegram_message(sequence, dice={"emoji": "🎲", "value": 4})

    def _telegram_block(self, sequence):
        who = self._chat
        bot = {"id": int(self.own["account"]), "is_bot": True, "first_name": "Bot"}
        found = telegram_bodies.membership(
            who, who.chat(), bot, time.time(), old="member", new="kicked"
        )
        return self._telegram(sequence, {"my_chat_member": found})

    def _telegram_group(self, sequence):
        """Nobody's conversation."""
        chat = telegram_bodies.group(-4_000_000_001, "Family")
        text = f"group {self.run} {sequence}"
        return self._telegram_message(sequence, chat=chat, text=text)

    # -- Sandbox ---------------------------------------------------------------------

    def _sandbox_text(self, sequence):
        item = load_bodies.sandbox_item(
            self.run, sequence, f"mixed-{self.number}", self._mark(sequence)
        )
        return load_bodies.sandbox_body(self.own["account"], [item], self.own["secret"])


class MixedLoad:
    """:param int messages: bodies in total."""

    def __init__(self, site, seed, messages):
        self.site = site
        self.run = f"m{seed}"
        chance = random.Random(f"mixed {seed}")
        count = max(len(CHANNELS), messages // EACH)
        self.writers = [
            Writer(
                site,
                self.run,
                CHANNELS[number % len(CHANNELS)],
                number,
                random.Random(f"{seed} writer {number}"),
            )
            for number in range(count)
        ]
        # Whose turn it is; a customer is always served by the same thread.
        self.turns = [chance.randrange(count) for _body in range(messages)]
        self.seed = seed
        self.statuses = {}
        self.posts = 0
        self.log_start = 0
        self._lock = threading.Lock()

    def send(self):
        """Post everything; return the seconds it took."""
        begun = time.monotonic()
        self.log_start = len(read_log(self.site))
        threads = [
            threading.Thread(target=self._work, args=(number,))
            for number in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.monotonic() - begun

    def _work(self, thread):
        chance = random.Random(f"{self.seed} thread {thread}")
        address = ("127.0.0.1", self.site.port)
        connection = Connection(address)
        kept = []
        for sequence, number in enumerate(self.turns):
            if number % THREADS != thread:
                continue
            raw = self.writers[number].act(sequence)
            self._post(connection, raw)
            if chance.randrange(100) < TWICE:
                if chance.random() < 0.5:
                    self._post(connection, raw)
                else:
                    kept.append(raw)
            if kept and chance.randrange(100) < TWICE / 2:
                self._post(connection, kept.pop(0))
        for raw in kept:
            self._post(connection, raw)
        connection.close()

    def _post(self, connection, raw):
        try:
            _sent_at, status = connection.post(raw)
        except OSError:
            connection.close()
            status = 0
        with self._lock:
            self.posts += 1
            self.statuses[status] = self.statuses.get(status, 0) + 1

    # -- afterwards ------------------------------------------------------------------

    def find_errors(self):
        """Return what went wrong, by kind; all zero when nothing did."""
        stored = self._read_stored()
        errors = {
            "bad_answers": sum(n for s, n in self.statuses.items() if s != 200),
            "lost": 0,
            "doubled": 0,
            "misordered": 0,
            "not_edited": 0,
            "two_conversations": 0,
        }
        for writer in self.writers:
            rows = [row for mark in writer.texts for row in stored.get(mark, [])]
            errors["lost"] += sum(mark not in stored for mark in writer.texts)
            errors["doubled"] += sum(
                len(stored.get(mark, [])) > 1 for mark in writer.texts
            )
            ids = [row[0] for row in rows]
            errors["misordered"] += sum(
                first > second for first, second in zip(ids, ids[1:], strict=False)
            )
            errors["two_conversations"] += len({row[1] for row in rows}) > 1
            for mark, words in writer.edited.items():
                errors["not_edited"] += not any(
                    words in row[2] for row in stored.get(mark, [])
                )
        return {**errors, **self._find_in_server()}

    def _read_stored(self):
        """Return mark to its messages: id, conversation, text."""
        pattern = re.compile(rf"\[{self.run}-\d+\]")
        found = {}
        for row in self.site.sql(
            "SELECT id, res_id, body FROM mail_message "
            "WHERE model = 'discuss.channel' AND body LIKE %s ORDER BY id",
            f"%[{self.run}-%",
        ):
            for mark in set(pattern.findall(row[2])):
                found.setdefault(mark, []).append(row)
        return found

    def _find_in_server(self):
        states = dict(
            self.site.sql("SELECT state, count(*) FROM messaging_update GROUP BY state")
        )
        log = read_log(self.site)[self.log_start :]
        groups = self.site.value(
            "SELECT count(*) FROM mail_message WHERE body LIKE %s",
            f"%group {self.run} %",
        )
        return {
            "parked": states.get("parked", 0),
            "unfinished": states.get("pending", 0) + states.get("waiting", 0),
            "group_messages_shown": groups,
            "log_errors": count_faults(log),
        }


def read_log(site):
    """Return what the server wrote."""
    return site.server.log.read_text(errors="replace")


def count_faults(text):
    """Return how many lines of a log tell of an error."""
    return len(FAULT.findall(text))


def errors(bench, site, messages, seed):
    """Everything at once on all channels; nothing may go wrong."""
    load = MixedLoad(site, seed, messages)
    seconds = load.send()
    site.wait_empty(180)
    time.sleep(2)
    found = load.find_errors()
    total = sum(found.values())
    bench.raw["mixed_posts"] = load.posts
    bench.raw["mixed_texts"] = sum(len(writer.texts) for writer in load.writers)
    bench.raw["mixed_customers"] = len(load.writers)
    bench.raw["mixed_posts_per_s"] = round(load.posts / seconds, 1)
    bench.raw["mixed_seed"] = seed
    bench.raw["mixed_errors"] = found
    bench.figures["errors_per_10k"] = round(total * 10_000 / messages, 2)
