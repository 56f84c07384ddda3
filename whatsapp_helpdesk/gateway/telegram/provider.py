"""The Telegram Bot API behind the contract of :class:`Provider`."""

from __future__ import annotations

from typing import ClassVar

from ..errors import MalformedPayload
from ..provider import Features, Limit, Limits, Provider, Unit
from ..setup import TOKEN_SETUP


class TelegramProvider(Provider):
    """``credentials.account`` is the bot's user id, ``token`` the bot's token and
    ``secrets`` what Telegram sends back in every delivery's header."""

    code: ClassVar[str] = "telegram"
    label: ClassVar[str] = "Telegram"
    hosts: ClassVar[tuple[str, ...]] = ("api.telegram.org",)
    limits: ClassVar[Limits] = Limits(
        text=Limit(4096, Unit.UTF16),
        caption=Limit(1024, Unit.UTF16),
        inbound_media=20 * 1024 * 1024,
    )
    features: ClassVar[Features] = Features(
        single_account=True,
        acknowledges=True,
        deep_links=True,
        own_contact=True,
        typing=True,
        buttons=True,
        reply_quotes=True,
        setup=TOKEN_SETUP,
        icon="fa-telegram",
    )

    @classmethod
    def parse(cls, body: bytes) -> list[Update]:
        raise MalformedPayload("not read yet")
