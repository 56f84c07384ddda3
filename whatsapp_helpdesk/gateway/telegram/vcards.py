"""Business cards as vCard 3.0: what a contact has beyond one name and number."""

from __future__ import annotations

from ..outgoing import OutContact

_ESCAPES = str.maketrans(
    {"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n", "\r": None}
)


def vcard(part: OutContact) -> str:
    """ "" when there is nothing to add."""
    if not (part.emails or part.organisation or len(part.phones) > 1):
        return ""
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{_escaped(part.name)}"]
    lines += [f"TEL:{_escaped(phone)}" for phone in part.phones]
    lines += [f"EMAIL:{_escaped(email)}" for email in part.emails]
    if part.organisation:
        lines.append(f"ORG:{_escaped(part.organisation)}")
    return "\n".join([*lines, "END:VCARD"])


def _escaped(value: str) -> str:
    return value.translate(_ESCAPES)
