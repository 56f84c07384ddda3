from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .case import REPOSITORY, SAMPLES, UnitCase

COMMAND = REPOSITORY / "devtools" / "parse.py"
FOLDER = SAMPLES / "whatsapp"

BAD = {"empty": b"", "text": b"\xff{", "list": b"[]"}


def run_it(*args: str, stdin: bytes = b"") -> subprocess.CompletedProcess:
    environ = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"}
    return subprocess.run(
        [sys.executable, str(COMMAND), *args],
        input=stdin,
        env=environ,
        capture_output=True,
        check=False,
    )


# The command belongs to the repository; an installed addon comes without it.
if COMMAND.exists():

    class TestParseCommand(UnitCase):
        @classmethod
        def setUpClass(cls):
            """One run over everything, also over files that are no bodies."""
            super().setUpClass()
            cls.good = [str(path) for path in sorted(FOLDER.glob("*.json"))]
            with tempfile.TemporaryDirectory() as folder:
                for name, body in BAD.items():
                    Path(folder, name).write_bytes(body)
                cls.bad = [str(Path(folder, name)) for name in [*BAD, "absent"]]
                cls.bad.append(folder)
                cls.done = run_it("whatsapp", *cls.bad, *cls.good)
            cls.lines = [json.loads(line) for line in cls.done.stdout.splitlines()]

        def of_file(self, name: str) -> dict:
            path = str(FOLDER / f"{name}.json")
            (line,) = [line for line in self.lines if line["file"] == path]
            return line

        def test_it_says_nothing_else(self):
            self.assertEqual((self.done.returncode, self.done.stderr), (0, b""))

        def test_every_file_has_lines_in_order(self):
            files = list(dict.fromkeys(line["file"] for line in self.lines))
            self.assertEqual(files, self.bad + self.good)

        def test_several_updates_are_several_lines(self):
            found = [line for line in self.lines if "batch_two" in line["file"]]
            self.assertEqual(len(found), 7)

        def test_only_what_applies_is_there(self):
            for line in self.lines:
                for name, value in line.items():
                    if (line["kind"], name) != ("reaction", "text"):
                        self.assertNotIn(value, ("", None, [], {}))

        def test_fields_of_a_message(self):
            line = self.of_file("text_arabic_emoji")
            self.assertEqual(
                line,
                {
                    "file": line["file"],
                    "kind": "message",
                    "account": "900100200300401",
                    "external_id": "wamid.SAMPLE0002==",
                    "identity": "+962700000012",
                    "aliases": ["JO.7700112233445566"],
                    "name": "ليلى القاسم ✨",
                    "timestamp": "2026-09-21T14:15:00Z",
                    "type": "text",
                    "text": "السلام عليكم، رقم الطلب ٤٧١١ 🙏🏽",
                    "details": {"waba": "800700600500401"},
                },
            )

        def test_file_of_a_message(self):
            (media,) = self.of_file("audio_voice_note")["media"]
            self.assertEqual((media["kind"], media["voice"]), ("audio", True))

        def test_status_is_named_after_its_message(self):
            line = self.of_file("status_failed_131047")
            self.assertEqual(line["external_id"], "wamid.OURS0010==")
            self.assertEqual(line["state"], "failed")
            self.assertEqual(line["error"]["code"], 131047)

        def test_reaction_shows_its_emoji(self):
            self.assertEqual(self.of_file("reaction")["text"], "👍🏾")
            self.assertEqual(self.of_file("reaction_removed")["text"], "")

        def test_text_is_not_escaped(self):
            self.assertIn("السلام".encode(), self.done.stdout)

        def test_bad_files_are_one_malformed_line_each(self):
            lines = self.lines[: len(self.bad)]
            self.assertEqual([line["file"] for line in lines], self.bad)
            for line in lines:
                self.assertEqual(line["kind"], "malformed")
                self.assertTrue(line["error"]["title"])

        def test_standard_input(self):
            body = (FOLDER / "text_plain.json").read_bytes()
            done = run_it("whatsapp", "-", stdin=body)
            (line,) = map(json.loads, done.stdout.splitlines())
            self.assertEqual((line["file"], line["kind"]), ("-", "message"))

        def test_unknown_channel_is_a_clear_error(self):
            done = run_it("pigeon", str(FOLDER / "text_plain.json"))
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertIn(b"unknown channel 'pigeon'", done.stderr)
            self.assertNotIn(b"Traceback", done.stderr)
