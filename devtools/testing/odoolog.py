"""Reads the log of an Odoo test run: what ran, failed, should not be there."""

import re
from dataclasses import dataclass, field

RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ "
    r"(?P<level>[A-Z]+) (?P<db>\S+) (?P<logger>[\w.]+): (?P<text>.*)$"
)
STARTING = re.compile(r"^Starting (?P<test>\S+\.\S+) \.\.\.\s*$")
FAILING = re.compile(
    r"^(?:FAIL|ERROR): (?:Subtest )?(?P<test>(?:setUp|tearDown)\w+ \(.*?\)|\S+)"
)
SKIPPED = re.compile(r"^skipped (?P<test>\S+) : (?P<reason>.*)$")
RESULT = re.compile(r"^(\d+) failed, (\d+) error\(s\) of (\d+) tests")
HOOT = re.compile(r"\[HOOT\] Passed (\d+) tests?")
BAD_LEVELS = ("WARNING", "ERROR", "CRITICAL")

# What Odoo logs here without any fault of ours: (logger, part of the text, reason).
NOISE = (
    (
        "odoo.service.server",
        "At least one test failed",
        "repeats what was counted already",
    ),
    (
        "odoo.modules.loading",
        "At least one test failed",
        "repeats what was counted already",
    ),
    ("odoo.modules.loading", "failures, ", "repeats what was counted already"),
    (
        "odoo.tests.result",
        " failed, ",
        "the summary line, repeats what was counted already",
    ),
    (
        "odoo.tests.common",
        "Screenshot in",
        "tells where the picture of a failed browser test is",
    ),
    (
        "odoo.tests.common",
        "Screencast in",
        "tells where the film of a failed browser test is",
    ),
    ("odoo.tests.common", "Sleeping", "patience of Odoo's own browser driver"),
    (
        "odoo.addons.base.models.ir_mail_server",
        "no email server",
        "no mail server is configured",
    ),
    (
        "odoo.addons.base.models.ir_actions_report",
        "Wkhtmltopdf",
        "PDF reports are not made here",
    ),
)


@dataclass
class Report:
    """What one run of tests gave."""

    started: set = field(default_factory=set)
    failures: dict = field(default_factory=dict)
    skips: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)
    finished: bool = False
    hoot: int = 0

    @property
    def failed(self):
        """Number of failed tests, skips and log remarks included."""
        return len(self.failures) + len(self.skips) + len(self.remarks)

    @property
    def passed(self):
        """Number of tests that ran and are not failed."""
        return len(self.started - set(self.failures) - set(self.skips))

    def add(self, other):
        """Take in the figures of another run."""
        self.started |= other.started
        self.failures.update(other.failures)
        self.skips.update(other.skips)
        self.remarks += [
            remark for remark in other.remarks if remark not in self.remarks
        ]
        self.hoot += other.hoot


def records(lines):
    """Yield (level, logger, text) of each log record, following lines joined to it."""
    current = None
    for line in lines:
        found = RECORD.match(line)
        if found:
            if current:
                yield current
            current = (found["level"], found["logger"], found["text"])
        elif current:
            current = (*current[:2], current[2] + "\n" + line.rstrip("\n"))
        else:
            current = ("INFO", "", line.rstrip("\n"))
    if current:
        yield current


def read(lines):
    """Return the Report of an Odoo log."""
    report = Report()
    for level, logger, text in records(lines):
        if level in BAD_LEVELS:
            _read_bad(report, level, logger, text)
        elif found := STARTING.match(text.split("\n")[0]):
            report.started.add(_test_id(logger, found["test"]))
        elif found := SKIPPED.match(text):
            report.skips[_test_id(logger, found["test"])] = found["reason"]
        if logger == "odoo.tests.result" and RESULT.match(text):
            report.finished = True
        if found := HOOT.search(text):
            report.hoot += int(found[1])
    kept = {}
    for remark in report.remarks:
        if not _echoes(remark, report.failures):
            # What a browser writes in every test is one remark.
            kept.setdefault(re.sub(r"\S+\.browser:", "browser:", remark), remark)
    report.remarks = list(kept.values())
    return report


def _echoes(remark, failures):
    """Tell whether it is what the browser wrote in a test that failed anyway."""
    found = re.match(r"\w+ odoo\.addons\.([\w.]+?)\.(\w+\.\w+)\.browser:", remark)
    return bool(found) and f"{found[1]}:{found[2]}" in failures


def _read_bad(report, level, logger, text):
    found = FAILING.match(text)
    if found and level == "ERROR":
        test = _test_id(logger, found["test"])
        earlier = report.failures.get(test)
        report.failures[test] = f"{earlier}\n{text}" if earlier else text
        return
    if any(logger.startswith(name) and part in text for name, part, _reason in NOISE):
        return
    remark = f"{level} {logger}: {text}"
    if remark not in report.remarks:
        report.remarks.append(remark)


def _test_id(logger, test):
    return f"{logger.removeprefix('odoo.addons.')}:{test}"
