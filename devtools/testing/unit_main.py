"""Runs the tests that need no Odoo; started by ./dev test in the project's Python.

The addon's own `__init__` would import Odoo: empty packages stand for it and its
`tests`, so that `from ...gateway import x` works from tests/unit.
"""

import importlib
import json
import sys
import time
import types
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SLOW = 1.0


class Result(unittest.TextTestResult):
    """Notes the name of every test that was started."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ran = []
        self.slow = []
        self.started = 0.0

    def startTest(self, test):
        """Note the name and the time."""
        self.ran.append(test.id())
        self.started = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        """Note a slow test: these are the tests that run all the time."""
        seconds = time.monotonic() - self.started
        if seconds > SLOW:
            self.slow.append([test.id(), round(seconds, 1)])
        super().stopTest(test)


def main(argv):
    """Run the tests whose name has argv[1] in it; write figures to the file argv[0]."""
    target, text = argv[0], argv[1] if len(argv) > 1 else ""
    sys.path[0] = str(ROOT)  # instead of this file's folder
    suite = unittest.TestSuite(test for test in _flat(_load()) if text in _name(test))
    started = time.monotonic()
    runner = unittest.TextTestRunner(
        stream=sys.stderr, verbosity=0, buffer=True, resultclass=Result
    )
    result = runner.run(suite)
    failures = [[_name(test), trace] for test, trace in result.failures + result.errors]
    failures += [
        [test.id(), "unexpected success"] for test in result.unexpectedSuccesses
    ]
    figures = {
        "ran": result.ran,
        "slow": sorted(result.slow, key=lambda pair: -pair[1]),
        "failures": failures,
        "skips": [[test.id(), reason] for test, reason in result.skipped],
        "seconds": round(time.monotonic() - started, 2),
    }
    Path(target).write_text(json.dumps(figures))


def _name(test):
    return getattr(test, "test_case", test).id()


def _load():
    loader = unittest.TestLoader()
    for folder in sorted(ROOT.glob("whatsapp_helpdesk*/tests/unit")):
        addon = folder.parents[1].name
        _stub(addon, folder.parents[1])
        _stub(f"{addon}.tests", folder.parent)
        yield from _modules(loader, folder, f"{addon}.tests.unit")
    for folder in sorted(ROOT.glob("devtools/**/tests")):
        yield from _modules(loader, folder, ".".join(folder.relative_to(ROOT).parts))


def _modules(loader, folder, package):
    for path in sorted(folder.glob("test_*.py")):
        name = f"{package}.{path.stem}"
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 a file that fails is a failed test
            yield unittest.FunctionTestCase(_raising(error, name))
            continue
        yield loader.loadTestsFromModule(sys.modules[name])


def _raising(error, name):
    def test_import():
        raise error

    test_import.__name__ = name
    return test_import


def _stub(name, folder):
    if name not in sys.modules:
        module = types.ModuleType(name)
        module.__path__ = [str(folder)]
        sys.modules[name] = module


def _flat(suites):
    for item in suites:
        if isinstance(item, unittest.TestSuite):
            yield from _flat(item)
        else:
            yield item


if __name__ == "__main__":
    main(sys.argv[1:])
