"""What the provider remembers, and how it is told to behave."""

from __future__ import annotations

import itertools
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..behaviour import DROPS, BaseBehaviour, take
from ..serving import Clock
from .bodies import FILES, Customer, Fields

BOT_ID = 7100200300
TOKEN = f"{BOT_ID}:AAFakeTokenOfTheLocalBotApi_0123456"
#: Message ids count seconds from here at the start of a process.
FIRST_MESSAGE_AT = 1_700_000_000
FILE_LIFE = 3600.0  # seconds that a path of getFile is good
CALLBACK_LIFE = 15 * 60.0  # seconds within which a press may be answered


@dataclass
class Bot:
    id: int = BOT_ID
    token: str = TOKEN
    name: str = "Lucky Shrub"
    username: str = "lucky_shrub_bot"

    def user(self) -> Fields:
        names = {"first_name": self.name, "username": self.username}
        return {"id": self.id, "is_bot": True, **names}


@dataclass
class Chat:
    """What the bot may do in a chat, and what was said there."""

    values: Fields
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    migrated_to: int = 0
    messages: dict[int, Fields] = field(default_factory=dict)


@dataclass
class Sent:
    """An accepted call that the customer sees."""

    id: int
    chat_id: int
    method: str
    values: Fields
    result: Fields
    at: float

    @property
    def external_id(self) -> str:
        return f"{self.chat_id}:{self.id}"


@dataclass
class File:
    id: str
    unique_id: str
    content: bytes = field(repr=False)
    path: str = ""
    mime_type: str = ""
    name: str = ""
    path_at: float = 0.0  # when its path was asked for


@dataclass
class Press:
    """A pressed button; the customer's app waits until it is answered."""

    id: str
    chat_id: int
    data: str
    at: float
    answered: Fields | None = None


@dataclass
class Webhook:
    url: str = ""
    secret_token: str = ""
    allowed_updates: list[str] = field(default_factory=list)  # none: the usual ones
    max_connections: int = 40
    last_error_date: int = 0
    last_error_message: str = ""


@dataclass
class Behaviour(BaseBehaviour):
    """How the next matching request is treated.

    :ivar action: ``error`` (``code``, and ``description``, ``retry_after`` or
        ``migrate_to`` if it says more), ``hang``, ``reset``, ``http`` (``status`` with
        ``body``), ``slow`` (accepted, answered after ``seconds``).
    :ivar to: only for this chat.
    :ivar endpoint: a method of the Bot API, ``send`` for all that send, ``download``.
    """

    ACTIONS: ClassVar[frozenset[str]] = DROPS | {"error", "slow"}

    endpoint: str = "send"
    description: str = ""
    retry_after: int = 0
    migrate_to: int = 0

    def __post_init__(self):
        super().__post_init__()
        self.to = str(self.to or "")

    def matches(self, endpoint: str, customer: str) -> bool:
        if self.endpoint == "send" and endpoint.startswith("send"):
            return endpoint != "sendChatAction" and self.to in ("", customer)
        return super().matches(endpoint, customer)


class State:
    """Everything that requests read and change; take :attr:`lock` for both."""

    def __init__(self, clock: Clock, bot: Bot):
        self.lock = threading.RLock()
        self.clock = clock
        self.bot = bot
        self.webhook = Webhook()
        # Ids go on where an earlier process with the same bot ended.
        now = int(clock.now())
        self._updates = itertools.count(now)
        self._messages = itertools.count(now - FIRST_MESSAGE_AT)
        self._files = itertools.count(0)
        self.reset()

    def reset(self) -> None:
        """Forget what happened; the bot, its webhook and the clock stay."""
        with self.lock:
            self.sent: list[Sent] = []
            self.edits: list[Fields] = []
            self.actions: list[Fields] = []  # of sendChatAction
            self.requests: list[Fields] = []
            self.chats: dict[int, Chat] = {}
            self.files: dict[str, File] = {}
            self.presses: dict[str, Press] = {}
            self.behaviours: list[Behaviour] = []
            self.revoked = False

    def new_update_id(self) -> int:
        return next(self._updates)

    def new_message_id(self) -> int:
        """Of a bot's private chats: one row of numbers for all of them."""
        return next(self._messages)

    def chat_of(self, customer: Customer) -> Chat:
        with self.lock:
            chat = self.chats.setdefault(customer.id, Chat(customer.chat()))
            chat.values = customer.chat()
        return chat

    def add_file(self, kind: str, content: bytes, mime_type: str = "", name: str = ""):
        """Keep a file; it gets an id per bot and one that never changes."""
        _member, folder, ending = FILES[kind]
        number = next(self._files)
        ending = name.rpartition(".")[2] if "." in name else ending
        found = File(
            f"BQACAgIAAx{number:04d}{secrets.token_urlsafe(20)}",
            f"AgAD{number:06d}",
            content,
            f"{folder}/file_{number}.{ending}",
            mime_type,
            name,
        )
        with self.lock:
            self.files[found.id] = found
        return found

    def remember(self, chat: Chat, message: Fields) -> None:
        with self.lock:
            chat.messages[message["message_id"]] = message

    def take_behaviour(self, endpoint: str, chat_id: Any = "") -> Behaviour | None:
        """The first behaviour that applies; one use of it is spent."""
        with self.lock:
            return take(self.behaviours, endpoint, str(chat_id))
