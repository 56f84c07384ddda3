"""Walk over a folder of public sample bodies beside the repository, when there is one.

Its manifest says what each body is. The folder is no part of this project.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

from ...gateway.telegram.provider import TelegramProvider
from ...gateway.updates import Kind, Update
from .case import REPOSITORY, UnitCase, sample, sample_names

SHARED = REPOSITORY.parent / "shared" / "samples" / "channels"

#: Words of a file's name, and the type that must be found. The first that is in it.
TYPES = {
    "audio": "audio",
    "voice": "audio",
    "photo": "image",
    "video": "video",
    "sticker": "sticker",
    "document": "document",
    "venue": "location",
    "location": "location",
    "contact": "contacts",
}
CUSTOMER = (Kind.MESSAGE, Kind.UNSUPPORTED, Kind.EDIT, Kind.REACTION, Kind.IDENTITY)


def bodies(path: Path) -> list[dict]:
    """Updates of a file: one, or an answer with several."""
    values = json.loads(path.read_bytes())
    return values["result"] if isinstance(values.get("result"), list) else [values]


def expected_kind(body: dict) -> Kind | None:
    """What the member of an update means, worked out independently of the parser."""
    item = next((v for k, v in body.items() if k != "update_id"), None)
    if not isinstance(item, dict):
        return None
    chat = item.get("chat") or (item.get("message") or {}).get("chat") or {}
    if chat.get("type", "private") != "private":
        return Kind.GROUP
    if "edited_message" in body:
        return Kind.EDIT
    if "callback_query" in body:
        return Kind.MESSAGE if "data" in item else Kind.UNSUPPORTED
    return Kind.MESSAGE if "text" in item and "message" in body else None


class TestTelegramShared(UnitCase):
    def files(self) -> dict[Path, list[dict]]:
        paths = sorted((SHARED / "telegram").glob("*.json"))
        return {path: bodies(path) for path in paths}

    def parse(self, body: dict) -> list[Update]:
        return TelegramProvider.parse(json.dumps(body).encode())

    def test_each_is_read(self):
        for path, updates in self.files().items():
            for body in updates:
                parsed = self.parse(body)
                with self.subTest(path.name):
                    self.assertEqual(len(parsed), 1)
                    self.assertNotEqual(parsed[0].kind, Kind.MALFORMED)
                    wanted = expected_kind(body)
                    self.assertIn(wanted, (None, parsed[0].kind))
                    if parsed[0].kind in CUSTOMER:
                        self.assertTrue(parsed[0].addresses)

    def test_content_is_what_the_name_says(self):
        for path, updates in self.files().items():
            words = [word for word in TYPES if word in path.name]
            for body in updates:
                (update,) = self.parse(body)
                if words and update.kind is Kind.MESSAGE:
                    with self.subTest(path.name):
                        self.assertEqual(update.type, TYPES[words[0]])

    def test_the_manifest_names_them_all(self):
        manifest = SHARED / "manifest.csv"
        if not manifest.exists():
            return
        with manifest.open(encoding="utf-8") as rows:
            named = {
                Path(next(iter(row.values()))).name for row in csv.DictReader(rows)
            }
        self.assertLessEqual({path.name for path in self.files()}, named)

    def test_ours_are_not_among_them(self):
        theirs = {json.dumps(body, sort_keys=True) for rows in self.files().values()
                  for body in rows}  # fmt: skip
        for name in sample_names("telegram"):
            body = json.loads(sample(f"telegram/{name}"))
            self.assertNotIn(json.dumps(body, sort_keys=True), theirs)
