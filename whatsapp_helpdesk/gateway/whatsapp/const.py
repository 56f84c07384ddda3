"""Version, hosts and limits of the WhatsApp Cloud API.

Every limit is a named constant with its unit in the name; ``payloads.check`` gives the
name of the limit that a part passes.
"""

from __future__ import annotations

import re

GRAPH_VERSION = "v25.0"
GRAPH_URL = "https://graph.facebook.com"
#: Opens the chat with a number in the app.
CHAT_URL = "https://wa.me"
HOSTS = ("graph.facebook.com", "*.fbsbx.com", "*.fbcdn.net", "*.whatsapp.net")

SIGNATURE_HEADER = "x-hub-signature-256"
SIGNATURE_PREFIX = "sha256="

#: ISO country code, a dot, perhaps ``ENT.`` (parent id), then the id itself.
BSUID = re.compile(r"[A-Z]{2}\.(?P<parent>ENT\.)?[A-Za-z0-9]{1,128}\Z")

# -- webhook -------------------------------------------------------------------------
CHALLENGE_CHARS = 1024
#: What an app must subscribe to; the first carries the messages.
WEBHOOK_FIELDS = (
    "messages",
    "message_template_status_update",
    "message_template_quality_update",
    "template_category_update",
    "account_update",
    "account_alerts",
    "account_review_update",
    "phone_number_quality_update",
    "phone_number_name_update",
    "business_capability_update",
    "security",
)
#: Younger ones, which an app may not have yet.
WEBHOOK_FIELDS_MORE = (
    "user_preferences",
    "user_id_update",
    "message_template_components_update",
    "smb_message_echoes",
    "history",
)

# -- public profile of the business ----------------------------------------------------
PROFILE_CHARS = {"about": 139, "address": 256, "description": 256, "email": 128}
PROFILE_WEBSITES = 2
PROFILE_WEBSITE_CHARS = 256
PROFILE_VERTICALS = (
    "OTHER",
    "AUTO",
    "BEAUTY",
    "APPAREL",
    "EDU",
    "ENTERTAIN",
    "EVENT_PLAN",
    "FINANCE",
    "GROCERY",
    "GOVT",
    "HOTEL",
    "HEALTH",
    "NONPROFIT",
    "PROF_SERVICES",
    "RETAIL",
    "TRAVEL",
    "RESTAURANT",
)

# -- times ---------------------------------------------------------------------------
WINDOW_HOURS = 24
MEDIA_DAYS = 7  # a file sent by a customer
CONNECT_SECONDS = 5
READ_SECONDS = 20
UPLOAD_SECONDS = 120  # 100 MB on a slow line

# -- pace ----------------------------------------------------------------------------
NUMBER_PER_SECOND = 80  # messages of one number; Meta raises it by itself
PHONE_APP_PER_SECOND = 20  # a number that is used in the WhatsApp Business app too
PAIR_INTERVAL_SECONDS = 6.0
PAIR_BURST = 45  # borrowed from later

# -- text ----------------------------------------------------------------------------
TEXT_CHARS = 4096
CAPTION_CHARS = 1024
CORRELATION_CHARS = 512

# -- interactive messages --------------------------------------------------------------
HEADER_CHARS = 60
FOOTER_CHARS = 60
BODY_CHARS = 1024
LIST_BODY_CHARS = 4096
BUTTON_COUNT = 3
BUTTON_TITLE_CHARS = 20
BUTTON_PAYLOAD_CHARS = 256
LIST_BUTTON_CHARS = 20
LIST_ROW_COUNT = 10
LIST_SECTION_COUNT = 10
SECTION_TITLE_CHARS = 24
ROW_PAYLOAD_CHARS = 200
ROW_TITLE_CHARS = 24
ROW_DESCRIPTION_CHARS = 72
LINK_TITLE_CHARS = 20
FORM_BUTTON_CHARS = 30  # advised by Meta
FORM_VERSION = "3"
CARD_COUNT_MIN = 2
CARD_COUNT = 10
CARD_BODY_CHARS = 160
CARD_BODY_BREAKS = 2  # line breaks
CARD_BUTTON_CHARS = 20

# -- templates -----------------------------------------------------------------------
TEMPLATE_NAME_CHARS = 512
#: Refused in a text parameter: line breaks, tabs, more than four spaces in a row.
TEMPLATE_SPACES = re.compile(r"[\n\r\t]| {5,}")

# -- addresses -----------------------------------------------------------------------
PHONE_DIGITS_MIN = 5
PHONE_DIGITS = 15

# -- files ---------------------------------------------------------------------------
KB = 1024
MB = 1024 * KB
AUDIO_BYTES = 16 * MB
DOCUMENT_BYTES = 100 * MB
IMAGE_BYTES = 5 * MB
VIDEO_BYTES = 16 * MB
STICKER_STATIC_BYTES = 100 * KB
STICKER_ANIMATED_BYTES = 500 * KB
INBOUND_BYTES = 100 * MB

MEDIA_BYTES = {
    "audio": AUDIO_BYTES,
    "document": DOCUMENT_BYTES,
    "image": IMAGE_BYTES,
    "sticker": STICKER_ANIMATED_BYTES,
    "video": VIDEO_BYTES,
}
MEDIA_TYPES = {
    "audio": frozenset(
        ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg")
    ),
    "document": frozenset(
        (
            "text/plain",
            "application/pdf",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        )
    ),
    "image": frozenset(("image/jpeg", "image/png")),
    "sticker": frozenset(("image/webp",)),
    "video": frozenset(("video/mp4", "video/3gpp")),
}
VOICE_MIME = "audio/ogg"
CAPTION_TYPES = frozenset(("image", "video", "document"))
