"""Odd requests for every public route of this app, over raw sockets. Needs no Odoo.

``TARGETS`` names the routes as they are written in the controllers: a test fails when
a route is missing here.
"""

import contextlib
import json
import random
import socket
from dataclasses import dataclass, replace

from .fuzz_cases import HEADERS, Case, Fuzz

#: Statuses that say no, or yes; anything else is a failure. 501 and 505 come from the
#: web server itself, for methods and protocols that there are not; 0 hangs up on what
#: is no request, or is cut off.
FINE = frozenset(
    (0, 200, 204, 206, 301, 302, 303, 304, 400, 401, 403, 404, 405, 406, 408, 410, 411)
    + (412, 413, 414, 415, 416, 417, 422, 426, 429, 431, 501, 505)
)
WEBHOOK = "/messaging/webhook/<string:token>"
PHONE = "/messaging/phone"
#: What the phone's page sends.
PHONE_SENDS = (
    {"type": "text", "text": "Hi", "reference": "0" * 24, "reply_to": "sbx.in.1.0"},
    {"type": "button", "part": 1, "payload": "x", "reference": "0" * 24},
    {"type": "list", "part": 1, "payload": "x", "reference": "0" * 24},
    {
        "type": "location",
        "location": {"latitude": 1.5, "longitude": 2, "name": "x", "address": "y"},
        "reference": "0" * 24,
    },
    {
        "type": "contact",
        "contact": {"name": "x", "phones": ["+9647701234567"], "emails": ["a@b.c"]},
        "reference": "0" * 24,
    },
    {"type": "reaction", "target": "sbx.in.1.0", "emoji": "x", "message": 1},
)
# (A zero byte in an unknown path is an error 500 of every Odoo: not ours to answer.)
IDS = ("0", "1", "2147483648", "9" * 30, "9" * 400, "-1", "1.5", "x", "٣")


@dataclass(frozen=True)
class Places:
    """What the server that is attacked has: paths of webhooks, tokens of phones."""

    webhook: str
    phones: tuple
    host: str = "localhost"


class RouteFuzz:
    def __init__(self, seed, samples, secret, places):
        self._seed = seed
        self._fuzz = Fuzz(seed, samples, secret)
        self._places = places

    def requests(self, count):
        """Yield (route, case, path) of ``count`` requests, most of them webhooks."""
        cases = self._fuzz.cases(count)
        sends = self._values(count, list(PHONE_SENDS), "send")
        for number, case in enumerate(cases):
            chance = random.Random(f"{self._seed}/{number}/route")
            route = WEBHOOK if chance.random() < 0.6 else chance.choice(list(TARGETS))
            send = next(sends)
            yield route, *TARGETS[route](self, case, send, chance)

    def requests_to(self, route, count):
        """Yield (case, path) of requests to one route."""
        sends = self._values(count, list(PHONE_SENDS), "send")
        for number, case in enumerate(self._fuzz.cases(count)):
            chance = random.Random(f"{self._seed}/{number}/route")
            yield TARGETS[route](self, case, next(sends), chance)

    def _values(self, count, shape, name):
        for number, values in enumerate(self._fuzz.values(count, shape)):
            chance = random.Random(f"{self._seed}/{number}/{name}")
            chosen = (
                chance.choice(values) if isinstance(values, list) and values else {}
            )
            if isinstance(chosen, dict) and chosen.get("reference") == "0" * 24:
                chosen["reference"] = f"{chance.getrandbits(96):024x}"
            yield chosen

    # -- by route ---------------------------------------------------------------------

    def _webhook(self, case, _send, chance):
        path = self._places.webhook
        if chance.random() < 0.05:
            ends = ("x", "%00", "/", "?", "%ff", "/../x", "%E2%80%AE", "x" * 5000)
            path, case = path + chance.choice(ends), replace(case, signed=False)
        return case, path + (f"?{case.query}" if case.query else "")

    def _page(self, case, _send, chance):
        lang = chance.choice(
            ("ar_001", "xx", "%00", "../x", "<script>", "", "en_US&lang=x")
        )
        case = replace(case, method=chance.choice(("GET", "GET", "HEAD", "POST")))
        return self._plain(case, b"", chance), f"{PHONE}?lang={lang}&{case.query}"

    @staticmethod
    def _json(path):
        def make(self, case, send, chance):
            value = {
                "sync": {"version": case.number, "limit": 60},
                "receipts": {"state": "read", "messages": [1, 10**30, send]},
            }.get(path, send)
            value = next(Fuzz(f"{self._seed}/{case.number}", []).values(1, value))
            body = json.dumps(value).encode()
            if chance.random() < 0.15:
                body = case.body
            return self._of_phone(case, body, chance), f"{PHONE}/{path}"

        return make

    def _file(self, case, send, chance):
        names = ("a.png", "", "\x00.png", '"x', "a" * 3000, "\u202egpj.exe", "../../x")
        values = json.dumps(send) if chance.random() < 0.8 else "[" * 5000
        mark = "limit"
        body = (
            f'--{mark}\r\nContent-Disposition: form-data; name="values"\r\n\r\n{values}'
            f'\r\n--{mark}\r\nContent-Disposition: form-data; name="file"; filename="'
            f'{chance.choice(names)}"\r\nContent-Type: '
            f"{chance.choice(('image/png', '', 'text/html', 'x' * 999))}\r\n\r\n"
        ).encode("utf-8", "replace")
        body += case.body[:9000] + f"\r\n--{mark}--\r\n".encode()
        case = self._of_phone(case, body, chance)
        kind = chance.choice((f"multipart/form-data; boundary={mark}",) * 5 + ("x/y",))
        return replace(
            case, headers=(*case.headers, ("Content-Type", kind))
        ), f"{PHONE}/file"

    def _media(self, case, _send, chance):
        case = self._of_phone(case, b"{}", chance)
        return case, f"{PHONE}/media/{chance.choice(IDS)}"

    @staticmethod
    def _user_page(path):
        """A page of people who are logged in; nobody is here."""

        def make(self, case, _send, chance):
            case = self._plain(case, b"", chance)
            place = path.format(chance.choice(IDS))
            return replace(case, method="GET"), f"{place}?{case.query}"

        return make

    def _close(self, case, _send, chance):
        body = f"ticket_id={chance.choice(IDS)}&stage_id={chance.choice(IDS)}".encode()
        kind = ("Content-Type", "application/x-www-form-urlencoded")
        case = self._plain(case, body, chance)
        return replace(case, headers=(*case.headers, kind)), "/ticket/close"

    def _chatter(self, case, send, chance):
        params = {
            "thread_model": "helpdesk.ticket",
            "thread_id": 1,
            "fetch_params": {"limit": 30, "before": 5},
            "token": "x",
        }
        params = next(Fuzz(f"{self._seed}/{case.number}", []).values(1, params))
        body = json.dumps({"jsonrpc": "2.0", "id": 0, "params": params}).encode()
        case = self._plain(case, body, chance)
        kind = ("Content-Type", "application/json")
        return replace(case, headers=(*case.headers, kind)), "/mail/chatter_fetch"

    def _of_phone(self, case, body, chance):
        token = chance.choice(self._places.phones)
        if chance.random() < 0.1:
            token = chance.choice(("", "x", "\xe9\xff", "a" * 5000, token[:-1]))
        case = self._plain(case, body, chance)
        return replace(case, headers=(("X-Phone-Token", token), *case.headers))

    def _plain(self, case, body, chance):
        headers = tuple(
            chance.choice(HEADERS) for _turn in range(chance.choice((0, 0, 0, 1, 2)))
        )
        method = "POST" if case.method not in ("GET", "HEAD") else case.method
        return replace(case, body=body, headers=headers, method=method, signed=False)


