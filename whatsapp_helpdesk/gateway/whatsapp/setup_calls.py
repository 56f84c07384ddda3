"""Connecting a number: what the Graph API says about it, and what it lets us repair."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta, timezone
from typing import Any

from .. import read
from ..errors import GatewayError
from ..setup import (
    PASSING,
    NumberInfo,
    Profile,
    SetupCheck,
    TokenInfo,
    guarded,
    refused,
)
from . import const
from .graph import GraphClient

MESSAGING = "whatsapp_business_messaging"
MANAGEMENT = "whatsapp_business_management"
PERMISSIONS = (MESSAGING, MANAGEMENT)
OBJECT = "whatsapp_business_account"
#: The address that was to be set did not answer Meta.
UNREACHED = 2200
#: Tokens of Meta's "API Setup" page end after a day.
TEMPORARY = timedelta(days=2)
NUMBER_FIELDS = (
    "id,display_phone_number,verified_name,quality_rating,status,name_status,"
    "code_verification_status,platform_type,account_mode,"
    "whatsapp_business_manager_messaging_limit"
)
PROFILE_FIELDS = "about,address,description,email,profile_picture_url,websites,vertical"
_PROFILE_TEXTS = ("about", "address", "description", "email", "vertical")


class SetupCalls(GraphClient):
    """``credentials.extra`` may name the business account (``parent``) and the app
    (``app``); an empty ``credentials.account`` means that no number is chosen yet."""

    # -- asking ------------------------------------------------------------------
    def get_token(self) -> TokenInfo:
        """:raise GatewayError: reason ``token`` when it does not work at all."""
        params = {"input_token": self.credentials.token}
        data = read.obj(self._get("debug_token", params), "data")
        ends = [read.whole(data, n) for n in ("expires_at", "data_access_expires_at")]
        ends = [moment for moment in ends if moment]  # 0 stands for never
        scopes = read.many(data, "scopes")
        return TokenInfo(
            valid=read.flag(data, "is_valid"),
            app=read.text(data, "app_id"),
            app_name=read.text(data, "application"),
            missing=tuple(name for name in PERMISSIONS if name not in scopes),
            expires_at=datetime.fromtimestamp(min(ends), timezone.utc)
            if ends
            else None,
        )

    def list_numbers(self) -> tuple[NumberInfo, ...]:
        """All numbers of the business account."""
        params = {"fields": NUMBER_FIELDS, "limit": "100"}
        answer = self._get(f"{self._parent()}/phone_numbers", params)
        return tuple(_number(row) for row in read.objects(answer, "data"))

    def get_number(self) -> NumberInfo:
        params = {"fields": NUMBER_FIELDS}
        return _number(self._get(self.credentials.account, params))

    def check_setup(self, callback: str) -> list[SetupCheck]:
        """Everything that can be asked, each thing once; never raises.

        :param callback: address that deliveries must go to.
        """
        checks = self._check_token()
        app = next((check.values.get("app", "") for check in checks), "")
        app = app or self.credentials.extra.get("app", "")
        checks.append(guarded("webhook", lambda: self._check_webhook(app, callback)))
        if self.credentials.extra.get("parent"):
            checks.append(
                guarded("subscribed", lambda: self._check_subscribed(app, callback))
            )
        if self.credentials.account:
            checks.append(guarded("number", self._check_number))
            checks.append(guarded("health", self._check_health))
        return checks

    def _check_token(self) -> list[SetupCheck]:
        try:
            token = self.get_token()
        except GatewayError as error:
            if error.reason == "token" or error.reason in PASSING:
                return [refused("token", error)]
            return [guarded("token", self._check_without_asking)]
        values = {
            "app": token.app,
            "app_name": token.app_name,
            "expires_at": token.expires_at and token.expires_at.isoformat(),
        }
        if not token.valid:
            return [SetupCheck("token", False, "token", values)]
        ends = token.expires_at
        brief = bool(ends and ends - datetime.now(timezone.utc) < TEMPORARY)
        return [
            SetupCheck("token", True, "temporary" if brief else "", values),
            SetupCheck(
                "permissions",
                not token.missing,
                values={"missing": list(token.missing)},
            ),
        ]

    def _check_without_asking(self) -> SetupCheck:
        """Some tokens may not ask about themselves, but work."""
        self._get(self.credentials.account or self._parent(), {"fields": "id"})
        return SetupCheck("token", True)

    def _check_webhook(self, app: str, callback: str) -> SetupCheck:
        """Where the app delivers; asking as the app proves that its secret is right."""
        if not app or not self.credentials.secrets:
            return SetupCheck("webhook", None, "unknown_app")
        try:
            answer = self._as_app(app)._get(f"{app}/subscriptions")
        except GatewayError as error:
            if error.reason not in ("token", "invalid", "account"):
                raise
            return SetupCheck("webhook", False, "secret")
        for row in read.objects(answer, "data"):
            if read.text(row, "object") == OBJECT:
                return _judge_webhook(row, callback)
        return SetupCheck("webhook", False, "absent")

    def _check_subscribed(self, app: str, callback: str) -> SetupCheck:
        answer = self._get(f"{self._parent()}/subscribed_apps")
        for row in read.objects(answer, "data"):
            known = read.text(read.obj(row, "whatsapp_business_api_data"), "id")
            if app and known != app:
                continue
            override = read.text(row, "override_callback_uri")
            if override and override != callback:
                values = {"callback": override}
                return SetupCheck("subscribed", False, "overridden", values)
            return SetupCheck("subscribed", True)
        return SetupCheck("subscribed", False, "not_subscribed")

    def _check_number(self) -> SetupCheck:
        number = self.get_number()
        detail = ""
        if not number.connected:
            detail = "not_verified" if number.verified is False else number.status
        return SetupCheck(
            "number", number.connected, detail, dataclasses.asdict(number)
        )

    def _check_health(self) -> SetupCheck:
        """What Meta itself says stands in the way of sending, with its own advice."""
        answer = self._get(self.credentials.account, {"fields": "health_status"})
        health = read.obj(answer, "health_status")
        able = read.text(health, "can_send_message").lower()
        advice = [
            " ".join(
                filter(
                    None,
                    (
                        read.text(error, "error_description"),
                        read.text(error, "possible_solution"),
                    ),
                )
            )
            for entity in read.objects(health, "entities")
            for error in read.objects(entity, "errors")
        ]
        ok = None if not able else able != "blocked"
        detail = "" if able in ("", "available") else able
        return SetupCheck("health", ok, detail, {"message": " ".join(advice)})

    # -- repairing ---------------------------------------------------------------
    def subscribe(self) -> None:
        """Let the app have what happens in the business account; twice harms nobody.

        An address of its own that somebody set for this account is removed.
        """
        self._post(f"{self._parent()}/subscribed_apps", repeatable=True)

    def set_webhook(self, callback: str, verify_token: str) -> None:
        """Tell the app where to deliver; Meta asks that address at once.

        :raise GatewayError: also when the address did not answer Meta.
        """
        app = self.credentials.extra.get("app") or self.get_token().app
        values = {
            "object": OBJECT,
            "callback_url": callback,
            "verify_token": verify_token,
        }
        wanted = const.WEBHOOK_FIELDS + const.WEBHOOK_FIELDS_MORE
        try:
            self._subscribe_app(app, values, wanted)
        except GatewayError as error:
            if error.reason != "invalid" or error.code == UNREACHED:
                raise
            # One unknown field makes Meta refuse all of them.
            self._subscribe_app(app, values, const.WEBHOOK_FIELDS)

    def _subscribe_app(
        self, app: str, values: dict[str, str], fields: tuple[str, ...]
    ) -> None:
        body = {**values, "fields": ",".join(fields)}
        path = f"{app}/subscriptions"
        self._as_app(app)._post(path, data=body, repeatable=True)

    def check_secret(self, secret: str) -> bool | None:
        """Whether an app secret is the app's; None when the app is not known."""
        app = self.credentials.extra.get("app") or self.get_token().app
        if not app:
            return None
        try:
            self._as_app(app, secret)._get(f"{app}/subscriptions")
        except GatewayError as error:
            if error.reason in ("token", "invalid", "account"):
                return False
            raise
        return True

    def register(self, pin: str) -> None:
        """Connect the number; a ``pin`` it does not have yet becomes its PIN."""
        body = {"messaging_product": "whatsapp", "pin": pin}
        self._post(f"{self.credentials.account}/register", json=body, repeatable=True)

    def request_code(self, method: str, language: str) -> None:
        """Have the number called (``voice``) or written to (``sms``)."""
        self._post(
            f"{self.credentials.account}/request_code",
            data={"code_method": method.upper(), "language": language},
        )

    def verify_code(self, code: str) -> None:
        """It is written with a dash where people read it, but sent without."""
        digits = "".join(char for char in code if char.isdigit())
        self._post(f"{self.credentials.account}/verify_code", data={"code": digits})

    # -- profile -----------------------------------------------------------------
    def get_profile(self) -> Profile:
        answer = self._get(
            f"{self.credentials.account}/whatsapp_business_profile",
            {"fields": PROFILE_FIELDS},
        )
        row = next(iter(read.objects(answer, "data")), {})
        sites = (site for site in read.many(row, "websites") if isinstance(site, str))
        return Profile(
            **{name: read.text(row, name) for name in _PROFILE_TEXTS},
            websites=tuple(sites),
            picture=read.text(row, "profile_picture_url"),
        )

    def set_profile(self, profile: Profile) -> None:
        """An empty ``about`` or ``vertical`` cannot be sent: it stays as it was."""
        body: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "address": profile.address,
            "description": profile.description,
            "email": profile.email,
            "websites": list(profile.websites),
            **read.compact(about=profile.about, vertical=profile.vertical),
        }
        path = f"{self.credentials.account}/whatsapp_business_profile"
        self._post(path, json=body, repeatable=True)

    # -- inside ------------------------------------------------------------------
    def _parent(self) -> str:
        parent = self.credentials.extra.get("parent", "")
        if not parent:
            raise GatewayError("invalid", details="business account ID is missing")
        return parent

    def _as_app(self, app: str, secret: str = "") -> SetupCalls:
        """The same, acting as the app instead of a person."""
        secret = secret or next(iter(self.credentials.secrets), "")
        credentials = dataclasses.replace(self.credentials, token=f"{app}|{secret}")
        return type(self)(credentials, self.transport)


