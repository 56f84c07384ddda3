"""Requests that nobody should send, made from those that people do. Needs no Odoo.

The same seed gives the same cases: a case that broke something can be sent again.
"""

import copy
import hashlib
import hmac
import json
import math
import random
import re
from dataclasses import dataclass, field

#: What stands in the place of any value.
ODD = (
    (None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, -(2**63) - 1, 10**30, 10**400)
    + (0.5, -0.0, 1e308, math.inf, -math.inf, math.nan, "", " ", "0", "-1", "NaN")
    + ([], {}, [[]], [None], [{}], {"": {}}, {"id": []}, [1, "x", None], {"type": 5})
    + ("x" * 70_000, "\u0000", "a\u0000b", "\ud800", "\udfff\ud800", "\u202e\u2066txt")
    + ("e\u0301" * 4000, "\U0001f3f4" + "\u200d" * 99, "\ufeff", "\u2028\r\n\t\x1b[2J")
    + ("<script>alert(1)</script>", "' OR 1=1 --", "%s%n{0}{self}", "%(x)s", "{{7*7}}")
    + ("../../etc/passwd", "http://169.254.169.254/", "javascript:alert(1)", "=1+1")
    + ("1748811473.5", "99999999999999999999", "٣٤٥", "1e9", "٩٦٤٧٧٠١٢٣٤٥٦٧", "+964")
    + ("2026-13-45T99:99:99Z", "wamid." + "A" * 5000, "sandbox." + "0" * 3000)
)
#: Words that the parsers look for, in places where they do not belong.
WORDS = (
    ("messages", "statuses", "contacts", "errors", "text", "image", "interactive")
    + ("button", "order", "location", "reaction", "context", "referral", "system")
    + ("unsupported", "revoke", "edit", "type", "id", "from", "timestamp", "profile")
)
SIGNATURES = (*("good",) * 12, "none", "bad", "twice", "huge", "latin")
TYPES = (
    ("application/json", "application/json; charset=utf-16", "text/plain", "", "x/y")
    + ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
    + ("multipart/form-data", "application/json\t;;;=,", "*/*", "a" * 3000)
)
HEADERS = (
    ("X-Forwarded-For", "127.0.0.1, ::1, \"'<x>"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Proto", "gopher"),
    ("Host", "evil.example"),
    ("Host", "a b\\c"),
    ("Content-Encoding", "gzip"),
    ("Accept-Encoding", "x" * 4000),
    ("Accept-Language", "../../xx;q=zz,,;"),
    ("Accept", "application/json;q=x"),
    ("Cookie", "session_id=../../../etc/passwd; frontend_lang=xx_YY; tz=Nowhere/None"),
    ("Cookie", "session_id=" + "a" * 3000),
    ("Authorization", "Bearer " + "x" * 3000),
    ("Range", "bytes=9999-0"),
    ("If-Modified-Since", "never"),
    ("Expect", "100-continue"),
    ("Connection", "upgrade"),
    ("Origin", "null"),
    ("Sec-Fetch-Site", "cross-site"),
    ("User-Agent", "' OR 1=1 -- <script>"),
    ("X-Odoo-Database", "postgres"),
)
_DEEP = re.compile(r'"@deep-([\[{])-(\d+)@"')
#: Headers with which a server may answer for another site, or not at all.
_DECIDING = {"Host", "Expect", "Connection", "X-Odoo-Database"}
METHODS = (*("POST",) * 20, "GET", "PUT", "HEAD", "X")


@dataclass(frozen=True)
class Case:
    """One request; ``signed`` says whether the receiver has to take it."""

    number: int
    body: bytes
    method: str = "POST"
    query: str = ""
    headers: tuple = ()
    signed: bool = False
    framing: str = "plain"  # chunked, short, long, cut
    tags: tuple = field(default=(), compare=False)


class Fuzz:
    """:param samples: bodies to begin with, as bytes of JSON."""

    def __init__(self, seed, samples, secret=""):
        self._seed = seed
        self._secret = secret.encode()
        self._samples = [json.loads(sample) for sample in samples]

    def bodies(self, count):
        """Yield ``count`` bodies."""
        for number in range(count):
            yield self._make_body(self._chance(number, "body"))

    def cases(self, count):
        """Yield ``count`` whole requests of a webhook."""
        for number in range(count):
            body = self._make_body(self._chance(number, "body"))
            yield self._make_case(number, body, self._chance(number, "case"))

    def values(self, count, shape):
        """Yield ``count`` objects made from an honest one."""
        for number in range(count):
            chance = self._chance(number, "values")
            value = copy.deepcopy(shape)
            for _turn in range(chance.choice((0, 1, 1, 2, 3))):
                value = self._mutate(value, chance)
            yield value

    def _chance(self, number, what):
        return random.Random(f"{self._seed}/{number}/{what}")

    # -- bodies -----------------------------------------------------------------------

    def _make_body(self, chance):
        kind = chance.random()
        if kind < 0.7:
            value = copy.deepcopy(chance.choice(self._samples))
            for _turn in range(chance.choice((0, 1, 1, 1, 2, 2, 4, 9))):
                value = self._mutate(value, chance)
            return self._dump(self._renumber(value, chance), chance)
        if kind < 0.85:
            raw = bytearray(json.dumps(chance.choice(self._samples)).encode())
            for _turn in range(chance.randrange(1, 8)):
                self._damage(raw, chance)
            return bytes(raw)
        return self._make_odd_body(chance)

    def _make_odd_body(self, chance):
        depth = chance.choice((50, 500, 900, 990, 1100, 5000, 100_000))
        sample = json.dumps(chance.choice(self._samples))
        return chance.choice(
            (
                chance.randbytes(chance.choice((0, 1, 9, 500, 70_000))),
                b"[" * depth,
                b"[" * depth + b"]" * depth,
                b'{"entry":' * depth + b"1" + b"}" * depth,
                b'{"object":"whatsapp_business_account","entry":[{"id":"1","changes":['
                b'{"field":"messages","value":'
                + b'{"a":' * min(depth, 990)
                + b"1"
                + b"}" * min(depth, 990)
                + b"}]}]}",
                sample.encode("utf-16"),
                sample.encode("utf-32"),
                b"\xef\xbb\xbf" + sample.encode(),
                sample.encode() + b"\x00" * 9,
                sample.encode() * 2,
                sample.replace('"entry"', '"entry": [], "entry"').encode(),
                sample.replace(":", ": 9" + "9" * 5000 + " ,", 1).encode(),
                b"null",
                b'"x"',
                b"0",
                b"NaN",
                b"-Infinity",
                b'{"entry": NaN}',
                b" " * 70_000,
                b"%s=%s" % (b"a" * 99, b"b" * 99),
            )
        )

    def _renumber(self, value, chance):
        """Give messages new ids most of the time: known ones are answered at once."""
        if chance.random() < 0.1:
            return value
        mark = f"{chance.getrandbits(48):012x}"
        return _map_texts(
            value, lambda text: f"{text}{mark}" if text[:6] == "wamid." else text
        )

    def _mutate(self, value, chance):
        """Change something somewhere; every place has the same chance."""
        places = list(_places(value))
        if not places:
            return chance.choice(ODD)
        parent, key = chance.choice(places)
        kind = chance.random()
        if kind < 0.55:
            parent[key] = copy.deepcopy(chance.choice(ODD))
        elif kind < 0.65:
            del parent[key]
        elif kind < 0.75 and isinstance(parent, dict):
            parent[chance.choice(WORDS)] = parent.pop(key)
        elif kind < 0.85:
            parent[key] = _nested(chance)
        elif kind < 0.93:
            other = chance.choice(list(_places(value)))
            parent[key] = copy.deepcopy(other[0][other[1]])
        elif isinstance(parent[key], list):
            parent[key] = parent[key] * chance.choice((2, 40))
        elif isinstance(parent[key], str):
            parent[key] = _damaged_text(parent[key], chance)
        else:
            parent[key] = [parent[key]]
        return value

    def _dump(self, value, chance):
        # Half pairs of surrogates are sent as providers would: escaped, or raw.
        if chance.random() < 0.8:
            return _with_depths(json.dumps(value)).encode()
        text = _with_depths(json.dumps(value, ensure_ascii=False))
        return text.encode("utf-8", "surrogatepass")

    def _damage(self, raw, chance):
        if not raw:
            return
        place = chance.randrange(len(raw))
        kind = chance.randrange(4)
        if kind == 0:
            raw[place] = chance.randrange(256)
        elif kind == 1:
            del raw[place : place + chance.choice((1, 5, 200))]
        elif kind == 2:
            raw[place:place] = chance.randbytes(chance.choice((1, 9)))
        else:
            raw[place:place] = raw[place : place + 200]

    # -- requests ---------------------------------------------------------------------

    def _make_case(self, number, body, chance):
        mode = chance.choice(SIGNATURES)
        method = chance.choice(METHODS)
        framing = chance.choice(("plain",) * 7 + ("chunked", "short", "long", "cut"))
        headers = [*self._make_signature(mode, body, chance)]
        content_type = "application/json"
        if chance.random() < 0.4:
            content_type = chance.choice(TYPES)
        headers.append(("Content-Type", content_type))
        for _turn in range(chance.choice((0, 0, 1, 3))):
            headers.append(chance.choice(HEADERS))
        is_form = content_type.startswith(("application/x-www", "multipart/"))
        signed = (
            mode == "good"
            and method == "POST"
            and framing in ("plain", "chunked")
            and bool(body)
            and not is_form
            and not _DECIDING & {name for name, _value in headers}
        )
        return Case(
            number,
            body,
            method,
            self._make_query(chance),
            tuple(headers),
            signed,
            framing,
            (mode, framing, method),
        )

    def _make_signature(self, mode, body, chance):
        name = chance.choice(("X-Hub-Signature-256", "x-hub-signature-256"))
        good = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        good = f"sha256={good}"
        bad = chance.choice(
            ("sha256=", "sha256=" + "0" * 64, good[:-1], good.upper(), "sha1=" + good)
            + ("=", good + " x", "sha256=" + "\u0660" * 8, "sha256=" + "z" * 64)
        )
        return {
            "good": [(name, good)],
            "bad": [(name, bad)],
            "twice": [(name, bad), (name, good)],
            "huge": [(name, "sha256=" + "a" * 20_000)],
            "latin": [(name, "sha256=\xe9\xff")],
            "none": [],
        }[mode]

    def _make_query(self, chance):
        if chance.random() < 0.6:
            return ""
        names = ("hub.mode", "hub.verify_token", "hub.challenge", "x", "db", "debug")
        values = ("subscribe", "", "%00", "%ff%fe", "%E2%80%AE", "a" * 2000, "1", "%")
        parts = (
            f"{chance.choice(names)}{chance.choice(('=', '[]=', ''))}"
            f"{chance.choice(values)}"
            for _turn in range(chance.randrange(1, 5))
        )
        return chance.choice(("&", ";")).join(parts)


def _places(value):
    """Every (container, key) inside."""
    stack = [value]
    while stack:
        item = stack.pop()
        if not isinstance(item, (dict, list)):
            continue
        for key in list(item) if isinstance(item, dict) else range(len(item)):
            yield item, key
            stack.append(item[key])


def _map_texts(value, change):
    for parent, key in list(_places(value)):
        if isinstance(parent[key], str):
            parent[key] = change(parent[key])
    return value


def _nested(chance):
    """Stands for a value so deep that Python's own tools cannot copy it."""
    return f"@deep-{chance.choice('[{')}-{chance.choice((3, 60, 300, 700, 900, 970))}@"


def _with_depths(text):
    return _DEEP.sub(_make_deep, text)


def _make_deep(match):
    depth = int(match[2])
    if match[1] == "[":
        return "[" * depth + "]" * depth
    return '{"a":' * depth + "1" + "}" * depth


def _damaged_text(text, chance):
    place = chance.randrange(len(text) + 1)
    return text[:place] + chance.choice(("\u0000", "\ud83d", "\u202e", "<", "9" * 40))
