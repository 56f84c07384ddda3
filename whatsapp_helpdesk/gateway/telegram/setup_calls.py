"""Connecting a bot: its token, its webhook, and what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from .. import read
from ..errors import GatewayError, Retry
from ..setup import (
    TOKEN_SETUP,
    NumberInfo,
    SetupCheck,
    TokenInfo,
    guarded,
    refused,
)
from . import const, people
from .client import BotClient

#: Telegram delivers to these ports only.
SETUP = replace(TOKEN_SETUP, ports=frozenset((443, 80, 88, 8443)))
#: An error of a delivery that is older, with nothing waiting, is over.
FRESH = timedelta(hours=24)


class SetupCalls(BotClient):
    """Calls of a connection whose plan is :data:`SETUP`."""

    def _get_me(self) -> dict[str, Any]:
        bot = self._call("getMe")
        if not isinstance(bot, dict) or not people.number(bot, "id"):
            raise GatewayError("server", Retry.SOON, details="getMe without an id")
        if not read.flag(bot, "is_bot"):
            raise GatewayError("token", Retry.STOP_ACCOUNT, details="not a bot")
        return bot

    def get_token(self) -> TokenInfo:
        """A token has all rights of its bot and never ends."""
        try:
            bot = self._get_me()
        except GatewayError as error:
            if error.reason != "token":
                raise
            return TokenInfo(False)
        return TokenInfo(
            True, people.number(bot, "id"), app_name=read.text(bot, "first_name")
        )

    def get_number(self) -> NumberInfo:
        bot = self._get_me()
        return NumberInfo(
            id=people.number(bot, "id"),
            display=_display(bot),
            name=read.text(bot, "first_name"),
            status="connected",
            connected=True,
        )

    def list_numbers(self) -> tuple[NumberInfo, ...]:
        """A token is one bot's."""
        return (self.get_number(),)

    def probe(self) -> dict[str, Any]:
        """Besides the names of the contract: ``callback``, where deliveries go."""
        bot = self._get_me()
        info = self._webhook_info()
        return {
            "display_address": _display(bot),
            "name": read.text(bot, "first_name"),
            "quality": "",
            "limit": "",
            "status": "connected",
            "callback": read.text(info, "url"),
            "pending": read.whole(info, "pending_update_count") or 0,
            "message": read.text(info, "last_error_message"),
            "problems": self._find_problems(info),
        }

    def _find_problems(self, info: dict[str, Any]) -> list[str]:
        url, ours = read.text(info, "url"), self.credentials.extra.get("callback")
        if not url:
            return ["webhook_absent"]
        problems = ["webhook_elsewhere"] if ours and url != ours else []
        return problems + (["webhook_failing"] if _has_failed(info) else [])

    # -- checks ------------------------------------------------------------------
    def check_setup(self, callback: str) -> list[SetupCheck]:
        checks = [guarded("token", self._check_token)]
        try:
            info = self._webhook_info()
        except GatewayError as error:
            return checks + [refused(code, error) for code in ("webhook", "deliveries")]
        return [*checks, judge_webhook(info, callback), judge_deliveries(info)]

    def _check_token(self) -> SetupCheck:
        bot = self._get_me()
        mine = self.credentials.account
        values = {
            "app": people.number(bot, "id"),
            "app_name": read.text(bot, "first_name"),
        }
        if mine and mine != values["app"]:
            # The token of another bot: messages would come from a stranger.
            return SetupCheck("token", False, "token", values)
        return SetupCheck("token", True, values=values)

    def _webhook_info(self) -> dict[str, Any]:
        info = self._call("getWebhookInfo")
        if not isinstance(info, dict):
            raise GatewayError("server", Retry.SOON, details="no webhook information")
        return info

    # -- repairing ---------------------------------------------------------------
    def set_webhook(self, callback: str, verify_token: str) -> None:
        """Have everything delivered to an address, each time with the secret.

        What waits at Telegram stays: customers wrote it.
        """
        if not const.SECRET.fullmatch(verify_token):
            raise GatewayError("invalid", details="secret has characters of its own")
        values = {
            "url": callback,
            "secret_token": verify_token,
            "max_connections": const.CONNECTIONS,
            "allowed_updates": [*const.UPDATES, *const.UPDATES_MORE],
        }
        self._call("setWebhook", values)

    def remove_webhook(self) -> None:
        self._call("deleteWebhook")


def _display(bot: dict[str, Any]) -> str:
    name = read.text(bot, "username")
    return f"@{name}" if name else people.number(bot, "id")


def judge_webhook(info: dict[str, Any], callback: str) -> SetupCheck:
    url = read.text(info, "url")
    if not url:
        return SetupCheck("webhook", False, "absent")
    if url != callback:
        return SetupCheck("webhook", False, "other", {"callback": url})
    allowed = read.many(info, "allowed_updates")
    missing = [name for name in const.UPDATES if allowed and name not in allowed]
    if missing:
        return SetupCheck("webhook", False, "fields", {"missing": missing})
    return SetupCheck("webhook", True)


def _has_failed(info: dict[str, Any]) -> bool:
    """Whether the last error still matters."""
    at = read.timestamp(info, "last_error_date")
    if at is None:
        return False
    waits = bool(read.whole(info, "pending_update_count"))
    return waits or datetime.now(timezone.utc) - at < FRESH


def judge_deliveries(info: dict[str, Any]) -> SetupCheck:
    """Telegram keeps what it cannot deliver for a day and says why."""
    pending = read.whole(info, "pending_update_count") or 0
    values: dict[str, Any] = {"pending": pending}
    if _has_failed(info):
        at = read.timestamp(info, "last_error_date")
        values["message"] = read.text(info, "last_error_message")
        values["at"] = at.isoformat() if at else ""
        return SetupCheck("deliveries", False, "failing", values)
    return SetupCheck("deliveries", True, "waiting" if pending else "", values)
