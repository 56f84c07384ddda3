"""The report: one JSON object, a table for people, benchmarks/RESULTS.md."""

import os
import platform
import re
import subprocess
from pathlib import Path

from devtools.odoo import SERIES
from devtools.paths import ROOT, digest  # noqa: F401

FILE = Path(__file__).with_name("RESULTS.md")
BEGIN, END = "<!-- begin: written by ./dev bench {name} -->", "<!-- end -->"
#: key: (sign, must reach, aim)
TARGETS = {
    "merge_p95_s": ("<=", 5, 1),
    "sync_p95_s": ("<=", 0.3, 0.3),
    "gateway_parse_per_s": (">=", 5000, 5000),
    "errors_per_10k": ("<=", 0, 0),
    "ack_ratio_to_bare": (">=", 0.75, 0.9),
    "ack_batched_msgs_per_s": (">=", 1000, 3000),
    "burst100_new_s": ("<=", 2.5, 1.0),
    "sustained_msgs_per_s": (">=", 80, 160),
    "peer_ratio": (">=", 6, 12),
    "rush_1000_per_min_p95_s": ("<=", 1.0, 0.3),
    "auto_reply_p95_s": ("<=", 0.5, 0.2),
    "open_conversation_10k_s": ("<=", 0.3, 0.1),
    "inbox_1m_s": ("<=", 1.5, 0.3),
}


def reaches(key, value, aim=False):
    """Tell whether a figure is good enough."""
    if value is None:
        return False
    sign, must, wished = TARGETS[key]
    limit = wished if aim else must
    return value >= limit if sign == ">=" else value <= limit


def make_report(bench, seconds, asked=()):
    """Return everything that was measured, and on what.

    :param asked: the figures of the benchmark, measured or not.
    """
    figures = {key: bench.figures[key] for key in TARGETS if key in bench.figures}
    return {
        **figures,
        "asked": list(asked),
        "missed": [key for key, value in figures.items() if not reaches(key, value)],
        "aim_reached": [
            key for key, value in figures.items() if reaches(key, value, aim=True)
        ],
        "raw": bench.raw,
        "machine": machine(),
        "versions": versions(bench.env),
        "settings": {
            "workers": bench.options.workers,
            "cron_threads": bench.options.cron_threads,
            "quick": bench.quick,
            "postgres": {"fsync": "on", "synchronous_commit": "on"},
        },
        "seconds": round(seconds),
    }


def machine():
    """Return what the figures were measured on."""
    cpu = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    return {
        "cores": len(os.sched_getaffinity(0)),
        "cpu": cpu[1].strip() if cpu else platform.processor(),
        "ram_gb": round(int(memory[1]) / 1024**2, 1) if memory else None,
        "load_average": [round(value, 1) for value in os.getloadavg()],
    }


def versions(env):
    """Return the versions of all that takes part."""
    release = (env.odoo_path / "odoo" / "release.py").read_text()
    found = re.search(r"^version_info = \(([^)]*)\)", release, re.M)
    build = re.search(r"^version = '([^']*)'", release, re.M)
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return {
        "odoo": build[1] if build else (found[1] if found else SERIES),
        "postgresql": env.connection.sql("SHOW server_version")[0][0],
        "python": platform.python_version(),
        "commit": commit,
    }


def text_table(report):
    """Return the figures as a table for a terminal."""
    lines = [""]
    for key, (sign, must, aim) in TARGETS.items():
        if key in report:
            value = report[key]
            word = "missed" if key in report["missed"] else "reached"
            word = "aim reached" if key in report["aim_reached"] else word
            lines.append(f"{key:28} {value!s:>9}   {sign} {must} ({aim})   {word}")
    lines += [f"{key:28} {value}" for key, value in report["raw"].items()]
    lines.append(f"{report['seconds']} s")
    return "\n".join(lines)


def write(report, whole, name="inbound"):
    """Write the table into RESULTS.md; a partial run leaves the file alone."""
    if not whole:
        return
    text = FILE.read_text() if FILE.exists() else "# Results\n"
    FILE.write_text(replace_section(text, markdown(report, name), name))


def replace_section(text, section, name="inbound"):
    """Return the text with what is between the marks of a benchmark replaced."""
    begin = BEGIN.format(name=name)
    if begin not in text:
        text = f"{text.rstrip()}\n\n{begin}\n{END}\n"
    before, _begin, rest = text.partition(begin)
    _old, _end, after = rest.partition(END)
    return f"{before}{begin}\n{section}\n{END}{after}"


def markdown(report, name="inbound"):
    """Return the generated section of RESULTS.md."""
    lines = ["| Figure | Measured | Must reach | Aim | |", "|---|---|---|---|---|"]
    for key, (sign, must, aim) in TARGETS.items():
        if key not in (report.get("asked") or TARGETS):
            continue
        value = report.get(key, "not measured")
        word = "missed" if key in report["missed"] else ""
        word = "aim" if key in report["aim_reached"] else word
        lines.append(f"| `{key}` | {value} | {sign} {must} | {aim} | {word} |")
    lines += ["", "| Behind them | |", "|---|---|"]
    lines += [f"| {key} | {value} |" for key, value in report["raw"].items()]
    lines += ["", "| Measured on | |", "|---|---|"]
    for part in ("machine", "versions", "settings"):
        lines += [f"| {key} | {value} |" for key, value in report[part].items()]
    lines.append(f"| duration | {report['seconds']} s |")
    lines.append(f"| command | `./dev bench {name} --json` |")
    return "\n".join(lines)
