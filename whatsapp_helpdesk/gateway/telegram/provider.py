"""The Telegram Bot API behind the contract of :class:`Provider`."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from .. import read
from ..errors import GatewayError, Retry, UnsupportedPart
from ..outgoing import OutMedia, OutReaction, Part
from ..provider import Features, Limits, MediaBlob, Provider, SendResult, Upload
from ..text import clean_filename
from ..updates import Address, ErrorInfo, MediaRef, Update
from . import const, errors, limits, payloads, people, webhook
from .setup_calls import SETUP, SetupCalls

#: Refusals of a picture or a recording that do not hold for the same file as a
#: document: proportions, damaged data, customers who want no voice messages.
_AS_DOCUMENT = ("image", "audio")


class TelegramProvider(SetupCalls, Provider):
    """``credentials.account`` is the bot's user id, ``token`` the bot's token and
    ``secrets`` what Telegram sends back in every delivery's header."""

    code: ClassVar[str] = "telegram"
    label: ClassVar[str] = "Telegram"
    order: ClassVar[int] = 20
    hosts: ClassVar[tuple[str, ...]] = (const.HOST,)
    limits: ClassVar[Limits] = Limits(
        text=const.TEXT_CHARS,
        caption=const.CAPTION_CHARS,
        buttons=const.BUTTON_COUNT,
        button_title=const.BUTTON_TITLE_CHARS,
        button_payload=const.BUTTON_PAYLOAD_BYTES,
        list_rows=const.BUTTON_COUNT,
        inbound_media=const.INBOUND_BYTES,
        any_media=const.FILE_BYTES,
        account_per_second=const.BOT_PER_SECOND,
        pair_interval=const.PAIR_INTERVAL_SECONDS,
        pair_burst=const.PAIR_BURST,
    )
    features: ClassVar[Features] = Features(
        single_account=True,
        acknowledges=True,
        deep_links=True,
        own_contact=True,
        keeps_requests=True,
        typing=True,
        reactions=True,
        buttons=True,
        lists=True,
        reply_quotes=True,
        voice=True,
        media_types=const.MEDIA_KINDS,
        setup=SETUP,
        icon="fa-telegram",
    )

    # -- webhook -----------------------------------------------------------------
    @classmethod
    def verify(
        cls, headers: Mapping[str, str], body: bytes, secrets: Sequence[str]
    ) -> int:
        return webhook.verify_secret(headers, body, secrets)

    @classmethod
    def parse(cls, body: bytes) -> list[Update]:
        return webhook.parse_body(body)

    # -- sending -----------------------------------------------------------------
    @classmethod
    def classify(cls, error: ErrorInfo) -> GatewayError:
        return errors.classify(error.code, error.details or error.title)

    @classmethod
    def check(cls, part: Part) -> None:
        limits.check(part)

    def serialise(
        self,
        addresses: Sequence[Address],
        part: Part,
        *,
        reply_to: str = "",
        correlation: str = "",
    ) -> dict[str, Any]:
        call = payloads.message(addresses, part, reply_to)
        return {"method": call.method, **call.values}

    def send(
        self,
        addresses: Sequence[Address],
        part: Part,
        *,
        reply_to: str = "",
        correlation: str = "",
        upload: Upload | None = None,
    ) -> SendResult:
        """A group that became a larger one is written to there, and told of."""
        try:
            return self._send(addresses, part, reply_to, upload)
        except errors.ChatMoved as moved:
            new = (people.address(moved.chat),)
        sent = self._send(new, part, "", upload)
        return dataclasses.replace(sent, addresses=new)

    def _send(
        self,
        addresses: Sequence[Address],
        part: Part,
        reply_to: str,
        upload: Upload | None,
    ) -> SendResult:
        if upload is None or not isinstance(part, OutMedia) or part.media_id:
            if upload is not None and not isinstance(part, OutMedia):
                raise UnsupportedPart("no place for a file")
            return self._deliver(addresses, part, reply_to)
        limits.file_size(upload.content)
        if part.media_type == "image" and len(upload.content) > const.PHOTO_BYTES:
            part = _as_document(part)
        try:
            return self._deliver(addresses, part, reply_to, upload)
        except GatewayError as error:
            if error.reason != "media" or part.media_type not in _AS_DOCUMENT:
                raise
        return self._deliver(addresses, _as_document(part), reply_to, upload)

    def _deliver(
        self,
        addresses: Sequence[Address],
        part: Part,
        reply_to: str,
        upload: Upload | None = None,
    ) -> SendResult:
        call = payloads.message(addresses, part, reply_to)
        if call.file and upload is None:
            raise UnsupportedPart("file is missing", "media")
        file = _get_file(part, upload) if upload else None
        is_reaction = isinstance(part, OutReaction)
        result = self._perform(call, file, again=is_reaction)
        if is_reaction:
            # No message of its own comes of it.
            return SendResult(f"{part.target}:{uuid.uuid4().hex[:12]}")
        message = result if isinstance(result, dict) else {}
        external_id = people.message_id(read.obj(message, "chat"), message)
        if not external_id:
            raise GatewayError("server", Retry.IN_DOUBT, details="answer without an id")
        return SendResult(external_id)

    def mark_read(self, external_id: str, *, typing: bool = False) -> None:
        """Telegram shows nobody what a bot read; only that it types, for 5 seconds."""
        chat, _which = people.split_id(external_id)
        if typing and const.CHAT_ID.fullmatch(chat):
            values = {"chat_id": int(chat), "action": "typing"}
            self._call("sendChatAction", values)

    def acknowledge(self, token: str) -> None:
        self._call("answerCallbackQuery", {"callback_query_id": token})

    @classmethod
    def get_deep_link(cls, display_address: str, text: str) -> str:
        name = display_address.strip().removeprefix("@")
        if not const.USERNAME.fullmatch(name):
            raise UnsupportedPart("no user name", "invalid")
        if not text:
            return f"{const.CHAT_URL}/{name}"
        if not const.START_TEXT.fullmatch(text):
            raise UnsupportedPart("START_TEXT", "invalid")
        return f"{const.CHAT_URL}/{name}?start={text}"

    # -- files -------------------------------------------------------------------
    def fetch_media(self, ref: MediaRef, *, max_size: int) -> MediaBlob:
        max_size = min(max_size, const.INBOUND_BYTES)
        if (ref.size or 0) > max_size:
            raise GatewayError("media", details=f"larger than {max_size} bytes")
        if not ref.media_id:
            raise GatewayError("media", details="file has no id")
        content = self._fetch(ref.media_id, max_size)
        return MediaBlob(content, ref.mime_type, ref.filename)

    def _fetch(self, media_id: str, max_size: int) -> bytes:
        try:
            return self._download(self._find_file(media_id, max_size), max_size)
        except GatewayError as error:
            # A path lives an hour; a fresh one, once.
            if error.reason != "media" or error.code != 404:
                raise
        return self._download(self._find_file(media_id, max_size), max_size)

    def _find_file(self, media_id: str, max_size: int) -> str:
        try:
            found = self._call("getFile", {"file_id": media_id})
        except GatewayError as error:
            if error.reason != "invalid":
                raise
            raise GatewayError(
                "media", code=error.code, details=error.details
            ) from None
        values = found if isinstance(found, dict) else {}
        if (read.whole(values, "file_size") or 0) > max_size:
            raise GatewayError("media", details=f"larger than {max_size} bytes")
        return read.text(values, "file_path")


def _as_document(part: OutMedia) -> OutMedia:
    return dataclasses.replace(part, media_type="document", voice=False)


def _get_file(part: OutMedia, upload: Upload) -> tuple[str, bytes, str]:
    """The customer sees the name of a document only."""
    mime = limits.base_mime(upload.mime_type or part.mime_type)
    name = clean_filename(part.filename or upload.filename, mime)
    return name, upload.content, mime
