"""The only way from this program to a provider's servers. It guarantees that

* only hosts of the channel's list are contacted, over https;
* the address is resolved once, private and otherwise special ones are refused, and that
  very address is connected to: a second DNS answer changes nothing (DNS rebinding);
* the token is sent to listed hosts only, on redirects too;
* answers are limited in size, unpacked too, and everything of a call in time;
* no exception or log line with an address, header or body in it leaves: callers see
  only :class:`GatewayError`, which says whether the request may have arrived.

The origin of ``base_url_override``, which an administrator sets, is exempt from the
first two. Proxies and ``.netrc`` of the environment are ignored.
"""

from __future__ import annotations

import http.client
import json as jsonlib
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.util.connection import create_connection

from . import deadline, quiet_logs
from .errors import GatewayError, MalformedPayload, Retry
from .hosts import HostPolicy
from .reading import download_error, read_body
from .redact import redact as redact_text

USER_AGENT = "whatsapp_helpdesk (Odoo)"
#: Seconds to connect and between two reads.
TIMEOUT = (5.0, 20.0)
#: Seconds a whole download and any other call may take, whatever their pace.
MAX_DURATION, MAX_CALL_DURATION = 300.0, 120.0
MAX_ANSWER = 10 * 1024 * 1024  # bytes of an answer that is not a file
#: Bytes that may come over the line beyond an answer's body: headers, marks of chunks.
MAX_AROUND = 1024 * 1024
MAX_REDIRECTS = 5
#: Seconds after which an idle connection is not used again. A server closes idle
#: connections at a time of its choosing; a request lost in that race is in doubt.
MAX_IDLE = 15.0
MAX_ADDRESSES = 4  # of one host, that are tried
POOL_SIZE = 32  # more than a sender makes calls at once
# Methods that change nothing, so that asking again is always right.
_SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))

_progress = threading.local()  # whether this thread's request has written something


