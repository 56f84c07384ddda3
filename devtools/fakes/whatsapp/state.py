"""What the provider remembers, and how it is told to behave."""

from __future__ import annotations

import base64
import itertools
import re
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..behaviour import BaseBehaviour, take
from ..serving import Clock

NUMBER_ID = "106540352242922"
WABA_ID = "102290129340398"
DISPLAY_NUMBER = "+1 555-078-3881"
APP_ID = "670843887433847"

WINDOW = 24 * 3600.0  # seconds
MEDIA_URL_LIFE = 300.0
INBOUND_MEDIA_LIFE = 7 * 86400.0
UPLOADED_MEDIA_LIFE = 30 * 86400.0

BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
ACTIONS = frozenset(
    ("error", "fail", "silent", "held", "early_status", "hang", "reset", "http", "slow")
)


@dataclass
class Number:
    """A business number."""

    id: str = NUMBER_ID
    display: str = DISPLAY_NUMBER
    name: str = "Lucky Shrub"
    waba: str = WABA_ID
    quality: str = "GREEN"
    status: str = "CONNECTED"
    limit: str = "TIER_2K"
    verified: str = "VERIFIED"

    @property
    def digits(self) -> str:
        return re.sub(r"\D", "", self.display)

    @property
    def country_code(self) -> str:
        return re.split(r"\D", self.display.lstrip("+"))[0]


@dataclass
class Sent:
    """An accepted message.

    ``customer`` is who gets it: wa_id digits or a BSUID; "" when nobody does.
    """

    id: str
    number_id: str
    to: str
    recipient: str
    customer: str
    type: str
    body: dict[str, Any]
    at: float
    statuses: list[str] = field(default_factory=list)

    @property
    def correlation(self) -> str:
        return self.body.get("biz_opaque_callback_data", "")


@dataclass
class Media:
    id: str
    content: bytes = field(repr=False)
    mime_type: str
    filename: str = ""
    at: float = 0.0
    life: float = INBOUND_MEDIA_LIFE
    key: str = field(default_factory=lambda: secrets.token_hex(8))


@dataclass
class Behaviour(BaseBehaviour):
    """How the next matching request is treated.

    :ivar action: ``error`` (HTTP error with ``code``), ``fail`` (accepted, later a
        failed status with ``code``), ``silent`` (accepted, no status ever), ``held``
        (kept for a quality check), ``early_status`` (statuses arrive before the
        answer), ``hang`` (no answer for ``seconds``, then closed), ``reset`` (the
        connection is reset), ``http`` (``status`` with ``body`` as it stands), ``slow``
        (accepted, answered after ``seconds``).
    :ivar to: only for this recipient (digits or BSUID); "" for all.
    :ivar endpoint: messages, media, download, templates, account or * for all.
    """

    ACTIONS: ClassVar[frozenset[str]] = ACTIONS

    endpoint: str = "messages"

    def __post_init__(self):
        super().__post_init__()
        self.to = digits_or_id(self.to)


def digits_or_id(value: str) -> str:
    """A recipient as the provider compares it: digits only, or a BSUID."""
    return value if BSUID.fullmatch(value) else re.sub(r"\D", "", value)


def wa_id(digits: str) -> str:
    """The id WhatsApp uses for a dialled number, which is not always the number.

    Brazil outside of the south-east lacks the ninth digit, Mexico keeps its 1.
    """
    if match := re.fullmatch(r"55([3-9]\d)9(\d{8})", digits):
        return f"55{match[1]}{match[2]}"
    if match := re.fullmatch(r"52([2-9]\d{9})", digits):
        return f"521{match[1]}"
    return digits


class State:
    """Everything that requests read and change; take :attr:`lock` for both."""

    def __init__(self, clock: Clock, numbers: list[Number]):
        self.lock = threading.RLock()
        self.clock = clock
        self.numbers = {number.id: number for number in numbers}
        self._ids = itertools.count(1)
        self.app_id = APP_ID
        self.reset()

    def reset(self) -> None:
        """Forget what happened; numbers and the clock stay."""
        with self.lock:
            self.sent: list[Sent] = []
            self.requests: list[dict[str, Any]] = []
            self.read_marks: list[dict[str, Any]] = []
            self.media: dict[str, Media] = {}
            self.templates: dict[str, dict[str, Any]] = {}
            self.uploads: dict[str, int] = {}  # session to bytes
            self.handles: set[str] = set()  # of uploaded samples
            self.behaviours: list[Behaviour] = []
            self.wrote: dict[tuple[str, str], float] = {}
            self.bsuids: dict[str, str] = {}  # BSUID to wa_id
            self.expired_tokens: set[str] = set()
            self.limited_tokens: set[str] = set()
            self.token_ends: dict[str, float] = {}  # absent: never
            self.subscribed = True
            self.override = ""  # address that this account delivers to instead
            self.fields: set[str] = {"messages"}  # that the app subscribed to
            self.scopes: dict[str, tuple[str, ...]] = {}  # absent: both
            self.pins: dict[str, str] = {}
            self.profiles: dict[str, dict[str, Any]] = {}

    def new_number(self) -> str:
        """A fresh numeric id."""
        return str(1_000_000_000_000_000 + next(self._ids))

    def new_wamid(self, customer: str) -> str:
        """Like the real ones: base64 with the customer's number in it."""
        seed = b"\x1c\x18" + customer.encode() + b"\x15\x02" + secrets.token_bytes(9)
        return "wamid." + base64.b64encode(seed).decode()

    def number(self, number_id: str) -> Number | None:
        return self.numbers.get(number_id)

    def take_behaviour(self, endpoint: str, customer: str = "") -> Behaviour | None:
        """The first behaviour that applies; one use of it is spent."""
        with self.lock:
            return take(self.behaviours, endpoint, customer)

    # -- the service window ------------------------------------------------------
    def note_inbound(
        self, number_id: str, customer: str, at: float | None = None
    ) -> None:
        """A customer wrote or called: their window opens."""
        with self.lock:
            key = (number_id, digits_or_id(customer))
            at = self.clock.now() if at is None else at
            self.wrote[key] = max(at, self.wrote.get(key, 0.0))

    def window_open(self, number_id: str, customer: str) -> bool:
        with self.lock:
            names = {customer, self.bsuids.get(customer, customer)}
            names |= {user for user, phone in self.bsuids.items() if phone == customer}
            last = max(self.wrote.get((number_id, name), 0.0) for name in names)
        return self.clock.now() - last < WINDOW

    def add_media(
        self, content: bytes, mime_type: str, filename: str = "", *, life: float
    ) -> Media:
        with self.lock:
            media = Media(
                self.new_number(), content, mime_type, filename, self.clock.now(), life
            )
            self.media[media.id] = media
        return media

    def find_media(self, media_id: str) -> Media | None:
        """A file that is still there."""
        media = self.media.get(media_id)
        if media and self.clock.now() - media.at < media.life:
            return media
        return None
