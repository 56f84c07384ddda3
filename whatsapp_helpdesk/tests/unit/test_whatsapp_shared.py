"""Walk over a folder of public sample bodies beside the repository, when there is one.

Its file names and its manifest say what each body is, so the expectation is worked out
from them: kind, number of updates, error code. The folder is no part of this project.
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

from ...gateway.updates import AddressKind, Kind, Update
from ...gateway.whatsapp.webhook import parse_body
from .case import REPOSITORY, UnitCase, sample, sample_names

SHARED = REPOSITORY.parent / "shared" / "samples" / "whatsapp"

#: First words of a manifest's message type, and the kind that must be found.
BY_TYPE = {
    "messages/status": Kind.STATUS,
    "messages/reaction": Kind.REACTION,
    "messages/system": Kind.IDENTITY,
    "messages/revoke": Kind.REVOKE,
    "messages/unsupported": Kind.UNSUPPORTED,
    "messages/unknown": Kind.UNSUPPORTED,
    "messages/interactive:None": Kind.UNSUPPORTED,
    "messages/errors": Kind.ACCOUNT,
    "messages/": Kind.MESSAGE,
    "None/": Kind.MESSAGE,
    "user_id_update/": Kind.IDENTITY,
    "user_preferences/": Kind.CONSENT,
    "calls/": Kind.CALL,
    "message_template_": Kind.TEMPLATE,
    "template_": Kind.TEMPLATE,
    "account_": Kind.ACCOUNT,
    "phone_number_": Kind.ACCOUNT,
    "business_username_update": Kind.ACCOUNT,
    "unknown_field": Kind.UNKNOWN,
}
#: Lists whose items are one update each.
LISTS = ("messages", "statuses", "message_echoes", "calls", "user_preferences",
         "user_id_update")  # fmt: skip
CUSTOMER = (Kind.MESSAGE, Kind.REACTION, Kind.UNSUPPORTED, Kind.IDENTITY, Kind.CONSENT)


def expected_kind(name: str, message_type: str) -> Kind:
    if "group" in name or "group" in message_type:
        return Kind.GROUP
    if message_type.startswith("smb_message_echoes"):
        words = {"revoke": Kind.REVOKE, "edit": Kind.EDIT}
        return next((kind for word, kind in words.items() if word in name), Kind.ECHO)
    starts = (start for start in BY_TYPE if message_type.startswith(start))
    return BY_TYPE[max(starts, key=len)]


def expected_count(body: bytes) -> int:
    """Updates of a body, counted independently of the parser."""
    count = 0
    for entry in json.loads(body)["entry"]:
        for change in entry["changes"]:
            value = change["value"]
            items = sum(len(value.get(name, ())) for name in LISTS)
            if value.get("errors") and "calls" not in value:
                items += len(value["errors"])
            count += items or 1
    return count


def manifest() -> dict[str, list[str]]:
    """Message types by file name."""
    with (SHARED / "manifest.csv").open(newline="", encoding="utf-8") as lines:
        return {
            row["file"]: row["message_type"].split() for row in csv.DictReader(lines)
        }


class SensibleUpdates:
    """Checks that hold for any well-meant body."""

    def check_sensible(self, updates: list[Update]) -> None:
        for update in updates:
            self.assertIsNot(update.kind, Kind.MALFORMED)
            self.assertTrue(update.key)
            if update.kind in CUSTOMER:
                self.assertTrue(update.identity, update)
            if update.kind is Kind.STATUS:
                self.assertTrue(update.target and update.state)
            for address in update.addresses:
                if address.kind is AddressKind.PHONE:
                    self.assertRegex(address.value, r"\A\+\d+\Z")
                self.assertNotIn("@g.us", address.value)


class TestWhatsappOwnSamplesAreSensible(SensibleUpdates, UnitCase):
    def test_own_samples(self):
        for name in sample_names("whatsapp"):
            if "junk" in name or name in ("errors_only", "history_refused"):
                continue
            with self.subTest(name):
                self.check_sensible(parse_body(sample(f"whatsapp/{name}")))


if SHARED.is_dir():

    class TestWhatsappSharedSamples(SensibleUpdates, UnitCase):
        def files(self) -> list[Path]:
            return sorted(SHARED.glob("*.json"))

        def test_every_file_gives_sensible_updates(self):
            for path in self.files():
                with self.subTest(path.name):
                    updates = parse_body(path.read_bytes())
                    self.assertEqual(len(updates), expected_count(path.read_bytes()))
                    self.check_sensible(updates)

        def test_kinds_are_those_of_the_manifest(self):
            types = manifest()
            for path in self.files():
                found = {update.kind for update in parse_body(path.read_bytes())}
                expected = {
                    expected_kind(path.stem, message_type)
                    for message_type in types[path.name]
                    if "/" in message_type
                }
                with self.subTest(path.name):
                    self.assertEqual(found, expected)

        def test_error_codes_are_those_of_the_names(self):
            for path in self.files():
                code = re.search(r"_(13\d{4})", path.stem)
                if code:
                    updates = parse_body(path.read_bytes())
                    codes = {update.error.code for update in updates if update.error}
                    with self.subTest(path.name):
                        self.assertIn(int(code[1]), codes)