@dataclass(frozen=True)
class Response:
    """A complete answer; ``status`` may be an error, ``headers`` ignore case."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """:raise MalformedPayload: the body is not JSON."""
        try:
            return jsonlib.loads(self.content)
        except (ValueError, RecursionError):
            error = MalformedPayload(f"answer {self.status} is not JSON")
        raise error


class _Response(deadline.LimitedResponse, http.client.HTTPResponse):
    """An answer that is over in time."""


class _CheckedConnection:
    """Mixin of the connection classes: resolve once, check, connect to that address.

    TLS keeps using the host's name, so certificates are checked as usual.
    """

    policy: HostPolicy
    scheme: str
    response_class = _Response

    def _new_conn(self) -> socket.socket:
        host, port = self.host.lower(), self.port
        self.policy.check(self.scheme, host, port)
        infos = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(info[4][0] for info in infos))
        for address in addresses:
            self.policy.check_address(self.scheme, host, port, address)
        last: OSError = OSError("host has no address")
        for address in addresses[:MAX_ADDRESSES]:
            try:
                return create_connection(
                    (address, port),
                    deadline.left(self.timeout),
                    source_address=self.source_address,
                    socket_options=self.socket_options,
                )
            except OSError as exc:
                last = exc
        raise last

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        deadline.left(TIMEOUT[1])  # over: nothing left, so it is no send in doubt
        _progress.sent = True
        return deadline.send(self.sock, super().send, data, TIMEOUT[1])


class _FreshPool:
    """Mixin of the pools: a connection idle for long is opened anew."""

    def _get_conn(self, timeout: float | None = None) -> Any:
        connection = super()._get_conn(timeout)
        since = getattr(connection, "idle_since", None)
        if since is not None and time.monotonic() - since > MAX_IDLE:
            connection.close()
        return connection

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.idle_since = time.monotonic()
        return super()._put_conn(conn)


def _pool_classes(policy: HostPolicy) -> dict[str, type]:
    class Http(_CheckedConnection, urllib3.connection.HTTPConnection):
        scheme = "http"

    class Https(_CheckedConnection, urllib3.connection.HTTPSConnection):
        scheme = "https"

    class HttpPool(_FreshPool, urllib3.HTTPConnectionPool):
        ConnectionCls = Http

    class HttpsPool(_FreshPool, urllib3.HTTPSConnectionPool):
        ConnectionCls = Https

    Http.policy = Https.policy = policy
    return {"http": HttpPool, "https": HttpsPool}


class _Adapter(HTTPAdapter):
    def __init__(self, policy: HostPolicy):
        self._policy = policy
        super().__init__(pool_connections=POOL_SIZE, pool_maxsize=POOL_SIZE)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        result = super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pool_classes(self._policy)
        return result

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        # The timeout travels on the request: Odoo's test harness compares the one
        # given to Session.send with a number and cannot take a pair.
        kwargs["timeout"] = getattr(request, "gateway_timeout", TIMEOUT)
        return super().send(request, *args, **kwargs)


class _Session(requests.Session):
    """Leaves redirects alone: the library reads their whole bodies into memory."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class Transport:
    """HTTP client of one channel. May be shared by threads.

    :param hosts: host names, exact or ``*.example.org`` (which does not include
        ``example.org`` itself).
    :param base_url_override: address of a local test server or a private proxy; its
        origin may be http, private and on any port.
    :param redact: secrets that must not show in error texts.
    """

    def __init__(
        self,
        hosts: Sequence[str],
        *,
        base_url_override: str = "",
        redact: Sequence[str] = (),
    ):
        quiet_logs.install()
        self._policy = HostPolicy.build(hosts, base_url_override)
        self._redact = tuple(redact)
        self._session = _Session()
        self._session.trust_env = False
        self._session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        self._session.headers.clear()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _Adapter(self._policy)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def close(self) -> None:
        self._session.close()

    def request(  # noqa: PLR0913 - the parts of a request, by name
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        data: Any = None,
        files: Any = None,
        params: Mapping[str, Any] | None = None,
        timeout: tuple[float, float] = TIMEOUT,
        token: str | None = None,
        repeatable: bool | None = None,
    ) -> Response:
        """Send a request and read the whole answer, whatever its status.

        :param json, data, files, params: as in ``requests``; no file objects.
        :param timeout: seconds to connect, seconds between two reads.
        :param token: sent as ``Authorization: Bearer``.
        :param repeatable: whether doing it twice is harmless. Default: only for GET.
        :raise GatewayError: ``network`` (nothing left, retry), ``timeout`` (may have
            arrived: in doubt, retry if repeatable), ``host_refused``, ``invalid``,
            ``server`` (answer too large or too many redirects).
        """
        if repeatable is None:
            repeatable = method.upper() in _SAFE_METHODS
        sent = _headers(headers, token)
        if json is not None:
            data = _encoded(json)
            sent.setdefault("Content-Type", "application/json")
        request = requests.Request(method.upper(), url, sent, files, data, params)
        doubt = Retry.SOON if repeatable else Retry.IN_DOUBT
        call = _Call(request, timeout, doubt, MAX_CALL_DURATION, MAX_ANSWER)
        too_large = GatewayError("server", doubt, details="answer too large")
        return self._guarded(call, lambda answer: _read(answer, MAX_ANSWER, too_large))

    def download(
        self,
        url: str,
        *,
        token: str | None = None,
        max_size: int,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> tuple[bytes, Mapping[str, str]]:
        """Fetch a file, refusing it as soon as it passes ``max_size`` bytes.

        :return: the bytes and the headers (case is ignored).
        :raise GatewayError: ``media`` (too large, or gone: ``code`` is the HTTP status
            and ``retry`` says whether a fresh address may help), ``token``, ``server``,
            ``throttled``, ``network``, ``timeout``, ``host_refused``.
        """
        request = requests.Request("GET", url, _headers(None, token))
        too_large = GatewayError("media", details=f"larger than {max_size} bytes")

        def read(answer: requests.Response) -> Response:
            if answer.status_code != 200:
                raise download_error(answer.status_code)
            return _read(answer, max_size, too_large)

        call = _Call(request, timeout, Retry.SOON, MAX_DURATION, max_size)
        response = self._guarded(call, read)
        return response.content, response.headers

    # -- internals ---------------------------------------------------------------
    def _guarded(self, call: _Call, read: _Reader) -> Response:
        """Run a call; translate every failure into a clean :class:`GatewayError`.

        Errors are raised outside of the handlers: the original exception, with the
        address and the headers in it, is then not even reachable as context.
        """
        try:
            with (
                deadline.limit(call.seconds),
                deadline.volume(call.max_size + MAX_AROUND),
                self._open(call) as answer,
            ):
                return read(answer)
        except GatewayError as exc:
            exc.details = redact_text(exc.details, self._redact)
            exc.args = (redact_text(str(exc), self._redact),)
            error = exc.with_traceback(None)
        except _BAD_REQUEST as exc:
            error = _unusable(call, exc)
        except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError) as exc:
            error = _failure(call, "timed out", exc)
        except _NETWORK_ERRORS as exc:
            error = _failure(call, "connection failed", exc)
        error.__context__ = error.__cause__ = None
        raise error from None

    def _open(self, call: _Call) -> requests.Response:
        """Send, follow redirects by hand, give the final answer with its body unread.

        Only hops to listed hosts are followed, so the token stays there. A redirected
        POST is followed only where HTTP keeps its method (307, 308).
        """
        request = call.request
        for _hop in range(MAX_REDIRECTS + 1):
            _progress.sent = False
            prepared = self._session.prepare_request(request)
            self._policy.check_url(prepared.url or "")
            prepared.gateway_timeout = call.timeout
            answer = self._session.send(prepared, stream=True, allow_redirects=False)
            location = answer.headers.get("Location")
            if answer.status_code not in (301, 302, 303, 307, 308) or not location:
                return answer
            answer.close()
            if request.method != "GET" and answer.status_code not in (307, 308):
                raise GatewayError("server", details="unexpected redirect")
            request.url, request.params = _joined(prepared.url, location), {}
        raise GatewayError("server", call.doubt, details="too many redirects")


