"""What WhatsApp accepts in a template (Templates API, v25.0)."""

from __future__ import annotations

from ..template_check import TemplateLimits
from ..templates import MEDIA_FORMATS
from . import const

HOUR = 3600
DAY = 24 * HOUR

LIMITS = TemplateLimits(
    name=const.TEMPLATE_NAME_CHARS,
    body=1024,
    header=60,
    header_variables=1,
    footer=60,
    buttons=10,
    kinds={"quick_reply": 10, "url": 2, "phone": 1, "copy_code": 1, "flow": 1},
    button_title=25,
    url=2000,
    phone_digits=20,
    copy_code=20,  # of coupons since December 2025; before and elsewhere 15
    words=2,  # not published: what is refused in practice is below it
    # One-time codes have fixed texts and a button of their own.
    categories=("marketing", "utility"),
    ttl={"utility": (30, 12 * HOUR), "marketing": (12 * HOUR, 30 * DAY)},
    samples={
        "image": ("image/jpeg", "image/png"),
        "video": ("video/mp4",),
        "document": ("application/pdf",),
    },
    sample_bytes={name: const.MEDIA_BYTES[name] for name in MEDIA_FORMATS},
)