def _number(row: dict[str, Any]) -> NumberInfo:
    status = read.text(row, "status").lower()
    verified = read.text(row, "code_verification_status").upper()
    limit = read.text(row, "whatsapp_business_manager_messaging_limit")
    return NumberInfo(
        id=read.text(row, "id"),
        display=read.text(row, "display_phone_number"),
        name=read.text(row, "verified_name"),
        status=status,
        quality=read.text(row, "quality_rating").lower(),
        limit=limit.lower(),
        name_status=read.text(row, "name_status").lower(),
        connected=status in ("", "connected"),
        verified=verified not in ("NOT_VERIFIED", "UNVERIFIED") if verified else None,
        is_test=read.text(row, "account_mode").upper() == "SANDBOX",
    )


def _judge_webhook(row: dict[str, Any], callback: str) -> SetupCheck:
    address = read.text(row, "callback_url")
    if address != callback:
        return SetupCheck("webhook", False, "other", {"callback": address})
    fields = {
        read.text(field, "name") if isinstance(field, dict) else str(field)
        for field in read.many(row, "fields")
    }
    missing = [name for name in const.WEBHOOK_FIELDS if name not in fields]
    if "messages" in missing:
        return SetupCheck("webhook", False, "fields", {"missing": missing})
    return SetupCheck("webhook", True, "some_fields" if missing else "")
