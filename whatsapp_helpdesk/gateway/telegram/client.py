"""Requests to the Bot API and what its answers mean, for all sets of calls.

The token stands in the address, so no address may show: errors carry Telegram's words,
never where the request went.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from ..errors import GatewayError, Retry
from ..provider import Credentials
from ..redact import redact
from . import const, errors
from .payloads import Call

if TYPE_CHECKING:
    from ..transport import Response, Transport

TIMEOUT = (const.CONNECT_SECONDS, const.READ_SECONDS)
UPLOAD_TIMEOUT = (const.CONNECT_SECONDS, const.UPLOAD_SECONDS)
#: Name, bytes and type of a file, as the transport wants it.
File = tuple[str, bytes, str]


class BotClient:
    """:ivar credentials: of one bot."""

    hosts: ClassVar[tuple[str, ...]] = (const.HOST,)

    def __init__(self, credentials: Credentials, transport: Transport | None = None):
        self.credentials = credentials
        self.transport = transport or _transport(self.hosts, credentials)

    def _url(self, *path: str) -> str:
        token = self.credentials.token.strip()
        if not const.TOKEN.fullmatch(token):
            raise GatewayError("token", Retry.STOP_ACCOUNT, details="no bot token")
        base = self.credentials.base_url or const.API_URL
        *before, last = path
        return "/".join((base.rstrip("/"), *before, f"bot{token}", last))

    def _call(
        self, method: str, values: dict[str, Any] | None = None, *, again: bool = True
    ) -> Any:
        """Result of a call.

        :param again: doing it twice harms nobody, so it is never in doubt.
        """
        return self._perform(Call(method, values or {}), again=again)

    def _perform(self, call: Call, file: File | None = None, *, again: bool) -> Any:
        """Do a call, with a file as a form and without as JSON."""
        sent: dict[str, Any] = {"json": call.values}
        if file is not None:
            sent = {"data": _form(call.values), "files": {call.file: file}}
        response = self.transport.request(
            "POST",
            self._url(call.method),
            timeout=UPLOAD_TIMEOUT if file else TIMEOUT,
            repeatable=again,
            **sent,
        )
        return self._result(response, Retry.SOON if again else Retry.IN_DOUBT)

    def _result(self, response: Response, doubt: Retry) -> Any:
        """What a good answer holds.

        :param doubt: what may be done when the request arrived and we do not know
            what became of it: an answer that is not Telegram's own.
        """
        try:
            answer = response.json()
        except GatewayError:
            answer = None
        own = isinstance(answer, dict) and isinstance(answer.get("ok"), bool)
        if own and not answer["ok"]:
            raise errors.from_answer(answer, response.status, self._clean)
        if 200 <= response.status < 300:
            if own:
                return answer.get("result")
            raise GatewayError("server", doubt, details="answer is not the Bot API's")
        if response.status >= 500:
            raise GatewayError("server", doubt, code=response.status)
        # No words of Telegram's: a proxy on the way.
        raise errors.classify(response.status)

    def _download(self, path: str, max_size: int) -> bytes:
        # Parts of the path are names; none of them may lead elsewhere.
        if any(step in ("", ".", "..") for step in path.split("/")):
            raise GatewayError("media", details="file without a path")
        url = f"{self._url('file', '')}{quote(path)}"
        content, _headers = self.transport.download(
            url, max_size=max_size, timeout=TIMEOUT
        )
        return content

    def _clean(self, text: str) -> str:
        return redact(text, self.credentials.redact_values())


def _form(values: dict[str, Any]) -> dict[str, str]:
    """In a form everything that is no text is JSON."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
    }


def _transport(hosts: Sequence[str], credentials: Credentials) -> Transport:
    # Imported here: parsing and checking must work without the requests library.
    from ..transport import Transport

    return Transport(
        hosts,
        base_url_override=credentials.base_url,
        redact=credentials.redact_values(),
    )
