"""The customers' side: what a person does on the phone.

Everything gives ``{"update_id", "message_id"}`` of what is delivered.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from . import bodies, sending
from .bodies import Customer, Fields
from .courier import Courier
from .keyboards import buttons_of
from .state import Chat, Press, State

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 40 + b"\xff\xd9"


class People:
    """What is written to the bot goes to the :class:`Courier`."""

    def __init__(self, state: State, courier: Courier):
        self.state = state
        self.courier = courier
        # Another process of the same bot gives other ids.
        now = int(state.clock.now())
        self._groups = itertools.count(13_500_000_000_000 + now)
        self._presses = itertools.count(4_382_000_000_000_000_000 + now * 1000)

    # -- writing -----------------------------------------------------------------
    def start(self, who: Customer, payload: str = "") -> Fields:
        """Press Start, or follow ``t.me/<bot>?start=<payload>``."""
        return self.text(who, f"/start {payload}".strip())

    def text(self, who: Customer, words: str, **more: Any) -> Fields:
        return self.write(who, bodies.text(words), **more)

    def write(
        self,
        who: Customer,
        content: Fields,
        *,
        reply_to: int = 0,
        at: float = 0.0,
        forwarded: bool = False,
        **more: Any,
    ) -> Fields:
        """A message of any content.

        :param reply_to: message id that it quotes.
        :param at: when, in Unix seconds; now by default.
        """
        chat = self.state.chat_of(who)
        chat.started, chat.blocked = True, False
        at = at or self.state.clock.now()
        message = {
            "message_id": self.state.new_message_id(),
            **bodies.message(who.user(), who.chat(), at, **content),
            **more,
        }
        if reply_to and (quoted := chat.messages.get(int(reply_to))):
            message["reply_to_message"] = quoted
        if forwarded:
            origin = {"type": "hidden_user", "sender_user_name": "Somebody"}
            message["forward_origin"] = {**origin, "date": int(at) - 60}
        self.state.remember(chat, message)
        return self._put(who.id, {"message": message}, message["message_id"])

    def file(
        self,
        who: Customer,
        kind: str = "photo",
        content: bytes = JPEG,
        *,
        mime_type: str = "",
        name: str = "",
        caption: str = "",
        **more: Any,
    ) -> Fields:
        """:param kind: photo, voice, audio, video, video_note, document, sticker ..."""
        found = self.state.add_file(kind, content, mime_type, name)
        inside = sending.file_content(kind, found)
        if caption:
            inside["caption"] = caption
        return self.write(who, inside, **more)

    def album(
        self,
        who: Customer,
        contents: Sequence[bytes] = (JPEG, JPEG + b"2"),
        *,
        kind: str = "photo",
        caption: str = "",
        captioned: int = 0,
    ) -> list[Fields]:
        """Several files at once; the caption is on one of them."""
        group = str(next(self._groups))
        return [
            self.file(
                who,
                kind,
                content,
                caption=caption if number == captioned else "",
                media_group_id=group,
            )
            for number, content in enumerate(contents)
        ]

    def location(self, who: Customer, latitude: float, longitude: float, **named: str):
        return self.write(who, bodies.location(latitude, longitude, **named))

    def contact(
        self, who: Customer, phone: str, name: str = "", *, own: bool = False
    ) -> Fields:
        """:param own: the card is the sender's, as after a tap on "share"."""
        card = bodies.contact(phone, name or who.first_name, who.id if own else 0)
        return self.write(who, card)

    def edit(self, who: Customer, message_id: int, words: str) -> Fields:
        """Change a text or caption."""
        chat = self.state.chats[who.id]
        message = chat.messages[int(message_id)]
        if message["from"]["id"] != who.id:
            raise ValueError("somebody else's message")
        if "text" in message:
            message |= bodies.text(words)
        else:
            message["caption"] = words
        message["edit_date"] = int(self.state.clock.now())
        return self._put(who.id, {"edited_message": dict(message)}, int(message_id))

    # -- pressing ----------------------------------------------------------------
    def press(self, who: Customer, button: Any = 0, message_id: int = 0) -> Fields:
        """Tap an inline button.

        :param button: its number, text or data.
        :param message_id: by default the newest message that has buttons.
        """
        chat = self.state.chats[who.id]
        message = self._find_buttons(chat, message_id)
        found = _choose(buttons_of(message), button)
        press = Press(
            str(next(self._presses)),
            who.id,
            found["callback_data"],
            self.state.clock.now(),
        )
        self.state.presses[press.id] = press
        query = {
            "id": press.id,
            "from": who.user(),
            "message": message,
            "chat_instance": str(-who.id),
            "data": press.data,
        }
        done = self._put(who.id, {"callback_query": query}, message["message_id"])
        return {**done, "callback_query_id": press.id}

    def _find_buttons(self, chat: Chat, message_id: int) -> Fields:
        if message_id:
            return chat.messages[int(message_id)]
        for message in reversed(chat.messages.values()):
            if buttons_of(message):
                return message
        raise LookupError("no message with buttons")

    # -- blocking, groups --------------------------------------------------------
    def block(self, who: Customer) -> Fields:
        self.state.chat_of(who).blocked = True
        return self._membership(who, old="member", new="kicked")

    def unblock(self, who: Customer) -> Fields:
        chat = self.state.chat_of(who)
        chat.blocked, chat.started = False, True
        return self._membership(who, old="kicked", new="member")

    def deactivate(self, who: Customer) -> None:
        """The account is gone; the bot is not told."""
        self.state.chat_of(who).deactivated = True

    def group(self, who: Customer, words: str, chat_id: int = -4_000_000_001) -> Fields:
        """A message in a group that the bot is in."""
        place = bodies.group(chat_id, "Family")
        self.state.chats.setdefault(chat_id, Chat(place, started=True))
        message = bodies.message(
            who.user(), place, self.state.clock.now(), **bodies.text(words)
        )
        number = self.state.new_message_id()
        return self._put(
            chat_id, {"message": {"message_id": number, **message}}, number
        )

    def raw(self, chat_id: int, member: Fields) -> Fields:
        """Any other update, for example ``{"poll": {...}}``."""
        return self._put(chat_id, member, 0)

    def _membership(self, who: Customer, **states: str) -> Fields:
        bot, now = self.state.bot.user(), self.state.clock.now()
        found = bodies.membership(who, who.chat(), bot, now, **states)
        return self._put(who.id, {"my_chat_member": found}, 0)

    def _put(self, chat_id: int, member: Fields, message_id: int) -> Fields:
        update = {"update_id": self.state.new_update_id(), **member}
        self.courier.put(chat_id, update)
        return {"update_id": update["update_id"], "message_id": message_id}


def _choose(buttons: list[Fields], wanted: Any) -> Fields:
    found = [button for button in buttons if "callback_data" in button]
    if isinstance(wanted, int):
        return found[wanted]
    for button in found:
        if wanted in (button["text"], button["callback_data"]):
            return button
    raise LookupError(f"no button {wanted!r}")
