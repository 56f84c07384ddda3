"""Meta's error codes and what may be done about them.

The same codes come as an answer to a request and, minutes later, in a failed status.
Throttling is HTTP 400 at Meta, so the code decides and the HTTP status only helps out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .. import read
from ..errors import GatewayError, Retry


class Rule(NamedTuple):
    reason: str
    retry: Retry = Retry.NEVER
    wait: float | None = None  # seconds, where Meta says how long
    only_recipient: bool = False


def _table(*rows: tuple[tuple[int | range, ...], Rule]) -> Iterator[tuple[int, Rule]]:
    for codes, rule in rows:
        for code in codes:
            for one in code if isinstance(code, range) else (code,):
                yield one, rule


_STOP = Retry.STOP_ACCOUNT

RULES: dict[int, Rule] = dict(
    _table(
        # provider down
        ((1, 2, 131000, 131016, 133004), Rule("server", Retry.SOON)),
        ((131057,), Rule("server", Retry.SOON, wait=60.0)),
        ((139102, 139103), Rule("server", Retry.SOON)),
        # too fast
        ((4, 613, 80007), Rule("throttled", Retry.SLOW)),
        ((130429,), Rule("throttled", Retry.SOON)),
        ((131056,), Rule("pair_throttled", Retry.SOON, only_recipient=True)),
        ((133016,), Rule("throttled", Retry.LATER)),
        # token and permissions
        ((3, 10, 190, range(200, 300), 131005), Rule("token", _STOP)),
        # account or number
        ((33, 368, 131031, 131037, 131045), Rule("account", _STOP)),
        ((133000, 133010), Rule("account", _STOP)),
        ((133015,), Rule("account", Retry.SLOW, wait=300.0)),
        ((133005, 133006), Rule("account")),
        ((133008, 133009), Rule("account", Retry.LATER)),
        ((131042, 134011), Rule("payment", _STOP)),
        # customer
        ((130403, 131021, 131026, 131062), Rule("recipient")),
        ((131030,), Rule("recipient_allow_list")),
        ((130497,), Rule("country")),
        ((470, 131047), Rule("window_closed", Retry.WINDOW_CLOSED)),
        ((131050,), Rule("opted_out", Retry.OPTED_OUT)),
        ((130472,), Rule("not_delivered_by_choice")),
        ((131049,), Rule("not_delivered_by_choice", Retry.LATER)),
        ((137000,), Rule("identity_changed")),
        # quality
        ((131048, 131064), Rule("quality", _STOP)),
        # templates
        ((132000, 132001, 132007, 132012, 132068), Rule("template")),
        ((132015,), Rule("template_paused", Retry.LATER)),
        ((132016,), Rule("template_disabled")),
        ((132069,), Rule("template", Retry.LATER)),
        ((132005,), Rule("too_long")),
        ((131063,), Rule("template", _STOP)),
        ((134100,), Rule("template")),
        ((134101,), Rule("template", Retry.SLOW, wait=600.0)),
        ((134102,), Rule("template", Retry.LATER)),
        ((2388019, 2388040, 2388047), Rule("template")),
        ((2388072, 2388073, 2388293, 2388299), Rule("template")),
        # files
        ((131014, 131052, 131053), Rule("media")),
        # content
        ((131051, 131060), Rule("unsupported")),
        ((100, 131008, 131009, 131055, 135000, 136024), Rule("invalid")),
        ((range(138000, 138019), range(139000, 139005)), Rule("invalid")),
        ((139100, 139101, range(147001, 147006)), Rule("invalid")),
        ((2593107, 2593108), Rule("invalid")),
    )
)
_BAD_TOKEN = Rule("token", _STOP)
_BY_STATUS = {
    401: _BAD_TOKEN,
    403: Rule("account"),
    404: Rule("invalid"),
    408: Rule("timeout", Retry.IN_DOUBT),
    413: Rule("media"),
    429: Rule("throttled", Retry.SLOW),
}
_UNKNOWN = Rule("unknown")


def _rule(code: int, http_status: int) -> Rule:
    if code in RULES:
        return RULES[code]
    # Code 0 is "authentication failed", but a failed status without any code is 0 too.
    if http_status in _BY_STATUS:
        return _BY_STATUS[http_status]
    if http_status >= 500:
        return Rule("server", Retry.SOON)
    return Rule("invalid") if 400 <= http_status < 500 else _UNKNOWN


def classify(code: int, http_status: int = 0, details: str = "") -> GatewayError:
    """Error for a code of Meta.

    :param code: 0 when there is none.
    :param http_status: 0 for a failure told by webhook.
    """
    rule = _rule(code, http_status)
    return GatewayError(
        rule.reason,
        rule.retry,
        code=code or http_status,
        details=details,
        retry_after=rule.wait,
        only_recipient=rule.only_recipient,
    )


def from_answer(
    answer: dict[str, Any], http_status: int, clean: Callable[[str], str]
) -> GatewayError:
    """Error for the JSON of a refused request.

    :param clean: removes secrets from a text.
    """
    error = read.obj(answer, "error")
    code = read.whole(error, "code") or 0
    details = read.text(read.obj(error, "error_data"), "details") or read.text(
        error, "error_user_msg", "message"
    )
    trace = read.text(error, "fbtrace_id")
    if trace:
        details = f"{details} [{trace}]"
    result = classify(code, http_status, clean(details))
    if code not in RULES and read.flag(error, "is_transient"):
        result.reason, result.retry = "server", Retry.SOON
    return result
