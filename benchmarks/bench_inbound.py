"""./dev bench inbound: how fast customers' messages come in, in one run.

benchmarks/README.md says what each figure means and what the method cannot tell.
"""

import argparse
import contextlib
import json
import sys
import time
from pathlib import Path

import grow
import parts_flow
import parts_http
import parts_store
import results
from bench import Bench
from peer import PeerEnvironment

from devtools.console import say, step
from devtools.durable import DurablePostgres

PROFILE = Path(__file__).with_name("setup_profile.py")
#: What may be asked for with --only, and the figures it gives.
PARTS = {
    "ack": ("ack_ratio_to_bare", "ack_batched_msgs_per_s"),
    "burst": ("burst100_new_s",),
    "sustained": ("sustained_msgs_per_s",),
    "peer": ("peer_ratio",),
    "sizes": ("sustained_by_size",),
    "rush": ("rush_1000_per_min_p95_s",),
    "auto_reply": ("auto_reply_p95_s",),
    "open": ("open_conversation_10k_s",),
    "inbox": ("inbox_1m_s",),
}


def arguments(args):
    """Return the options."""
    parser = argparse.ArgumentParser(prog="./dev bench inbound")
    parser.add_argument("--json", action="store_true", help="one object on stdout")
    parser.add_argument(
        "--only", default="", metavar="PART[,PART]", help=", ".join(PARTS)
    )
    parser.add_argument("--quick", action="store_true", help="smaller sizes")
    parser.add_argument("--keep", action="store_true", help="keep the databases")
    parser.add_argument(
        "--profile", action="store_true", help="only show where the time goes"
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="do not measure again when others use the machine",
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cron-threads", type=int, default=6)
    options = parser.parse_args(args)
    wanted = [name.strip() for name in options.only.split(",") if name.strip()]
    options.parts = [part for part in PARTS if not wanted or _is_wanted(part, wanted)]
    if not options.parts:
        parser.error(f"nothing is called {options.only}")
    return options


def _is_wanted(part, wanted):
    return any(name == part or name in PARTS[part] for name in wanted)


def main(env, args):
    """Run what was asked for; return 1 when a figure is missed."""
    options = arguments(args)
    begun = time.monotonic()
    postgres = DurablePostgres(env, "bench")
    with postgres as durable:
        bench = Bench(durable, options, postgres.postmaster())
        bench.databases.forget_dead()
        if options.profile:
            return show_profile(bench)
        run_parts(bench, set(options.parts))
        asked = [key for keys in PARTS.values() for key in keys]
        report = results.make_report(bench, time.monotonic() - begun, asked)
    if options.json:
        print(json.dumps(report, indent=1))
    say(results.text_table(report))
    results.write(report, whole=not options.only and not options.quick)
    return 1 if report["missed"] else 0


def show_profile(bench):
    """Print where the time of new and of returning customers goes."""
    with bench.site("profile") as site:
        texts = bench.databases.run_script(site.database, PROFILE, {"count": 50})
    for text in texts:
        say(text)
    return 0


def run_parts(bench, parts):
    """Run the parts, those that share a server together."""
    if "ack" in parts:
        with _part("webhook route and bare route"):
            parts_http.ack(bench)
    if parts & {"burst", "sustained", "peer", "rush", "auto_reply"}:
        _run_flow(bench, parts)
    if parts & {"sizes", "open", "inbox"}:
        _run_stored(bench, parts)


def _run_flow(bench, parts):
    with bench.site("flow") as site, site.serving():
        if "auto_reply" in parts:
            with _part("automatic answer"):
                parts_flow.auto_reply(bench, site)
        with _part("200 customers write for the first time"):
            parts_flow.warm_up(site)
        if "burst" in parts:
            with _part("bursts of 100 new customers"):
                parts_flow.burst(bench, site)
        if parts & {"sustained", "peer"}:
            with _part("sustained"):
                _compare(bench, site, with_peer="peer" in parts)
        if "rush" in parts:
            with _part("1000 messages a minute"):
                parts_flow.rush(bench, site)


def _run_stored(bench, parts):
    """Databases with 10 000, 100 000 and a million messages; the last is read too."""
    sizes = [10_000, 100_000] if bench.quick else [10_000, 100_000, 1_000_000]
    rates = {}
    for size in sizes if "sizes" in parts else sizes[-1:]:
        template = grow.grown_template(bench, size)
        with bench.site(f"stored{size}", source=template) as site, site.serving():
            if size == sizes[-1]:
                _run_reads(bench, site, parts)
            if "sizes" in parts:
                with _part(f"sustained with {size} stored messages"):
                    parts_flow.warm_up(site)
                    rate = parts_flow.sustained(bench, site, f"{size} stored")
                    rates[str(size)] = round(rate, 1)
    if rates:
        bench.raw["sustained_by_stored_messages"] = rates


def _run_reads(bench, site, parts):
    if "open" in parts:
        with _part("opening a conversation of 10 000 messages"):
            parts_store.open_conversation(bench, site)
    if "inbox" in parts:
        with _part("loading Discuss"):
            parts_store.inbox(bench, site)


def _compare(bench, site, with_peer):
    """Our sustained rate and the peer's, in turns."""
    ours, peers = [], []
    with contextlib.ExitStack() as stack:
        other = stack.enter_context(_peer_site(bench)) if with_peer else None
        for _round in range(1 if bench.quick else 2):
            ours.append(parts_flow.sustained(bench, site, "ours"))
            if other:
                peers.append(parts_flow.peer_sustained(bench, other))
    rate = sum(ours) / len(ours)
    bench.figures["sustained_msgs_per_s"] = round(rate, 1)
    bench.raw["sustained_all"] = [round(value, 1) for value in ours]
    if peers:
        peer = sum(peers) / len(peers)
        bench.raw["peer_msgs_per_s"] = round(peer, 1)
        bench.figures["peer_ratio"] = round(rate / peer, 1) if peer else None


@contextlib.contextmanager
def _peer_site(bench):
    peer = PeerEnvironment(bench.env)
    with peer.site(bench) as site:
        with step("the peer's customers write for the first time"):
            # Nobody watches yet: its client hears of new conversations when it is
            # loaded again.
            parts_flow.warm_up(site, watch=False, threads=2)
        yield site


@contextlib.contextmanager
def _part(title):
    say(f"\n{title}")
    with step(title):
        yield


if __name__ == "__main__":
    sys.exit("run ./dev bench inbound")
