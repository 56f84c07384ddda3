"""What the load generator sends: marked messages, built and signed beforehand."""

import hashlib
import hmac
import json
import re
import time
import zlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from .fakes.whatsapp import bodies

TEXTS = (
    "Hello, where is my order? It should have been here on Friday.",
    "مرحبا، أين طلبي؟ كان يجب أن يصل يوم الجمعة",
    "Can you change the delivery address to 12 Palm Street, please?",
    "The second box is damaged, I send you a picture later 📦",
)
#: Telegram ids of customers begin here.
FIRST_CHAT = 500_000_000
FIRST_PHONE = 9647_700_000_000


class Mark:
    """A number hidden in a text, of this run only."""

    def __init__(self, run):
        self.run = run
        self._pattern = re.compile(rf"\[{re.escape(run)}-(\d+)\]")

    def write(self, number):
        """Return the mark as text."""
        return f"[{self.run}-{number:06d}]"

    def read(self, text):
        """Return the numbers of all marks of this run in a text."""
        return [int(found) for found in self._pattern.findall(text)]


@dataclass
class Request:
    """One delivery: raw bytes and the messages in it."""

    raw: bytes
    marks: tuple


def customer(number):
    """Return a customer, the same for the same number."""
    return bodies.Customer(str(FIRST_PHONE + number), f"Customer {number}")


def build_requests(plan, mark):
    """Return all requests of a plan, in order."""
    build = BUILDERS[plan["kind"]]
    size = plan.get("per_body", 1)
    first = plan.get("first", 0)
    requests = []
    for start in range(0, plan["count"], size):
        marks = tuple(range(first + start, first + min(start + size, plan["count"])))
        requests.append(build(plan, mark, marks))
    return requests


def _customer_of(plan, number):
    return plan.get("offset", 0) + number % plan["customers"]


def _text(mark, number):
    return f"{TEXTS[number % len(TEXTS)]} {mark.write(number)}"


def _whatsapp(plan, mark, marks):
    now = time.time()
    to = bodies.To(*plan["to"]) if plan.get("to") else bodies.OURS
    changes = [
        bodies.text(customer(_customer_of(plan, n)), _text(mark, n), to=to, at=now)
        for n in marks
    ]
    body = bodies.encode(bodies.envelope(*changes))
    headers = {"X-Hub-Signature-256": bodies.sign(body, plan["secret"])}
    return Request(raw_post(plan["url"], body, headers, marks[0]), marks)


def telegram_update(run, number, chat, text):
    """Return an update; its ids are of this run and number only."""
    base = zlib.crc32(run.encode()) % 900_000_000
    person = {"id": chat, "first_name": f"Customer {chat}"}
    return {
        "update_id": base + number,
        "message": {
            "message_id": base + number,
            "from": {**person, "is_bot": False},
            "chat": {**person, "type": "private"},
            "date": int(time.time()),
            "text": text,
        },
    }


def _telegram(plan, mark, marks):
    (number,) = marks
    chat = FIRST_CHAT + _customer_of(plan, number)
    update = telegram_update(mark.run, number, chat, _text(mark, number))
    headers = {"X-Telegram-Bot-Api-Secret-Token": plan["secret"]}
    return Request(
        raw_post(plan["url"], json.dumps(update).encode(), headers, number), marks
    )


def sandbox_item(run, number, who, text):
    """Return an item of a Sandbox body."""
    return {
        "kind": "message",
        "time": time.time(),
        "sender": {"id": who, "name": f"Customer {who}"},
        "id": f"sbx.in.{run}.{number}",
        "type": "text",
        "text": text,
    }


def sandbox_body(account, items, secret):
    """Return the bytes of a body and its headers."""
    body = json.dumps({"account": account, "items": items}).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return body, {"X-Sandbox-Signature": f"sha256={signature}"}


def _sandbox(plan, mark, marks):
    items = [
        sandbox_item(mark.run, n, f"load-{_customer_of(plan, n)}", _text(mark, n))
        for n in marks
    ]
    body, headers = sandbox_body(plan["account"], items, plan["secret"])
    return Request(raw_post(plan["url"], body, headers, marks[0]), marks)


BUILDERS = {"whatsapp": _whatsapp, "telegram": _telegram, "sandbox": _sandbox}


def raw_post(url, body, headers, number):
    """Return the bytes of a POST, as a reverse proxy hands it on.

    A provider delivers from many addresses: limits by address see a hundred of them.
    """
    parts = urlsplit(url)
    lines = {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        "Content-Length": len(body),
        "X-Forwarded-For": f"203.0.113.{number % 100 + 1}",
        "X-Forwarded-Host": parts.netloc,
        "X-Forwarded-Proto": "http",
        **headers,
    }
    head = f"POST {parts.path} HTTP/1.1\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in lines.items()
    )
    return head.encode() + b"\r\n" + body
