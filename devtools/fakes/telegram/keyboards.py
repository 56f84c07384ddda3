"""``reply_markup``: what the real one refuses."""

from __future__ import annotations

from typing import Any

from .answers import bad
from .bodies import Fields

_KINDS = frozenset(("inline_keyboard", "keyboard", "remove_keyboard", "force_reply"))
#: What an inline button may do; exactly one of them.
_DOES = frozenset(
    ("callback_data", "url", "web_app", "login_url", "switch_inline_query")
    + ("switch_inline_query_current_chat", "pay", "copy_text")
)


def check(values: Fields) -> Fields | None:
    """The keyboard of a call; None without one."""
    markup = values.get("reply_markup")
    if not markup:
        return None
    if not isinstance(markup, dict) or len(_KINDS & set(markup)) != 1:
        raise bad("can't parse reply keyboard markup JSON object")
    for row in _rows(markup.get("inline_keyboard", [])):
        for button in row:
            _check_inline(button)
    for row in _rows(markup.get("keyboard", [])):
        for button in row:
            _check_plain(button)
    return markup


def _rows(rows: Any) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("can't parse reply keyboard markup JSON object")
    return rows


def _check_inline(button: Any) -> None:
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad("can't parse inline keyboard button: Text buttons must be non-empty")
    if len(_DOES & set(button)) != 1:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed")
    if "callback_data" in button:
        size = len(str(button["callback_data"]).encode())
        if not 1 <= size <= 64:
            raise bad("BUTTON_DATA_INVALID")
    if "url" in button and "://" not in button["url"]:
        raise bad("BUTTON_URL_INVALID")


def _check_plain(button: Any) -> None:
    words = button if isinstance(button, str) else (button or {}).get("text", "")
    if not str(words).strip():
        raise bad("keyboard button text is empty")


def buttons_of(message: Fields) -> list[Fields]:
    """Inline buttons of a message, in order."""
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]