TARGETS = {
    WEBHOOK: RouteFuzz._webhook,
    PHONE: RouteFuzz._page,
    f"{PHONE}/sync": RouteFuzz._json("sync"),
    f"{PHONE}/send": RouteFuzz._json("send"),
    f"{PHONE}/receipts": RouteFuzz._json("receipts"),
    f"{PHONE}/file": RouteFuzz._file,
    f"{PHONE}/media/<int:part_id>": RouteFuzz._media,
    "/messaging/export/<int:file_id>": RouteFuzz._user_page("/messaging/export/{}"),
    "/messaging/import/<int:import_id>/refused.csv": RouteFuzz._user_page(
        "/messaging/import/{}/refused.csv"
    ),
    "/messaging/import/sample/<string:kind>.csv": RouteFuzz._user_page(
        "/messaging/import/sample/{}.csv"
    ),
    "/ticket/close": RouteFuzz._close,
    "/mail/chatter_fetch": RouteFuzz._chatter,
}


# -- the wire ------------------------------------------------------------------------
def to_wire(case: Case, path, host):
    """The bytes of a request, and whether the sender stops talking after them."""
    names = {name.lower() for name, _value in case.headers}
    lines = [f"{case.method} {path} HTTP/1.1"]
    if "connection" not in names:
        lines.append("Connection: close")
    if "host" not in names:
        lines.append(f"Host: {host}")
    lines += [f"{name}: {value}" for name, value in case.headers]
    body = case.body
    if case.framing == "chunked":
        lines.append("Transfer-Encoding: chunked")
        middle = len(body) // 2 or 1
        pieces = [piece for piece in (body[:middle], body[middle:]) if piece]
        body = b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in pieces)
        body += b"0\r\n\r\n"
    else:
        change = {"short": -5, "long": 5}.get(case.framing, 0)
        lines.append(f"Content-Length: {max(len(body) + change, 0)}")
        if case.framing == "cut":
            body = body[: len(body) // 2]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "replace")
    return head + body, case.framing in ("long", "cut")


def exchange(place, raw, stop, source=None, timeout=60):
    """Send bytes; return status and text of the answer."""
    options = {"source_address": (source, 0)} if source else {}
    with socket.create_connection(place, timeout, **options) as connection:
        with contextlib.suppress(OSError):  # refused while it was read
            connection.sendall(raw)
            if stop:
                connection.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionError):
            while more := connection.recv(65536):
                answer += more
    while answer.startswith(b"HTTP/1.1 100"):
        answer = answer.partition(b"\r\n\r\n")[2]
    status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP") else 0
    return status, answer.decode(errors="replace")


def find_fault(status, text):
    """Why an answer is one that nobody must get, or ""."""
    if status not in FINE:
        return f"status {status}"
    # Odoo itself tells the programs of its pages about errors; the phone's gets none.
    told = '"jsonrpc"' in text and "application/json" in text
    return "traceback" if "Traceback" in text and not told else ""
