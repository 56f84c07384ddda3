"""Names and figures of the Bot API: hosts, times, sizes, lists."""

from __future__ import annotations

import re

from ..provider import Limit, Unit

HOST = "api.telegram.org"
API_URL = f"https://{HOST}"
#: Page that opens a chat in the app.
CHAT_URL = "https://t.me"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"

#: A bot's id and what proves that it is ours. It stands in the address of every call.
TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,128}")
#: What Telegram accepts as the secret of deliveries, and in a deep link.
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
START_TEXT = re.compile(r"[A-Za-z0-9_-]{1,64}")
USERNAME = re.compile(r"[A-Za-z0-9_]{3,64}")
CHAT_ID = re.compile(r"-?\d{1,20}")

#: What we ask to be told. A reaction comes only to who lists it.
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
UPDATES_MORE = ("message_reaction",)
CONNECTIONS = 40  # deliveries at the same time

# -- times ---------------------------------------------------------------------------
CONNECT_SECONDS = 5
READ_SECONDS = 20
UPLOAD_SECONDS = 120  # 50 MB on a slow line

# -- pace ----------------------------------------------------------------------------
BOT_PER_SECOND = 30
PAIR_INTERVAL_SECONDS = 1.0
PAIR_BURST = 3  # short bursts are allowed

# -- text ----------------------------------------------------------------------------
#: Counted after the marks have become formatting.
TEXT_CHARS = Limit(4096, Unit.UTF16)
CAPTION_CHARS = Limit(1024, Unit.UTF16)

# -- keyboards -----------------------------------------------------------------------
BUTTON_COUNT = 100
#: Ours: no figure is published, and a phone shows about so much of a button.
BUTTON_TITLE_CHARS = Limit(64)
BUTTON_PAYLOAD_BYTES = Limit(64, Unit.UTF8)
#: Shown on a button that asks for something, where no words were given.
CONTACT_SIGN, LOCATION_SIGN = "📱", "📍"

# -- contacts ------------------------------------------------------------------------
CONTACT_NAME_CHARS = Limit(64)
VCARD_BYTES = Limit(2048, Unit.UTF8)

# -- files ---------------------------------------------------------------------------
MB = 1024 * 1024
PHOTO_BYTES = 10 * MB
FILE_BYTES = 50 * MB
INBOUND_BYTES = 20 * MB
#: Types that a kind of message plays or shows; anything may go as a document.
MEDIA_TYPES = {
    "image": frozenset(("image/jpeg", "image/png", "image/webp", "image/gif")),
    "video": frozenset(("video/mp4",)),
    "audio": frozenset(("audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/ogg")),
    "sticker": frozenset(("image/webp", "application/x-tgsticker", "video/webm")),
}
MEDIA_KINDS = frozenset((*MEDIA_TYPES, "document"))
VOICE_MIME = "audio/ogg"
ANIMATION_MIME = "image/gif"

#: The only emoji a bot may react with.
REACTIONS = frozenset(
    [
        "❤",
        "👍",
        "👎",
        "🔥",
        "\U0001f970",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "\U0001f971",
        "\U0001f974",
        "😍",
        "🐳",
        "❤\u200d🔥",
        "🌚",
        "🌭",
        "💯",
        "🤣",
        "⚡",
        "🍌",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "🍓",
        "🍾",
        "💋",
        "🖕",
        "😈",
        "😴",
        "😭",
        "🤓",
        "👻",
        "👨\u200d💻",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "\U0001fae1",
        "🎅",
        "🎄",
        "☃",
        "💅",
        "🤪",
        "🗿",
        "🆒",
        "💘",
        "🙉",
        "🦄",
        "😘",
        "💊",
        "🙊",
        "😎",
        "👾",
        "🤷\u200d♂",
        "🤷",
        "🤷\u200d♀",
        "😡",
    ]
)
