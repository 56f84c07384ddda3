"""Nothing reaches the outbox except through the gate: read from the source."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from .case import ADDON, UnitCase

#: The one file that puts parts into the outbox; and the one that puts them back.
QUEUE = {"messaging_message_mark.py", "messaging_message_queue.py"}
#: Makes passes.
PASS = {"messaging_gate_pass.py"}
FOLDERS = ("models", "wizards", "controllers", "report")


@cache
def sources() -> list[tuple[Path, ast.Module]]:
    return [
        (path, ast.parse(path.read_text(encoding="utf-8")))
        for folder in FOLDERS
        for path in sorted((ADDON / folder).rglob("*.py"))
    ]


def constants(node: ast.Dict) -> dict[str, object]:
    return {
        key.value: value.value
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(value, ast.Constant)
    }


def calls(tree: ast.Module, name: str) -> list[ast.Call]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if name in (getattr(function, "id", ""), getattr(function, "attr", "")):
                found.append(node)
    return found


class TestOneGate(UnitCase):
    def test_only_the_queue_makes_parts_that_wait(self):
        """New rows that go out wait by default, so their values are telling."""
        makers = set()
        for path, tree in sources():
            for node in ast.walk(tree):
                if isinstance(node, ast.Dict):
                    values = constants(node)
                    waits = values.get("state", "queued") in ("queued", "held")
                    if values.get("direction") == "out" and waits:
                        makers.add(path.name)
        self.assertEqual(makers, QUEUE)

    def test_only_the_gate_makes_passes(self):
        makers = {path.name for path, tree in sources() if calls(tree, "Pass")}
        self.assertEqual(makers, PASS)

    def test_a_pass_is_made_after_the_checks(self):
        makers = {path.name for path, tree in sources() if calls(tree, "_make_pass")}
        self.assertEqual(makers, {"messaging_gate.py"})

    def test_nobody_writes_the_outbox_in_sql(self):
        for path, tree in sources():
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    with self.subTest(path=path.name):
                        text = " ".join(node.value.split()).lower()
                        self.assertNotIn("insert into messaging_message ", text)
                        self.assertNotRegex(
                            text, r"update messaging_message set [^;]*\bstate = 'queued"
                        )

    def test_only_the_sender_calls_send(self):
        """A provider is asked to send in one place, after the claim."""
        senders = set()
        for path, tree in sources():
            for call in calls(tree, "send"):
                if isinstance(call.func, ast.Attribute):
                    owner = ast.unparse(call.func.value)
                    if "provider" in owner.lower():
                        senders.add(path.name)
        self.assertFalse(senders)
