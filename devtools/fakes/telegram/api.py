"""The methods that send nothing, and which function answers what."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ..behaviour import dropped
from ..multipart import is_multipart, read_multipart
from ..serving import Answer, Request
from . import answers, keyboards, sending
from .answers import Refusal, bad, success
from .bodies import Fields
from .courier import Courier
from .state import CALLBACK_LIFE, FILE_LIFE, State, Webhook

_PATH = re.compile(r"/(file/)?bot([^/]*)/(.+)")
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{20,}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_ACTIONS = frozenset(
    ("typing", "upload_photo", "record_video", "upload_video", "record_voice")
    + ("upload_voice", "upload_document", "choose_sticker", "find_location")
)
#: All methods of ours begin so.
_VERBS = ("get", "set", "delete", "edit", "send", "answer")
PORTS = (None, 443, 80, 88, 8443)
MAX_DOWNLOAD = 20 * 1024 * 1024
LOCAL = ("127.0.0.1", "localhost", "::1")


class Api:
    """One method for each method of the Bot API, in lower case after ``_``."""

    def __init__(self, state: State, courier: Courier):
        self.state = state
        self.courier = courier
        self.sending = sending.Sending(state)

    def answer(self, request: Request) -> Answer:
        """Answer any request; refusals become error answers."""
        try:
            found = _PATH.fullmatch(request.path)
            if not found or not _TOKEN.fullmatch(found[2]):
                raise Refusal(404)
            if found[2] != self.state.bot.token or self.state.revoked:
                raise Refusal(401)
            if found[1]:
                return self._download(found[3])
            return self._call(found[3], read_values(request))
        except Refusal as refusal:
            return refusal.answer()

    def _call(self, method: str, values: Fields) -> Answer:
        name = method.lower()  # names are case-insensitive
        call = self.sending.methods.get(name)
        if call is None and name.startswith(_VERBS):
            call = getattr(self, f"_{name}", None)
        if call is None:
            raise Refusal(404, "Not Found: method not found")
        behaviour = self.state.take_behaviour(method, values.get("chat_id", ""))
        if behaviour and behaviour.action == "error":
            raise refusal_of(behaviour)
        if behaviour and behaviour.drops and not behaviour.accepted:
            return dropped(behaviour)
        result = call(values)
        if behaviour and behaviour.drops:
            return dropped(behaviour)
        answer = result if isinstance(result, Answer) else success(result)
        if behaviour and behaviour.action == "slow":
            answer.seconds = behaviour.seconds
        return answer

    # -- the bot and its webhook -------------------------------------------------
    def _getme(self, values: Fields) -> Any:
        may = {"can_join_groups": True, "can_read_all_group_messages": False}
        more = {"supports_inline_queries": False, "can_connect_to_business": False}
        return {**self.state.bot.user(), **may, **more}

    def _setwebhook(self, values: Fields) -> Any:
        url = str(values.get("url") or "")
        if not url:
            return self._deletewebhook(values)
        check_address(url)
        secret = str(values.get("secret_token") or "")
        if secret and not _SECRET.fullmatch(secret):
            raise bad("secret token contains unallowed characters")
        connections = int(values.get("max_connections") or 40)
        if not 1 <= connections <= 100:
            raise bad("max_connections must be between 1 and 100")
        before = self.state.webhook
        wanted = values.get("allowed_updates")  # left out: as before
        if wanted is None:
            wanted = before.allowed_updates
        if values.get("drop_pending_updates"):
            self.courier.forget()
        self.state.webhook = Webhook(url, secret, list(wanted), connections)
        self.courier.wake()
        said = "is already set" if url == before.url else "was set"
        return success(True, f"Webhook {said}")

    def _deletewebhook(self, values: Fields) -> Any:
        said = "was deleted" if self.state.webhook.url else "is already deleted"
        if values.get("drop_pending_updates"):
            self.courier.forget()
        self.state.webhook.url = ""
        return success(True, f"Webhook {said}")

    def _getwebhookinfo(self, values: Fields) -> Any:
        webhook = self.state.webhook
        found: Fields = {
            "url": webhook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.courier.waiting),
        }
        if webhook.url:
            found["max_connections"] = webhook.max_connections
            found["ip_address"] = "203.0.113.7"
        for name in ("last_error_date", "last_error_message", "allowed_updates"):
            if getattr(webhook, name):
                found[name] = getattr(webhook, name)
        return found

    def _getupdates(self, values: Fields) -> Any:
        if self.state.webhook.url:
            raise Refusal(409)
        if offset := int(values.get("offset") or 0):
            self.courier.confirm(offset)
        return self.courier.waiting[: int(values.get("limit") or 100)]

    def _setmycommands(self, values: Fields) -> Any:
        return True

    # -- chats -------------------------------------------------------------------
    def _getchat(self, values: Fields) -> Any:
        return {**self.sending.find_chat(values).values, "accent_color_id": 1}

    def _getuserprofilephotos(self, values: Fields) -> Any:
        return {"total_count": 0, "photos": []}

    def _sendchataction(self, values: Fields) -> Any:
        self.sending.check_reachable(self.sending.find_chat(values))
        if values.get("action") not in _ACTIONS:
            raise bad("wrong parameter action in request")
        self.state.actions.append(values)
        return True

    def _answercallbackquery(self, values: Fields) -> Any:
        press = self.state.presses.get(str(values.get("callback_query_id", "")))
        late = press and self.state.clock.now() - press.at > CALLBACK_LIFE
        if press is None or late:
            raise bad(
                "query is too old and response timeout expired or query ID is invalid"
            )
        if len(str(values.get("text", ""))) > 200:
            raise bad("MESSAGE_TOO_LONG")
        press.answered = values
        return True

    # -- messages of before ------------------------------------------------------
    def _editmessagetext(self, values: Fields) -> Any:
        message = self._find_own(values)
        changed = sending.text_content(values)
        if markup := keyboards.check(values):
            changed["reply_markup"] = markup
        kept = ("text", "entities", "reply_markup")
        if {k: message.get(k) for k in kept} == {k: changed.get(k) for k in kept}:
            raise bad(
                "message is not modified: specified new message content and reply "
                "markup are exactly the same as a current content and reply markup of "
                "the message"
            )
        for name in kept:
            message.pop(name, None)
        message |= {**changed, "edit_date": int(self.state.clock.now())}
        self.state.edits.append(values)
        return message

    def _editmessagereplymarkup(self, values: Fields) -> Any:
        message = self._find_own(values)
        message.pop("reply_markup", None)
        if markup := keyboards.check(values):
            message["reply_markup"] = markup
        self.state.edits.append(values)
        return message

    def _deletemessage(self, values: Fields) -> Any:
        chat = self.sending.find_chat(values)
        if chat.messages.pop(int(values.get("message_id") or 0), None) is None:
            raise bad("message to delete not found")
        return True

    def _setmessagereaction(self, values: Fields) -> Any:
        chat = self.sending.find_chat(values)
        self.sending.check_reachable(chat)
        message = chat.messages.get(int(values.get("message_id") or 0))
        if message is None:
            raise bad("message to react not found")
        message["_reaction"] = values.get("reaction") or []
        self.state.edits.append(values)
        return True

    def _find_own(self, values: Fields) -> Fields:
        chat = self.sending.find_chat(values)
        message = chat.messages.get(int(values.get("message_id") or 0))
        if message is None:
            raise bad("message to edit not found")
        if message["from"]["id"] != self.state.bot.id:
            raise bad("message can't be edited")
        return message

    # -- files -------------------------------------------------------------------
    def _getfile(self, values: Fields) -> Any:
        wanted = str(values.get("file_id", "")).removesuffix(sending.SMALL)
        found = self.state.files.get(wanted)
        if found is None:
            raise bad("invalid file_id")
        if len(found.content) > MAX_DOWNLOAD:
            raise bad("file is too big")
        found.path_at = self.state.clock.now()
        return {
            "file_id": found.id,
            "file_unique_id": found.unique_id,
            "file_size": len(found.content),
            "file_path": found.path,
        }

    def _download(self, path: str) -> Answer:
        if behaviour := self.state.take_behaviour("download"):
            if behaviour.action == "error":
                raise refusal_of(behaviour)
            if behaviour.drops:
                return dropped(behaviour)
        now = self.state.clock.now()
        for found in self.state.files.values():
            if found.path == path and now - found.path_at < FILE_LIFE:
                return Answer(200, found.content, "application/octet-stream")
        raise Refusal(404)


def refusal_of(behaviour: Any) -> Refusal:
    """The refusal that was ordered."""
    parameters = {}
    if behaviour.retry_after or behaviour.code == 429:
        parameters["retry_after"] = behaviour.retry_after or 1
    if behaviour.migrate_to:
        parameters["migrate_to_chat_id"] = behaviour.migrate_to
        words = behaviour.description or answers.MIGRATED
        return Refusal(behaviour.code or 400, words, **parameters)
    return Refusal(behaviour.code, behaviour.description, **parameters)


def check_address(url: str) -> None:
    """Of a webhook; http and any port only for this very machine."""
    parts = urlsplit(url)
    if parts.hostname in LOCAL:
        return
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.port not in PORTS:
        raise bad(
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
        )


def read_values(request: Request) -> Fields:
    """Parameters of a call: of the query, JSON, a form or with files."""
    kind = request.headers.get("Content-Type", "")
    values: Fields = {key: _plain(value) for key, value in request.query.items()}
    if kind.startswith("application/json"):
        try:
            return {**values, **request.json()}
        except ValueError:
            raise bad("can't parse JSON object") from None
    if is_multipart(request):
        for name, (content, filename, mime) in read_multipart(request).items():
            values[name] = (
                sending.Attached(content, filename, mime)
                if filename
                else _plain(content.decode())
            )
        return values
    form = parse_qsl(request.body.decode(errors="replace"))
    return {**values, **{key: _plain(value) for key, value in form}}


def _plain(value: str) -> Any:
    """Objects, lists and switches arrive as JSON in a form."""
    if value[:1] in ("{", "[") or value in ("true", "false"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
