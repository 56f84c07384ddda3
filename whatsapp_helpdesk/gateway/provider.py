"""The contract every channel fulfils, and the small values it uses.

A provider is built from frozen :class:`Credentials` and a transport; both are easy to
replace in tests. Class methods work without credentials of an account: they serve the
webhook, which is answered before we know the account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from .errors import GatewayError, InvalidHandshake
from .outgoing import Part
from .phones import country
from .pricing import Tariff
from .setup import (
    NumberInfo,
    Profile,
    ProfileLimits,
    SetupCheck,
    SetupPlan,
    TokenInfo,
)
from .template_check import Issue, TemplateLimits
from .templates import TemplateDefinition
from .updates import Address, AddressKind, ErrorInfo, MediaRef, Update

if TYPE_CHECKING:
    from .transport import Transport


class Unit(str, Enum):
    CHARACTERS = "characters"  # Unicode code points
    UTF8 = "utf8"  # bytes
    UTF16 = "utf16"  # code units


@dataclass(frozen=True)
class Limit:
    size: int
    unit: Unit = Unit.CHARACTERS


@dataclass(frozen=True)
class Limits:
    """Sizes a part may have. ``media`` maps a MIME type to bytes."""

    text: Limit
    caption: Limit
    buttons: int = 0
    button_title: Limit = Limit(20)
    #: Of a button or a row, what comes back when it is pressed.
    button_payload: Limit = Limit(256)
    list_rows: int = 0
    inbound_media: int = 100 * 1024 * 1024  # bytes
    media: Mapping[str, int] = field(default_factory=dict)
    #: Bytes of a file whose type ``media`` does not name; 0 is no limit.
    any_media: int = 0
    #: Messages a second of one account; 0 means the provider publishes no limit.
    account_per_second: float = 0.0
    #: The same while the account is used in the provider's phone app too.
    phone_app_per_second: float = 0.0
    #: Seconds between two messages to one customer that the provider sustains, and how
    #: many may be borrowed from later and sent at once.
    pair_interval: float = 0.0
    pair_burst: int = 1


@dataclass(frozen=True)
class Features:
    """What the channel can do; read instead of asking which channel it is."""

    window: timedelta | None = None  # how long after an inbound free text may be sent
    templates: bool = False
    #: The provider keeps the templates, approves them and lists them.
    template_list: bool = False
    receipts: bool = False  # delivered and read statuses arrive
    read_marks: bool = False  # we can tell the customer that we read
    typing: bool = False
    reactions: bool = False
    buttons: bool = False
    lists: bool = False
    reply_quotes: bool = False
    voice: bool = False
    media_types: frozenset[str] = frozenset()
    correlation: bool = False  # statuses give back what we attached to the send
    test_only: bool = False  # identities are not real customers
    #: How long a file waits at the provider after its message arrived.
    media_lifetime: timedelta | None = None
    #: Connected step by step, with the calls under "set-up" of the provider.
    setup: SetupPlan | None = None
    #: A connection has exactly one account, which webhook bodies do not name.
    single_account: bool = False
    #: The customer's app waits until a pressed button is acknowledged.
    acknowledges: bool = False
    #: A link opens the chat and brings a text of ours back, see ``get_deep_link``.
    deep_links: bool = False
    #: A request for the customer's own contact, which the platform vouches for.
    own_contact: bool = False
    #: The button of a request stays below the chat, see ``OutText.remove_keyboard``.
    keeps_requests: bool = False
    icon: str = "fa-comments"


@dataclass(frozen=True)
class Credentials:
    """Secrets of one account. Never printed: ``repr`` hides the values."""

    account: str  # external account id
    token: str = field(default="", repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    base_url: str = ""  # replaces the provider's own address, for tests and proxies
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)

    def redact_values(self) -> tuple[str, ...]:
        values = (self.token, *self.secrets, *self.extra.values())
        return tuple(value for value in values if value)


@dataclass(frozen=True)
class SendResult:
    """The provider accepted the part. ``addresses`` are spellings it told us."""

    external_id: str
    addresses: tuple[Address, ...] = ()
    held: bool = False  # accepted but kept back for a quality check


@dataclass(frozen=True)
class MediaBlob:
    content: bytes = field(repr=False)
    mime_type: str = ""
    filename: str = ""


@dataclass(frozen=True)
class Upload:
    """A file of ours that a part needs, read before the network call."""

    content: bytes = field(repr=False)
    mime_type: str = ""
    filename: str = ""


class Provider:
    """Base of all channels.

    :ivar code: technical name, also the value of ``messaging.connection.channel``.
    """

    code: ClassVar[str] = ""
    label: ClassVar[str] = ""
    #: Who runs it, as sentences name it; empty is the label.
    operator: ClassVar[str] = ""
    #: Place in the list of channels.
    order: ClassVar[int] = 50
    limits: ClassVar[Limits]
    features: ClassVar[Features] = Features()
    #: Of the templates that are handed in; None when the channel has none.
    template_limits: ClassVar[TemplateLimits | None] = None
    #: How delivered messages are charged.
    tariff: ClassVar[Tariff] = Tariff()
    #: Of the business's public profile; None when the channel has none.
    profile_limits: ClassVar[ProfileLimits | None] = None
    #: Host names (exact, or ``*.example.org``) that may be contacted and get the token.
    hosts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, credentials: Credentials, transport: Transport | None = None):
        self.credentials = credentials
        self.transport = transport

    # -- webhook -----------------------------------------------------------------
    @classmethod
    def challenge(cls, query: Mapping[str, str], verify_token: str) -> str:
        """Answer the set-up handshake with the text to send back.

        :raise InvalidHandshake: wrong or missing token, or the channel has none.
        """
        raise InvalidHandshake("there is no handshake")

    @classmethod
    def verify(
        cls, headers: Mapping[str, str], body: bytes, secrets: Sequence[str]
    ) -> int:
        """Check the signature over the raw body, in constant time.

        :param headers: names in any case.
        :return: index of the secret that matched (0 current, 1 previous).
        :raise InvalidSignature: also when no secret is configured.
        """
        raise NotImplementedError

    @classmethod
    def parse(cls, body: bytes) -> list[Update]:
        """Turn a webhook body into updates; every entry, change and message.

        Unknown content gives an update of kind ``unknown``; a single broken item gives
        one ``malformed`` update and does not touch its neighbours.

        :raise MalformedPayload: the body is not decodable at all.
        """
        raise NotImplementedError

    @classmethod
    def get_country(cls, address: Address) -> str:
        """ISO code of the country that an address tells; "" when it tells none."""
        return country(address.value) if address.kind is AddressKind.PHONE else ""

    # -- sending -----------------------------------------------------------------
    @classmethod
    def classify(cls, error: ErrorInfo) -> GatewayError:
        """What a failure told by webhook means: the same as one told at once."""
        return GatewayError("unknown", code=error.code, details=error.details)

    @classmethod
    def check(cls, part: Part) -> None:
        """:raise UnsupportedPart: the part can never be sent as it is."""
        raise NotImplementedError

    def serialise(
        self,
        addresses: Sequence[Address],
        part: Part,
        *,
        reply_to: str = "",
        correlation: str = "",
    ) -> dict[str, Any]:
        """The provider's request for a part, without sending it."""
        raise NotImplementedError

    def send(
        self,
        addresses: Sequence[Address],
        part: Part,
        *,
        reply_to: str = "",
        correlation: str = "",
        upload: Upload | None = None,
    ) -> SendResult:
        """Send one part; uploads ``upload`` first when the part needs a file.

        :raise GatewayError: ``retry`` says what may be done about it.
        """
        raise NotImplementedError

    def mark_read(self, external_id: str, *, typing: bool = False) -> None:
        """Show the customer that the message was read (and that somebody types)."""
        raise NotImplementedError

    def acknowledge(self, token: str) -> None:
        """Tell the customer's app that a pressed button arrived.

        :param token: ``Update.acknowledge``; only where ``features.acknowledges``.
        """
        raise NotImplementedError

    @classmethod
    def get_deep_link(cls, display_address: str, text: str) -> str:
        """Address of a page that opens the chat with the account and hands ``text``
        over: it comes back as ``Update.deep_link``, or inside of the first text.

        Only where ``features.deep_links``.

        :param display_address: of the account, as :meth:`probe` gives it.
        :param text: at most 64 characters of ``A-Za-z0-9_-``; "" only opens the chat.
        """
        raise NotImplementedError

    def fetch_media(self, ref: MediaRef, *, max_size: int) -> MediaBlob:
        """Download a file, refusing it while streaming when it passes ``max_size``.

        :raise GatewayError: reason ``media`` when it is gone or too large.
        """
        raise GatewayError("media", details="the channel has no files")

    # -- set-up ------------------------------------------------------------------
    def probe(self) -> dict[str, Any]:
        """What the provider knows about the account, under our names:
        ``display_address``, ``name``, ``quality``, ``limit``, ``status``, ``problems``.

        Problems are codes: not_connected, number_not_verified, not_subscribed,
        webhook_absent, webhook_elsewhere (it delivers to another address than
        ``credentials.extra["callback"]``), webhook_failing (``message`` is the last
        error, ``pending`` counts what waits).
        """
        raise NotImplementedError

    def token_expires_at(self) -> datetime | None:
        """When the access token ends (UTC); None: never, or not known."""
        return None

    # The following only where there is a plan, ``features.setup``, and the page or
    # check in it that needs the call.

    def get_token(self) -> TokenInfo:
        """Whose access token it is and what it may do."""
        raise NotImplementedError

    def list_numbers(self) -> tuple[NumberInfo, ...]:
        """Accounts of the business, to choose from."""
        raise NotImplementedError

    def get_number(self) -> NumberInfo:
        """The account; on page ``token`` the one that the token belongs to, while
        ``credentials.account`` is empty.

        :raise GatewayError: reason ``token``: it does not work, or can be none.
        """
        raise NotImplementedError

    def check_setup(self, callback: str) -> list[SetupCheck]:
        """Everything that can be asked; a refusal is a result, never raised.

        Details of ``webhook``: absent, other (values: ``callback``), fields (it lacks
        kinds of updates), unknown_app, secret. Of ``deliveries``: failing (values:
        ``message`` and ``at``, ISO 8601, of the last error), waiting; always with
        ``pending``, how many wait at the provider.

        :param callback: address that deliveries must go to.
        """
        raise NotImplementedError

    def subscribe(self) -> None:
        """Have everything of the business account delivered to our app."""
        raise NotImplementedError

    def set_webhook(self, callback: str, verify_token: str) -> None:
        """Tell the provider's app where to deliver; it asks that address at once.

        :param verify_token: with ``own_secret`` of the plan the secret that every
            delivery has to bring from now on.
        """
        raise NotImplementedError

    def remove_webhook(self) -> None:
        """Have nothing delivered any more; with ``own_secret`` of the plan."""
        raise NotImplementedError

    def check_secret(self, secret: str) -> bool | None:
        """Whether an app secret is right; None when that cannot be asked."""
        raise NotImplementedError

    def register(self, pin: str) -> None:
        """Connect the number; ``pin`` is its two-step PIN, or becomes it."""
        raise NotImplementedError

    def request_code(self, method: str, language: str) -> None:
        """Prove that the number is ours: a code comes by ``sms`` or ``voice``."""
        raise NotImplementedError

    def verify_code(self, code: str) -> None:
        raise NotImplementedError

    # The following only where there are ``profile_limits``.

    def get_profile(self) -> Profile:
        raise NotImplementedError

    def set_profile(self, profile: Profile) -> None:
        raise NotImplementedError

    # The following only where ``features.templates``.

    @classmethod
    def check_template(cls, definition: TemplateDefinition) -> list[Issue]:
        """What would be refused when the template is handed in."""
        raise NotImplementedError

    def list_templates(self) -> tuple[TemplateDefinition, ...]:
        """All templates of the account; only where ``features.template_list``.

        :raise GatewayError: rather than giving a part of them.
        """
        raise NotImplementedError

    def create_template(self, definition: TemplateDefinition) -> tuple[str, str, str]:
        """Hand a template in.

        :return: its external id, status and category, which may be another one.
        """
        raise NotImplementedError

    def edit_template(self, definition: TemplateDefinition) -> None:
        """Hand a changed template in; ``definition.external_id`` says which one."""
        raise NotImplementedError

    def delete_template(self, name: str, external_id: str) -> None:
        """Delete one language of a template."""
        raise NotImplementedError

    def unpause_template(self, external_id: str) -> None:
        raise NotImplementedError

    def upload_sample(self, content: bytes, mime: str) -> str:
        """Give reviewers a file for the header; return what a definition names."""
        raise NotImplementedError
