"""What a provider tells us, in our own words.

A webhook body becomes a list of :class:`Update`, one for every single thing in it:
ten statuses are ten updates. An ``Update`` never holds a provider's JSON names,
except in ``raw``, which is kept for support and is never read by models.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any


class Kind(str, Enum):
    """Sort of an update. Unknown things are kinds too: nothing is dropped."""

    MESSAGE = "message"
    STATUS = "status"
    REACTION = "reaction"
    EDIT = "edit"
    REVOKE = "revoke"
    ECHO = "echo"  # a message the business itself sent from its phone app
    IDENTITY = "identity"  # a customer's number, user id or name changed
    TEMPLATE = "template"
    ACCOUNT = "account"
    CALL = "call"
    CONSENT = "consent"
    HISTORY = "history"
    CONTACT_SYNC = "contact_sync"
    GROUP = "group"
    UNSUPPORTED = "unsupported"  # the customer wrote, the provider hides the content
    UNKNOWN = "unknown"
    MALFORMED = "malformed"


class AddressKind(str, Enum):
    PHONE = "phone"  # E.164 digits with leading "+"
    BSUID = "bsuid"  # user id that is one business's
    PARENT_BSUID = "parent_bsuid"
    USER_ID = "user_id"  # numeric or opaque id of other channels
    EMAIL = "email"


class Scope(str, Enum):
    """How far an address means the same person."""

    PROVIDER = "provider"  # everywhere on the channel (a phone number)
    PORTFOLIO = "portfolio"  # all accounts of one connection (a BSUID)
    ACCOUNT = "account"  # one account only


@dataclass(frozen=True)
class Address:
    kind: AddressKind
    value: str
    scope: Scope = Scope.PROVIDER


@dataclass(frozen=True)
class MediaRef:
    """A file at the provider, not fetched yet. ``size`` in bytes."""

    kind: str  # image, audio, video, document, sticker
    media_id: str = ""
    url: str = ""
    mime_type: str = ""
    sha256: str = ""  # lower-case hexadecimal; "" when the provider gave none
    filename: str = ""
    size: int | None = None
    voice: bool = False
    animated: bool = False


@dataclass(frozen=True)
class Location:
    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


@dataclass(frozen=True)
class ContactCard:
    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    organisation: str = ""
    #: True when the platform says the sender shared their own number.
    own: bool = False


@dataclass(frozen=True)
class ButtonPress:
    """``payload`` is what we put on the button, ``title`` what the customer saw."""

    payload: str
    title: str = ""
    description: str = ""


@dataclass(frozen=True)
class OrderLine:
    product: str  # the retailer's product id
    quantity: float
    price: float
    currency: str = ""


@dataclass(frozen=True)
class Referral:
    """The ad or post that brought the customer."""

    source_type: str = ""
    source_id: str = ""
    source_url: str = ""
    headline: str = ""
    body: str = ""
    click_id: str = ""


@dataclass(frozen=True)
class Pricing:
    type: str = ""  # regular, free_customer_service, free_entry_point, ...
    category: str = ""  # service, utility, marketing, ...
    model: str = ""


@dataclass(frozen=True)
class ErrorInfo:
    code: int = 0
    title: str = ""
    details: str = ""


@dataclass(frozen=True)
class Update:
    """One thing that happened at the provider.

    ``key`` is unique within a connection and the same for every repetition of the
    same thing; it is what deduplicates. ``external_id`` is the id of the thing itself,
    ``target`` the id of the message it is about (status, reaction, edit, revoke).
    ``addresses`` lists the customer, the one to answer to first.
    """

    kind: Kind
    key: str
    account: str = ""  # external account id; "" when the body does not say
    account_address: str = ""  # display number, when the body has no account id
    external_id: str = ""
    target: str = ""
    addresses: tuple[Address, ...] = ()
    name: str = ""
    username: str = ""
    timestamp: datetime | None = None  # aware, UTC; None when absent or garbage
    raw_timestamp: str = ""
    type: str = ""  # text, image, audio, video, document, sticker, location, ...
    text: str = ""
    media: tuple[MediaRef, ...] = ()
    location: Location | None = None
    contacts: tuple[ContactCard, ...] = ()
    button: ButtonPress | None = None
    form: dict[str, Any] | None = None  # answers of a form
    order: tuple[OrderLine, ...] = ()
    referral: Referral | None = None
    reply_to: str = ""
    forwarded: bool = False
    #: Messages with the same value are one: the customer sent several files at once.
    album: str = ""
    #: What ``Provider.acknowledge`` needs, when the customer's app waits for it.
    acknowledge: str = ""
    #: Text of ours that a deep link brought back.
    deep_link: str = ""
    #: Done on the business's own phone app: an echo, or an edit, a deletion or a
    #: reaction of it; in history, every line that the business wrote.
    by_business: bool = False
    emoji: str = ""  # reaction; "" removes it
    state: str = ""  # status: sent, delivered, read, played, failed
    correlation: str = ""  # what we attached to the send, given back in statuses
    pricing: Pricing | None = None
    error: ErrorInfo | None = None
    group: str = ""
    #: Only for kinds without fields of their own (account, template, consent, call,
    #: identity): plain values under our names, documented by the channel's parser.
    #: Identity: ``change`` is ``key``, ``number`` ..., ``blocked`` (the customer does
    #: not let us write any more) or ``unblocked``.
    details: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def identity(self) -> str:
        """Address to answer to, or an empty string."""
        return self.addresses[0].value if self.addresses else ""

    @property
    def aliases(self) -> tuple[str, ...]:
        return tuple(address.value for address in self.addresses[1:])

    @property
    def partition_key(self) -> str:
        """What orders this update: the most stable address, else its own key."""
        order = (AddressKind.BSUID, AddressKind.USER_ID, AddressKind.PHONE)
        by_kind = {address.kind: address.value for address in self.addresses}
        for kind in order:
            if kind in by_kind:
                return f"{self.account}|{by_kind[kind]}"
        return f"{self.account}|{self.group or self.target or self.key}"
