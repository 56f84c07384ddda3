"""The import rules and the size caps of the architecture, checked on the source."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from .case import ADDON, REPOSITORY, UnitCase

GATEWAY = ADDON / "gateway"
GATEWAY_LIBRARIES = {"cryptography", "phonenumbers", "dateutil"}
TRANSPORT_LIBRARIES = {"requests", "urllib3"}
HTTP_LIBRARIES = {"requests", "urllib3", "httpx", "aiohttp", "http.client"}
FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES = 400, 600, 50
#: Where a channel may be named: its words and pictures, and what is only shown.
NAMING_FOLDERS = {"data", "demo", "i18n", "i18n_extra", "migrations", "readme", "views"}
NAMING_FOLDERS |= {"description", "tests"}
NAMING_SUFFIXES = {".py", ".js", ".xml", ".csv"}
#: Files that name one for a reason of their own.
NAMING_FILES = {
    "__manifest__.py": "says what the app is for, and lists data",
    "gateway/columns.py": "headings of the files that people import",
    "models/messaging_rate_card.py": "the file of published prices",
}
#: Not a channel like the others, but a feature with pages of its own.
PLAYGROUND = "sandbox"
#: Names of the app itself.
OWN_NAMES = re.compile(r"whatsapp[_ ]helpdesk", re.IGNORECASE)
#: Words that may hold the technical name of a channel.
CHANNEL_WORDS = re.compile(r"channel|provider|code\b", re.IGNORECASE)


def channels() -> set[str]:
    return {path.parent.name for path in GATEWAY.glob("*/provider.py")}


def addons() -> list[Path]:
    return sorted(
        path.parent for path in REPOSITORY.glob(f"{ADDON.name}*/__manifest__.py")
    )


@cache
def sources(*folders: Path) -> list[tuple[Path, ast.Module]]:
    return [
        (path, ast.parse(path.read_text(encoding="utf-8"), str(path)))
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
    ]


def imports(tree: ast.Module) -> Iterator[tuple[str, int, int]]:
    """Module, level of a relative import, line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, 0, node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.level, node.lineno


def is_test(path: Path) -> bool:
    return "tests" in path.parts


def shown(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


class TestLayers(UnitCase):
    def test_gateway_imports_only_what_it_may(self):
        allowed = set(sys.stdlib_module_names) | GATEWAY_LIBRARIES
        for path, tree in sources(GATEWAY):
            extra = TRANSPORT_LIBRARIES if path == GATEWAY / "transport.py" else set()
            depth = len(path.relative_to(GATEWAY).parts)
            for module, level, line in imports(tree):
                with self.subTest(shown(path), line=line):
                    if level:
                        self.assertLessEqual(level, depth, "leaves the gateway")
                    else:
                        self.assertIn(module.split(".")[0], allowed | extra)

    def test_nobody_else_talks_http(self):
        for path, tree in sources(*addons()):
            if is_test(path) or path == GATEWAY / "transport.py":
                continue
            for module, _level, line in imports(tree):
                if module == "http.client" or module.split(".")[0] in HTTP_LIBRARIES:
                    with self.subTest(shown(path), line=line):
                        self.fail(f"imports {module}")

    def test_only_files_named_after_a_channel_import_it(self):
        for path, tree in sources(*addons()):
            if is_test(path) or GATEWAY in path.parents:
                continue
            for module, _level, line in imports(tree):
                channel = set(module.split(".")) & channels()
                if "gateway" in module and channel:
                    with self.subTest(shown(path), line=line):
                        self.assertIn(channel.pop(), path.stem)

    def test_nobody_asks_which_channel_it_is(self):
        for path, tree in sources(*addons()):
            if is_test(path):
                continue
            own = set(
                path.relative_to(GATEWAY).parts[:1] if GATEWAY in path.parents else ()
            )
            for line, name in channel_comparisons(tree, channels() - own):
                with self.subTest(shown(path), line=line):
                    self.fail(f"compares with the channel {name!r}")

    def test_no_channel_is_named_outside_of_its_package(self):
        words = re.compile("|".join(channels() - {PLAYGROUND}), re.IGNORECASE)
        for addon in addons():
            for path in naming_files(addon):
                for number, line in enumerate(path.read_text().splitlines(), 1):
                    if words.search(OWN_NAMES.sub("", line)):
                        with self.subTest(shown(path), line=number):
                            self.fail(line.strip())

    def test_no_channel_imports_another_one(self):
        """What two of them need belongs to both; the playground imitates on purpose."""
        for name in channels() - {PLAYGROUND}:
            for path, tree in sources(GATEWAY / name):
                for module, level, line in imports(tree):
                    others = (channels() - {name}) & set(module.split("."))
                    with self.subTest(shown(path), line=line):
                        self.assertFalse(level and others)

    def test_files_and_functions_stay_readable(self):
        for path, tree in sources(*addons()):
            limit = TEST_FILE_LINES if is_test(path) else FILE_LINES
            lines = len(path.read_text(encoding="utf-8").splitlines())
            with self.subTest(shown(path)):
                self.assertLessEqual(lines, limit)
            if is_test(path):
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef):
                    length = node.end_lineno - node.lineno + 1
                    with self.subTest(shown(path), function=node.name):
                        self.assertLessEqual(length, FUNCTION_LINES)


