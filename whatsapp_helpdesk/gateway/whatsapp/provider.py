"""The WhatsApp Cloud API behind the contract of :class:`Provider`."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from .. import read
from ..errors import GatewayError, Retry, UnsupportedPart
from ..outgoing import OutMedia, OutTemplate, Part
from ..pricing import Tariff
from ..provider import (
    Features,
    Limit,
    Limits,
    MediaBlob,
    Provider,
    SendResult,
    Upload,
)
from ..setup import APP_SETUP, ProfileLimits
from ..updates import Address, AddressKind, ErrorInfo, MediaRef, Update
from . import const, errors, limits, payloads, webhook
from .graph import TIMEOUT, UPLOAD_TIMEOUT, GraphClient
from .people import CONTACT, addresses
from .setup_calls import NUMBER_FIELDS, SetupCalls
from .tariff import TARIFF
from .template_calls import TemplateCalls

_HELD = frozenset(("held_for_quality_assessment", "paused"))
_FILE_PARAMETERS = frozenset(("image", "video", "document"))
#: What a download answers when the address is older than five minutes.
_STALE = frozenset((403, 404, 410))


class WhatsAppProvider(SetupCalls, TemplateCalls, GraphClient, Provider):
    """One business number. ``credentials.account`` is its phone number id,
    ``credentials.extra["parent"]`` the id of its WhatsApp Business Account."""

    code: ClassVar[str] = "whatsapp"
    label: ClassVar[str] = "WhatsApp"
    operator: ClassVar[str] = "Meta"
    order: ClassVar[int] = 10
    hosts: ClassVar[tuple[str, ...]] = const.HOSTS
    limits: ClassVar[Limits] = Limits(
        text=Limit(const.TEXT_CHARS),
        caption=Limit(const.CAPTION_CHARS),
        buttons=const.BUTTON_COUNT,
        button_title=Limit(const.BUTTON_TITLE_CHARS),
        button_payload=Limit(const.ROW_PAYLOAD_CHARS),  # a button's may be longer
        list_rows=const.LIST_ROW_COUNT,
        inbound_media=const.INBOUND_BYTES,
        media={
            mime: const.MEDIA_BYTES[kind]
            for kind, mimes in const.MEDIA_TYPES.items()
            for mime in mimes
        },
        account_per_second=const.NUMBER_PER_SECOND,
        phone_app_per_second=const.PHONE_APP_PER_SECOND,
        pair_interval=const.PAIR_INTERVAL_SECONDS,
        pair_burst=const.PAIR_BURST,
    )
    features: ClassVar[Features] = Features(
        window=timedelta(hours=const.WINDOW_HOURS),
        templates=True,
        template_list=True,
        receipts=True,
        read_marks=True,
        typing=True,
        reactions=True,
        buttons=True,
        lists=True,
        reply_quotes=True,
        voice=True,
        media_types=frozenset(const.MEDIA_TYPES),
        correlation=True,
        media_lifetime=timedelta(days=const.MEDIA_DAYS),
        deep_links=True,
        own_contact=True,
        setup=APP_SETUP,
        icon="fa-whatsapp",
    )
    profile_limits: ClassVar[ProfileLimits] = ProfileLimits(
        texts=const.PROFILE_CHARS,
        websites=const.PROFILE_WEBSITES,
        website=const.PROFILE_WEBSITE_CHARS,
        verticals=const.PROFILE_VERTICALS,
    )

    tariff: ClassVar[Tariff] = TARIFF

    # -- webhook -----------------------------------------------------------------
    @classmethod
    def challenge(cls, query: Mapping[str, str], verify_token: str) -> str:
        return webhook.answer_challenge(query, verify_token)

    @classmethod
    def verify(
        cls, headers: Mapping[str, str], body: bytes, secrets: Sequence[str]
    ) -> int:
        return webhook.verify_signature(headers, body, secrets)

    @classmethod
    def parse(cls, body: bytes) -> list[Update]:
        return webhook.parse_body(body)

    @classmethod
    def get_country(cls, address: Address) -> str:
        """User ids begin with the country: customers may hide their number."""
        if address.kind is AddressKind.BSUID:
            code = address.value.partition(".")[0].upper()
            return code if len(code) == 2 and code.isalpha() else ""
        return super().get_country(address)

    # -- sending -----------------------------------------------------------------
    @classmethod
    def check(cls, part: Part) -> None:
        limits.check(part)

    @classmethod
    def classify(cls, error: ErrorInfo) -> GatewayError:
        return errors.classify(error.code, details=error.details or error.title)

    def serialise(
        self,
        addresses: Sequence[Address],
        part: Part,
        *,
        reply_to: str = "",
        correlation: str = "",
    ) -> dict[str, Any]:
        return payloads.message(
            addresses, part, reply_to=reply_to, correlation=correlation
        )

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
        payloads.recipient(addresses)  # refuse before a file is uploaded for nothing
        if upload is not None:
            part = self._with_file(part, upload)
        body = self.serialise(
            addresses, part, reply_to=reply_to, correlation=correlation
        )
        answer = self._post(f"{self.credentials.account}/messages", json=body)
        return _send_result(answer)

    @classmethod
    def get_deep_link(cls, display_address: str, text: str) -> str:
        """The text is proposed to the customer, who may change it and has to send it:
        it comes back inside of an ordinary message."""
        digits = "".join(char for char in display_address if char in "0123456789")
        if not const.PHONE_DIGITS_MIN <= len(digits) <= const.PHONE_DIGITS:
            raise UnsupportedPart("no telephone number", "invalid")
        proposed = f"?text={quote(text, safe='')}" if text else ""
        return f"{const.CHAT_URL}/{digits}{proposed}"

    def mark_read(self, external_id: str, *, typing: bool = False) -> None:
        self._post(
            f"{self.credentials.account}/messages",
            json=payloads.read_mark(external_id, typing=typing),
            repeatable=True,
        )

    def _with_file(self, part: Part, upload: Upload) -> Part:
        """The part with the id of the uploaded file in the place that waits for it."""
        if isinstance(part, OutMedia):
            if part.media_id:
                return part
            media_id = self._upload(part.media_type, upload)
            return dataclasses.replace(part, media_id=media_id)
        if isinstance(part, OutTemplate):
            for position, parameter in enumerate(part.parameters):
                if parameter.type in _FILE_PARAMETERS and not parameter.value:
                    media_id = self._upload(parameter.type, upload)
                    filled = list(part.parameters)
                    filled[position] = dataclasses.replace(parameter, value=media_id)
                    return dataclasses.replace(part, parameters=tuple(filled))
        raise UnsupportedPart("no place for a file")

    def _upload(self, media_type: str, upload: Upload) -> str:
        mime = limits.base_mime(upload.mime_type)
        if mime not in const.MEDIA_TYPES.get(media_type, ()):
            raise UnsupportedPart("MEDIA_TYPES", "media")
        limits.media_size(media_type, upload.content)
        answer = self._post(
            f"{self.credentials.account}/media",
            data={"messaging_product": "whatsapp", "type": mime},
            # The customer sees the name in the message; this one only has to be plain.
            files={"file": ("file", upload.content, mime)},
            timeout=UPLOAD_TIMEOUT,
            repeatable=True,
        )
        media_id = read.text(answer, "id")
        if not media_id:
            raise GatewayError("server", Retry.SOON, details="upload without an id")
        return media_id

    # -- files -------------------------------------------------------------------
    def fetch_media(self, ref: MediaRef, *, max_size: int) -> MediaBlob:
        max_size = min(max_size, const.INBOUND_BYTES)
        if not ref.media_id:
            if not ref.url:
                raise GatewayError("media", details="neither an id nor an address")
            return self._download(ref, {"url": ref.url}, max_size)
        info = self._media_info(ref.media_id)
        try:
            return self._download(ref, info, max_size)
        except GatewayError as error:
            if error.reason != "media" or error.code not in _STALE:
                raise
        # The address had died meanwhile: a fresh one, once.
        return self._download(ref, self._media_info(ref.media_id), max_size)

    def _media_info(self, media_id: str) -> dict[str, Any]:
        params = {"phone_number_id": self.credentials.account}
        try:
            return self._get(media_id, params)
        except GatewayError as error:
            if error.reason != "invalid":
                raise
            # Meta answers "invalid parameter" for a file it no longer has.
            raise GatewayError(
                "media", code=error.code, details=error.details
            ) from None

    def _download(
        self, ref: MediaRef, info: dict[str, Any], max_size: int
    ) -> MediaBlob:
        if (read.whole(info, "file_size") or 0) > max_size:
            raise GatewayError("media", details=f"larger than {max_size} bytes")
        content, headers = self.transport.download(
            read.text(info, "url"),
            token=self.credentials.token,
            max_size=max_size,
            timeout=TIMEOUT,
        )
        expected = read.sha256_hex(read.text(info, "sha256")) or ref.sha256
        if expected and hashlib.sha256(content).hexdigest() != expected:
            raise GatewayError("media", Retry.SOON, details="checksum differs")
        mime = read.text(info, "mime_type") or ref.mime_type
        return MediaBlob(content, mime or headers.get("Content-Type", ""), ref.filename)

    # -- set-up ------------------------------------------------------------------
    def probe(self) -> dict[str, Any]:
        """Besides the names of the contract: ``subscribed`` (None when the business
        account is not known), ``callback`` (an address that overrides the app's) and
        ``problems`` (not_connected, number_not_verified, not_subscribed)."""
        number = self._get(self.credentials.account, {"fields": NUMBER_FIELDS})
        status = read.text(number, "status").lower()
        problems = []
        if status and status != "connected":
            problems.append("not_connected")
        if read.text(number, "code_verification_status").upper() == "EXPIRED":
            problems.append("number_not_verified")
        subscribed, callback = self._subscription()
        if subscribed is False:
            problems.append("not_subscribed")
        limit = read.text(number, "whatsapp_business_manager_messaging_limit")
        return {
            "display_address": read.text(number, "display_phone_number"),
            "name": read.text(number, "verified_name"),
            "quality": read.text(number, "quality_rating").lower(),
            "limit": limit.lower(),
            "status": status,
            "subscribed": subscribed,
            "callback": callback,
            "problems": problems,
        }

    def _subscription(self) -> tuple[bool | None, str]:
        """Whether an app (ours, when its id is known) gets the account's webhooks."""
        parent = self.credentials.extra.get("parent")
        if not parent:
            return None, ""
        wanted = self.credentials.extra.get("app")
        for row in read.objects(self._get(f"{parent}/subscribed_apps"), "data"):
            app = read.obj(row, "whatsapp_business_api_data")
            if not wanted or read.text(app, "id") == wanted:
                return True, read.text(row, "override_callback_uri")
        return False, ""

    def token_expires_at(self) -> datetime | None:
        """Tokens of system users usually never end; those of persons after 60 days."""
        return self.get_token().expires_at


def _send_result(answer: dict[str, Any]) -> SendResult:
    messages = read.objects(answer, "messages")
    external_id = read.text(messages[0], "id") if messages else ""
    if not external_id:
        raise GatewayError("server", Retry.IN_DOUBT, details="answer without an id")
    found = [
        entry
        for contact in read.objects(answer, "contacts")
        for entry in addresses(contact, CONTACT)
    ]
    return SendResult(
        external_id,
        tuple(dict.fromkeys(found)),
        held=read.text(messages[0], "message_status") in _HELD,
    )
