"""The Sandbox behind the contract of :class:`Provider`.

What we send is checked as strictly as for WhatsApp and gets an id; the phone page shows
it from the database. Files of the customer come from a :class:`SandboxTransport`.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Protocol

from ..errors import GatewayError, UnsupportedPart
from ..outgoing import OutMedia, OutTemplate, Part
from ..provider import (
    Credentials,
    Features,
    Limits,
    MediaBlob,
    Provider,
    SendResult,
    Upload,
)
from ..templates import MEDIA_FORMATS
from ..updates import Address, AddressKind, ErrorInfo, MediaRef, Update
from ..whatsapp import limits as whatsapp_limits
from ..whatsapp.provider import WhatsAppProvider
from . import signature, webhook
from .templates import SandboxTemplates

#: Kinds of parts that the phone page can show.
PART_KINDS = frozenset(
    ("text", "media", "location", "contact", "reaction", "buttons", "list", "link")
    + ("location_request", "contact_request", "template")
)


class SandboxTransport(Protocol):
    """Where the files of the phone page are. Given to the provider as transport."""

    def load_media(self, media_id: str) -> MediaBlob:
        """:raise GatewayError: reason ``media`` when there is no such file."""


class SandboxProvider(SandboxTemplates, Provider):
    """``credentials.account`` is any name; ``credentials.secrets`` sign the page's
    bodies. Nothing else is needed."""

    code: ClassVar[str] = "sandbox"
    label: ClassVar[str] = "Sandbox"
    order: ClassVar[int] = 90
    hosts: ClassVar[tuple[str, ...]] = ()
    limits: ClassVar[Limits] = dataclasses.replace(
        WhatsAppProvider.limits,
        account_per_second=0.0,
        phone_app_per_second=0.0,
        pair_interval=0.0,
    )
    features: ClassVar[Features] = Features(
        window=timedelta(hours=24),
        templates=True,
        receipts=True,
        read_marks=True,
        reactions=True,
        buttons=True,
        lists=True,
        reply_quotes=True,
        voice=True,
        media_types=frozenset(webhook.MEDIA_KINDS),
        test_only=True,
        own_contact=True,
        icon="fa-mobile",
    )

    def __init__(
        self, credentials: Credentials, transport: SandboxTransport | None = None
    ):
        self.credentials = credentials
        self.transport = transport

    # -- webhook -----------------------------------------------------------------
    @classmethod
    def verify(
        cls, headers: Mapping[str, str], body: bytes, secrets: Sequence[str]
    ) -> int:
        return signature.verify(headers, body, secrets)

    @classmethod
    def parse(cls, body: bytes) -> list[Update]:
        return webhook.parse(body)

    # -- sending -----------------------------------------------------------------
    @classmethod
    def classify(cls, error: ErrorInfo) -> GatewayError:
        return GatewayError("unknown", code=error.code, details=error.title)

    @classmethod
    def check(cls, part: Part) -> None:
        if part.kind not in PART_KINDS:
            raise UnsupportedPart(part.kind or type(part).__name__)
        WhatsAppProvider.check(part)

    def serialise(
        self,
        addresses: Sequence[Address],
        part: Part,
        *,
        reply_to: str = "",
        correlation: str = "",
    ) -> dict[str, Any]:
        return {
            "account": self.credentials.account,
            "to": _recipient(addresses),
            "part": part.to_payload(),
            "reply_to": reply_to,
            "correlation": correlation,
        }

    def send(
        self,
        addresses: Sequence[Address],
        part: Part,
        *,
        reply_to: str = "",
        correlation: str = "",
        upload: Upload | None = None,
    ) -> SendResult:
        self.check(part)
        _recipient(addresses)
        if upload is not None:
            whatsapp_limits.media_size(_get_media_type(part), upload.content)
        return SendResult(f"sbx.{uuid.uuid4()}")

    def mark_read(self, external_id: str, *, typing: bool = False) -> None:
        """The phone page asks the database what was read."""

    def fetch_media(self, ref: MediaRef, *, max_size: int) -> MediaBlob:
        load = getattr(self.transport, "load_media", None)
        if load is None or not ref.media_id:
            raise GatewayError("media", details="file is not there")
        blob = load(ref.media_id)
        if len(blob.content) > max_size:
            raise GatewayError("media", details=f"larger than {max_size} bytes")
        return dataclasses.replace(
            blob,
            mime_type=blob.mime_type or ref.mime_type,
            filename=blob.filename or ref.filename,
        )

    # -- set-up ------------------------------------------------------------------
    def probe(self) -> dict[str, Any]:
        return {
            "display_address": self.credentials.account,
            "name": self.label,
            "quality": "",
            "limit": "",
            "status": "connected",
        }


def _get_media_type(part: Part) -> str:
    """:raise UnsupportedPart: the part has no place for a file."""
    if isinstance(part, OutMedia):
        return part.media_type
    if isinstance(part, OutTemplate):
        for parameter in part.parameters:
            if parameter.type in MEDIA_FORMATS:
                return parameter.type
    raise UnsupportedPart("no place for a file")


def _recipient(addresses: Sequence[Address]) -> str:
    """:raise GatewayError: reason ``recipient``: nobody of the phone page."""
    for address in addresses:
        if address.kind is AddressKind.USER_ID and address.value:
            return address.value
    raise GatewayError("recipient", details="not a Sandbox customer")
