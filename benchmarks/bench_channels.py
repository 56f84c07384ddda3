"""./dev bench channels: reading, showing, joining, and nothing going wrong.

benchmarks/README.md says what each figure means and what the method cannot tell.
"""

import argparse
import contextlib
import json
import sys
import time

import mixed_load
import parts_channels
import results
from bench import Bench
from channel_site import channel_site

from devtools.console import say, step
from devtools.durable import DurablePostgres
from devtools.paths import cached

#: What may be asked for with --only, and the figure it gives.
PARTS = {
    "parse": "gateway_parse_per_s",
    "sync": "sync_p95_s",
    "merge": "merge_p95_s",
    "errors": "errors_per_10k",
}
PAIRS, QUICK_PAIRS = 24, 4
MESSAGES, QUICK_MESSAGES = 4000, 400


def arguments(args):
    """Return the options."""
    parser = argparse.ArgumentParser(prog="./dev bench channels")
    parser.add_argument("--json", action="store_true", help="one object on stdout")
    parser.add_argument(
        "--only", default="", metavar="PART[,PART]", help=", ".join(PARTS)
    )
    parser.add_argument("--quick", action="store_true", help="smaller sizes")
    parser.add_argument("--keep", action="store_true", help="keep the databases")
    parser.add_argument("--seed", type=int, default=1, help="of the mixed load")
    parser.add_argument("--messages", type=int, help="of the mixed load")
    parser.add_argument(
        "--once",
        action="store_true",
        help="do not measure again when others use the machine",
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cron-threads", type=int, default=6)
    options = parser.parse_args(args)
    wanted = [name.strip() for name in options.only.split(",") if name.strip()]
    options.parts = [
        part for part in PARTS if not wanted or {part, PARTS[part]} & set(wanted)
    ]
    if not options.parts:
        parser.error(f"nothing is called {options.only}")
    options.messages = options.messages or (
        QUICK_MESSAGES if options.quick else MESSAGES
    )
    return options


def main(env, args):
    """Run what was asked for; return 1 when a figure is missed."""
    options = arguments(args)
    begun = time.monotonic()
    postgres = DurablePostgres(env, "bench")
    with postgres as durable:
        bench = Bench(durable, options, postgres.postmaster())
        bench.databases.forget_dead()
        run_parts(bench, options)
        asked = list(PARTS.values())
        report = results.make_report(bench, time.monotonic() - begun, asked)
    if options.json:
        print(json.dumps(report, indent=1))
    say(results.text_table(report))
    if not options.quick:
        found = add_earlier(report)
        results.write(found, whole=set(asked) <= set(found), name="channels")
    return 1 if report["missed"] else 0


def add_earlier(report):
    """Return the report with what earlier runs on the same commit measured."""
    path = cached("bench-channels.json")
    earlier = json.loads(path.read_text()) if path.exists() else {}
    found = dict(report)
    if earlier.get("versions", {}).get("commit") == report["versions"]["commit"]:
        found = {**earlier, **report}
        found["raw"] = {**earlier["raw"], **report["raw"]}
        found["seconds"] = earlier["seconds"] + report["seconds"]
        for key in ("missed", "aim_reached"):
            old = [name for name in earlier[key] if name not in report]
            found[key] = [*old, *report[key]]
    path.write_text(json.dumps(found))
    return found


def run_parts(bench, options):
    """Run the parts; those that need a server share one."""
    parts = options.parts
    if "parse" in parts:
        with _part("reading bodies"):
            parts_channels.parse(bench)
    if parts == ["parse"]:
        return
    pairs = QUICK_PAIRS if options.quick else PAIRS
    pairs = pairs if "merge" in parts else 0
    with channel_site(bench, "channels", pairs=pairs) as site, site.serving():
        if "sync" in parts:
            with _part("one message at a time on every channel"):
                parts_channels.sync(bench, site)
        if "merge" in parts:
            with _part(f"{pairs} joins under load"):
                parts_channels.merge(bench, site)
        if "errors" in parts:
            with _part(f"{options.messages} bodies of all channels"):
                mixed_load.errors(bench, site, options.messages, options.seed)


@contextlib.contextmanager
def _part(title):
    say(f"\n{title}")
    with step(title):
        yield


if __name__ == "__main__":
    sys.exit("run ./dev bench channels")