def naming_files(addon: Path) -> Iterator[Path]:
    """Files that have to do without the names of channels."""
    packages = {GATEWAY / name for name in channels()}
    for path in sorted(addon.rglob("*")):
        inner = path.relative_to(addon)
        if (
            path.suffix in NAMING_SUFFIXES
            and not NAMING_FOLDERS.intersection(inner.parts)
            and not packages.intersection(path.parents)
            and inner.as_posix() not in NAMING_FILES
        ):
            yield path


def channel_comparisons(tree: ast.Module, names: set[str]) -> Iterator[tuple[int, str]]:
    """Comparisons of something called channel or provider with a channel's name.

    In code, ``x.channel == "name"``, and in domains, ``("channel", "=", "name")``.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            values = [node.left, *node.comparators]
        elif isinstance(node, ast.Tuple | ast.List) and len(node.elts) == 3:
            values = node.elts
        elif isinstance(node, ast.match_case):
            values = [ast.Name("channel"), node.pattern]
        else:
            continue
        texts = {
            inner.value
            for value in values
            for inner in ast.walk(value)
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
        }
        words = " ".join(ast.unparse(value) for value in values)
        for name in texts & names:
            if CHANNEL_WORDS.search(words):
                yield node.lineno if hasattr(node, "lineno") else 0, name


class TestLayerRulesThemselves(UnitCase):
    """The rule must see what it is there for."""

    def test_comparisons_are_seen(self):
        for source in (
            'if self.channel == "whatsapp": pass',
            'ok = "whatsapp" != account.provider_code',
            'x = conn.channel in ("sms", "whatsapp")',
            'domain = [("connection_id.channel", "=", "whatsapp")]',
        ):
            with self.subTest(source):
                found = list(channel_comparisons(ast.parse(source), {"whatsapp"}))
                self.assertEqual(len(found), 1)

    def test_harmless_uses_are_not_seen(self):
        for source in (
            'selection = [("whatsapp", "WhatsApp")]',
            'if name == "whatsapp": pass',
            'channel = fields.Selection(default="whatsapp")',
        ):
            with self.subTest(source):
                self.assertFalse(
                    list(channel_comparisons(ast.parse(source), {"whatsapp"}))
                )

    def test_files_that_must_not_name_a_channel_are_looked_at(self):
        found = {path.relative_to(ADDON).as_posix() for path in naming_files(ADDON)}
        self.assertIn("models/messaging_account.py", found)
        self.assertIn("gateway/provider.py", found)
        self.assertTrue(any(name.startswith("static/src/") for name in found))
        self.assertFalse([name for name in found if name.startswith("views/")])
        self.assertFalse(
            [
                name
                for name in found
                if name.endswith("/webhook.py") and name.startswith("gateway/")
            ]
        )
