"""The approved templates of the demo data, so that a sync finds them here too."""

from __future__ import annotations

from typing import Any

from . import templates
from .state import State

#: name, language, header, body, examples, footer, quick replies
DEMO = (
    (
        "case_follow_up",
        "en",
        "",
        "Hello {{1}}, we have news about your request {{2}}. Do you have a moment to "
        "talk about it?",
        ["Layla", "HT00042"],
        "Reply STOP to end such messages",
        ["Yes, now", "Later please"],
    ),
    (
        "case_follow_up",
        "ar",
        "",
        "مرحباً {{1}}، لدينا جديد بخصوص طلبك {{2}}. هل لديك لحظة للحديث عنه؟",
        ["ليلى", "HT00042"],
        "أرسل STOP لإيقاف هذه الرسائل",
        ["نعم، الآن", "لاحقاً من فضلك"],
    ),
    (
        "appointment_proposal",
        "en",
        "Your appointment",
        "Hello {{1}}, {{2}} from {{3}} proposes {{4}}. Does that suit you?",
        ["Layla", "Sara", "Example Shop", "Monday at 10"],
        "",
        ["It suits me", "Another time"],
    ),
)


def add_to(state: State) -> None:
    """Create them, reviewed and approved."""
    for row in DEMO:
        templates.create_template(state, _values(*row))
        list(state.templates.values())[-1]["status"] = "APPROVED"


def _values(
    name: str,
    language: str,
    header: str,
    body: str,
    examples: list[str],
    footer: str,
    replies: list[str],
) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [
        {"type": "BODY", "text": body, "example": {"body_text": [examples]}},
        {
            "type": "BUTTONS",
            "buttons": [{"type": "QUICK_REPLY", "text": text} for text in replies],
        },
    ]
    if header:
        parts.append({"type": "HEADER", "format": "TEXT", "text": header})
    if footer:
        parts.append({"type": "FOOTER", "text": footer})
    return {
        "name": name,
        "language": language,
        "category": "UTILITY",
        "parameter_format": "POSITIONAL",
        "components": parts,
    }
