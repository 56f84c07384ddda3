"""Requests to the Graph API and what its answers mean, for all sets of calls.

``GraphClient`` is the base of everything that talks to Meta for one number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import GatewayError, Retry
from ..provider import Credentials
from ..redact import redact
from . import const, errors

if TYPE_CHECKING:
    from ..transport import Response, Transport

TIMEOUT = (const.CONNECT_SECONDS, const.READ_SECONDS)
UPLOAD_TIMEOUT = (const.CONNECT_SECONDS, const.UPLOAD_SECONDS)


class GraphClient:
    """:ivar credentials: of one number; ``extra["parent"]`` is its business account."""

    hosts: ClassVar[tuple[str, ...]] = const.HOSTS

    def __init__(self, credentials: Credentials, transport: Transport | None = None):
        self.credentials = credentials
        self.transport = transport or _transport(self.hosts, credentials)

    def _url(self, path: str) -> str:
        base = self.credentials.base_url or const.GRAPH_URL
        return f"{base.rstrip('/')}/{const.GRAPH_VERSION}/{path}"

    def _get(self, path: str, params: dict[str, str] | None = None) -> dict[str, Any]:
        response = self.transport.request(
            "GET",
            self._url(path),
            params=params,
            token=self.credentials.token,
            timeout=TIMEOUT,
        )
        return self._answer(response, Retry.SOON)

    def _post(
        self,
        path: str,
        *,
        repeatable: bool = False,
        timeout: tuple[float, float] = TIMEOUT,
        **body: Any,
    ) -> dict[str, Any]:
        """:param repeatable: doing it twice harms nobody, so it is never in doubt."""
        response = self.transport.request(
            "POST",
            self._url(path),
            token=self.credentials.token,
            timeout=timeout,
            repeatable=repeatable,
            **body,
        )
        return self._answer(response, Retry.SOON if repeatable else Retry.IN_DOUBT)

    def _answer(self, response: Response, doubt: Retry) -> dict[str, Any]:
        """JSON of a good answer.

        :param doubt: what may be done when the request arrived and we do not know
            what became of it: an answer that is not Meta's own.
        """
        try:
            answer = response.json()
        except GatewayError:
            answer = None
        if isinstance(answer, dict) and isinstance(answer.get("error"), dict):
            refusal = errors.from_answer(answer, response.status, self._clean)
            raise _with_wait(refusal, response)
        if 200 <= response.status < 300:
            if isinstance(answer, dict):
                return answer
            raise GatewayError("server", doubt, details="answer is not JSON")
        if response.status >= 500:
            raise GatewayError("server", doubt, code=response.status)
        raise _with_wait(errors.classify(0, response.status), response)

    def _clean(self, text: str) -> str:
        return redact(text, self.credentials.redact_values())


def _transport(hosts: Sequence[str], credentials: Credentials) -> Transport:
    # Imported here: parsing and checking must work without the requests library.
    from ..transport import Transport

    return Transport(
        hosts,
        base_url_override=credentials.base_url,
        redact=credentials.redact_values(),
    )


def _with_wait(error: GatewayError, response: Response) -> GatewayError:
    seconds = response.headers.get("Retry-After", "")
    if seconds.isascii() and seconds.isdecimal():
        error.retry_after = float(seconds)
    return error
