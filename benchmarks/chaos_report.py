"""The section of RESULTS.md that this benchmark owns."""

import json
import platform
import re
from pathlib import Path

BEGIN, END = "<!-- chaos -->", "<!-- /chaos -->"
RESULTS = Path(__file__).with_name("RESULTS.md")


def write_results(result):
    """Replace the row of this seed and set-up, keep the others."""
    text = RESULTS.read_text() if RESULTS.exists() else "# Results\n"
    if BEGIN not in text:
        text = f"{text.rstrip()}\n\n{BEGIN}\n{END}\n"
    before, _begin, rest = text.partition(BEGIN)
    section, _end, after = rest.partition(END)
    rows = {json.loads(row)["run"]: json.loads(row) for row in _raw(section)}
    run = f"seed {result['seed']}, workers={result['workers']}"
    if result["servers"] > 1:
        run += f", {result['servers']} servers"
    if result["quick"]:
        run += ", quick"
    rows[run] = {"run": run, **result}
    RESULTS.write_text(f"{before}{BEGIN}\n{_render(rows)}\n{END}{after}")


def _raw(section):
    return re.findall(r"^<!-- run (.*) -->$", section, re.M)


def _render(rows):
    keys = (
        "lost", "duplicated", "misordered", "sent_twice", "stuck", "unknown_left",
        "states_backwards", "server_errors",
    )  # fmt: skip
    lines = [
        "## Chaos: nothing lost, nothing doubled",
        "",
        "`./dev bench chaos --json --seed N --write`: messages in both directions",
        "while processes are killed and stopped, PostgreSQL crashes and the",
        "provider fails in all its ways. The same seed is the same plan; the timing",
        "is the machine's. The columns from `lost` to `server_errors` must be 0. A",
        "send in doubt that the provider never spoke of again is left for a person.",
        "*Longest wait* is the oldest of anything that was due, sampled every",
        "second, faults included. *Held back*: seconds for which people paused",
        "because more than 200 things waited, as the plan is not about a machine",
        "that is too slow for it.",
        "",
        f"Python {platform.python_version()}, {platform.machine()}.",
        "",
        "| Run | "
        + " | ".join(keys)
        + " | for a person | in | out | kills | longest wait | held back | seconds |",
        "|---|" + "---|" * (len(keys) + 7),
    ]
    for run, row in sorted(rows.items()):
        figures = [*keys, "unknown_by_person", "messages_in", "messages_out"]
        cells = [str(row[key]) for key in [*figures, "kills"]]
        cells += [str(max(row["oldest_s"].values()))]
        cells += [str(row["held_back_s"]), str(row["seconds"])]
        cells = " | ".join(cells)
        lines.append(f"| {run} | {cells} |")
    lines.append("")
    lines += [f"<!-- run {json.dumps(row)} -->" for _run, row in sorted(rows.items())]
    return "\n".join(lines)
