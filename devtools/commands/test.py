"""./dev test: all kinds of tests; the last line is `N passed, N failed`."""

import json
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .. import browser, bundles, venv
from ..console import say
from ..database import Databases, template_log
from ..environment import prepared
from ..paths import DEVTOOLS, ROOT, cached, project_addons
from ..postgres import free_port
from ..testing import odoolog
from ..testing.selection import (
    BROWSER_KINDS,
    KINDS,
    shares,
    test_classes,
    test_tags,
)

SHOWN_LINES = 40
#: Odoo processes with tests at the same time.
PROCESSES = 2


def arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "--unit", action="store_true", help="no Odoo, no database: a second or so"
    )
    parser.add_argument("--orm", action="store_true", help="models and flows")
    parser.add_argument("--http", action="store_true", help="routes (tag wh_http)")
    parser.add_argument("--js", action="store_true", help="hoot (tag wh_js)")
    parser.add_argument(
        "--tour", action="store_true", help="browser tours (tag wh_tour)"
    )
    parser.add_argument(
        "-k", metavar="TEXT", help="only where a file, class or method name has TEXT"
    )
    parser.add_argument("--keep", action="store_true", help="keep the test databases")
    parser.add_argument(
        "--with-oca", action="store_true", help="further OCA addons on the addons path"
    )


def main(options):
    """Run the chosen kinds of tests and return the exit code."""
    kinds = [kind for kind in ("unit", *KINDS) if getattr(options, kind)] or [
        "unit",
        *KINDS,
    ]
    report = odoolog.Report()
    if "unit" in kinds:
        report.add(_run_unit(options.k))
    classes = [
        item
        for item in test_classes(ROOT, project_addons())
        if item.kind in kinds and item.tags(options.k)
    ]
    if classes or ("orm" in kinds and not options.k):
        report.add(_run_odoo(options, classes))
    if not report.started and not report.failed:
        report.remarks.append(
            "no test was found" + (f" for -k {options.k}" if options.k else "")
        )
    _show(report)
    print(f"{report.passed} passed, {report.failed} failed", flush=True)
    return 1 if report.failed else 0


def _run_unit(text):
    report = odoolog.Report()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "figures.json"
        command = [
            venv.main_python(),
            DEVTOOLS / "testing" / "unit_main.py",
            target,
            text or "",
        ]
        done = subprocess.run(
            command,
            env=venv.project_environ(),
            capture_output=True,
            text=True,
            check=False,
        )
        if not target.exists():
            report.remarks.append("the unit tests did not run:\n" + done.stderr[-3000:])
            return report
        figures = json.loads(target.read_text())
    report.failures = dict(figures["failures"])
    report.skips = dict(figures["skips"])
    report.started = set(figures["ran"])
    say(f"  unit: {len(report.started)} tests, {figures['seconds']} s")
    for name, seconds in figures["slow"][:5]:
        say(f"    slow: {name}, {seconds} s")
    return report


def _run_odoo(options, classes):
    report = odoolog.Report()
    server_side = [item for item in classes if item.kind not in BROWSER_KINDS]
    in_browser = [item for item in classes if item.kind in BROWSER_KINDS]
    if in_browser:
        browser.find()
    with prepared(options) as env:
        databases = Databases(env)
        addons = project_addons()
        template = databases.app_template(addons)
        with template_log(template).open(errors="replace") as lines:
            report.add(odoolog.read(lines))
        groups = [in_browser, *shares(server_side)]
        with ThreadPoolExecutor(max_workers=PROCESSES) as pool:
            runs = [
                pool.submit(
                    _run_group, databases, template, group, options, report, number
                )
                for number, group in enumerate(groups)
                if group
            ]
        for run in runs:
            run.result()
    return report


def _run_group(databases, template, classes, options, report, number):
    """Run classes in one Odoo process on a database of their own."""
    label = "_".join(sorted({item.kind for item in classes})) + f"_{number}"
    log = cached(
        "logs", f"test-{label}-{time.strftime('%H%M%S')}-{id(classes) % 9973}.log"
    )
    started = time.monotonic()
    copy = databases.throwaway(label=label, keep=options.keep, source=template)
    with copy as name:
        args = [
            "-d",
            name,
            "--stop-after-init",
            "--max-cron-threads=0",
            "--log-level=info",
        ]
        args += [f"--http-port={free_port()}", "--http-interface=127.0.0.1"]
        args += [f"--test-tags={test_tags(classes, options.k)}"]
        args += [f"--screenshots={cached('screenshots', label)}"]
        bundles.withdraw(databases, name)
        if any(item.right_to_left for item in classes):
            bundles.warm_right_to_left(databases, name)
        code = databases.odoo(*args, log=log)
        bundles.deposit(databases, name)
    with log.open(errors="replace") as lines:
        found = odoolog.read(lines)
    _note_unstarted(found, classes)
    if not found.finished or (code and not found.failed):
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-30:])
        found.remarks.append(f"the {label} run ended early (exit code {code}):\n{tail}")
    seconds = time.monotonic() - started
    hoot = f", {found.hoot} in hoot" if found.hoot else ""
    say(
        f"  {label.replace('_', '+')}: {len(found.started)} tests{hoot}, "
        f"{seconds:.1f} s, log {log}"
    )
    report.add(found)


def _note_unstarted(found, classes):
    """Tell of a test file that nobody imports or a tag that excludes it."""
    if not found.finished:
        return
    known = {test.split(":")[-1].split(".")[0] for test in found.started}
    broken = " ".join(found.failures.values())
    for item in classes:
        if item.name not in known and item.name not in broken:
            found.remarks.append(
                f"{item.name} of {item.addon}/tests/{item.stem}.py did not run: is it "
                "imported in tests/__init__.py, is it a TransactionCase or HttpCase?"
            )


def _show(report):
    for test, trace in report.failures.items():
        lines = trace.rstrip().splitlines()
        if len(lines) > SHOWN_LINES:
            lines = [*lines[:5], "    ...", *lines[5 - SHOWN_LINES :]]
        say(f"\nFAILED {test}\n" + "\n".join("  " + line for line in lines))
    for test, reason in report.skips.items():
        say(f"\nSKIPPED (counts as failed) {test}: {reason}")
    for remark in report.remarks:
        say("\nLOGGED " + "\n  ".join(remark.splitlines()[:SHOWN_LINES]))