@dataclass
class _Call:
    request: requests.Request
    timeout: tuple[float, float]
    doubt: Retry  # what a failure after sending means
    seconds: float  # all of it
    max_size: int  # bytes of its answer


_Reader = Callable[[requests.Response], Response]
# Ours to correct: nothing was sent and trying again is useless.
_BAD_REQUEST = (
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    urllib3.exceptions.LocationParseError,
    UnicodeError,
)
_NETWORK_ERRORS = (
    requests.exceptions.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
)


def _headers(
    headers: Mapping[str, str] | None, token: str | None
) -> CaseInsensitiveDict:
    result = CaseInsensitiveDict(
        # Compressed answers could unpack to more than the size limit in one read.
        {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
    )
    result.update(headers or {})
    if token:
        result["Authorization"] = f"Bearer {token}"
    return result


def _encoded(json: Any) -> bytes:
    try:
        return jsonlib.dumps(json, allow_nan=False).encode()
    except (TypeError, ValueError):
        error = GatewayError("invalid", details="not JSON")
    raise error


def _failure(call: _Call, what: str, exc: Exception) -> GatewayError:
    """Error for a broken connection: what it means depends on whether bytes left."""
    details = f"{what}: {type(exc).__name__}"
    if getattr(_progress, "sent", False):
        return GatewayError("timeout", call.doubt, details=details)
    return GatewayError("network", Retry.SOON, details=details)


def _unusable(call: _Call, exc: Exception) -> GatewayError:
    """Our request cannot be built, or the answer to it makes no sense."""
    if getattr(_progress, "sent", False):
        return _failure(call, "answer cannot be read", exc)
    return GatewayError("invalid", details="request cannot be built")


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError:
        return ""  # refused as every other address that is none


def _read(
    answer: requests.Response, max_size: int, too_large: GatewayError
) -> Response:
    content = read_body(answer, max_size, too_large)
    return Response(answer.status_code, answer.headers, content)
