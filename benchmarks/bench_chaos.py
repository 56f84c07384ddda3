"""./dev bench chaos: messages in both directions while everything breaks.

A real multi-process Odoo server, a durable PostgreSQL of its own and the local
provider in its own process. Processes are killed and stopped, PostgreSQL crashes, the
provider times out, throttles and drops connections, webhooks come doubled, shuffled
and batched. Afterwards, when all is quiet, nothing may be lost, doubled, out of order,
sent twice or stuck.

The same seed gives the same plan of messages and faults. What then meets what is up to
the machine: two runs of a seed are alike, not identical.
"""

import argparse
import contextlib
import dataclasses
import json
import sys
import threading
import time
from pathlib import Path

import chaos_plan
import psycopg2
from chaos_check import Books, read_books
from chaos_clock import Clock
from chaos_nodes import Breaker, ChaosPostgres, Node, show_tracebacks
from chaos_people import Agents, Customers, Directory, control
from chaos_report import write_results
from chaos_watch import Watcher

from devtools.console import Problem, say, step
from devtools.database import Databases
from devtools.fakes.whatsapp.courier import Courier
from devtools.paths import lock, project_addons
from devtools.postgres import free_port
from devtools.server import FakeProvider

#: Seconds after the storm in which everything has to settle.
SETTLE = 200.0
#: Seconds that people may take longer than planned.
PATIENCE = 120.0
#: Keys that must be 0.
INVARIANTS = (
    "lost",
    "duplicated",
    "misordered",
    "sent_twice",
    "stuck",
    "unknown_left",
    "states_backwards",
    "server_errors",
)


def arguments(args):
    """Read the options."""
    parser = argparse.ArgumentParser(prog="./dev bench chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one object, nothing else")
    parser.add_argument("--quick", action="store_true", help="about a minute")
    parser.add_argument("--servers", type=int, default=1, choices=(1, 2))
    parser.add_argument("--workers", type=int, default=2, help="0: threaded server")
    parser.add_argument("--cron-threads", type=int, default=4)
    parser.add_argument("--keep", action="store_true", help="keep the database")
    parser.add_argument("--write", action="store_true", help="add to RESULTS.md")
    return parser.parse_args(args)


class Run:
    """One run on a prepared environment."""

    def __init__(self, env, options, cluster):
        self.env = env
        self.options = options
        self.cluster = cluster
        self.databases = Databases(env)
        size = chaos_plan.QUICK if options.quick else chaos_plan.FULL
        self.plan = chaos_plan.make_plan(
            options.seed, size, workers=options.workers, quick=options.quick
        )
        self.stack = contextlib.ExitStack()
        self.notes = {}

    def main(self):
        """Set up, let it storm, wait, judge; return the result."""
        with self.stack:
            self._set_up()
            started = time.monotonic()
            with Watcher(self.dsn) as watcher:
                with step("storm"):
                    self._storm(watcher)
                with step("settling"):
                    self.notes["settled_s"] = self._settle(watcher)
            self.notes["seconds"] = round(time.monotonic() - started, 1)
            return self._judge(watcher)

    # -- before ----------------------------------------------------------------------

    def _set_up(self):
        options, enter = self.options, self.stack.enter_context
        source = self.databases.app_template(project_addons())
        self.db = enter(
            self.databases.throwaway(label="chaos", keep=options.keep, source=source)
        )
        connection = self.env.connection
        self.dsn = (
            f"host={connection.host} port={connection.port} "
            f"user={connection.user} dbname={self.db}"
        )
        self.fake = FakeProvider(self.env)
        self.fake.args += ["--window", "off"]
        enter(self.fake)
        self.nodes = [
            Node(
                self.env,
                self.db,
                workers=options.workers,
                port=free_port(),
                cron_threads=options.cron_threads,
            )
            for _number in range(options.servers)
        ]
        with step("users, team, numbers"):
            facts = self._create_records()
            self.cluster.checkpoint()
        self._start_couriers([node.url + facts["path"] for node in self.nodes], facts)
        with step(f"{options.servers} server(s), workers={options.workers}"):
            for node in self.nodes:
                enter(node)
        self.courier.start()
        self.stack.callback(self.courier.stop)

    def _create_records(self):
        return self.databases.run_script(
            self.db,
            Path(__file__).with_name("chaos_setup.py"),
            {
                "base_url": self.nodes[0].url,
                "fake_url": self.fake.url,
                "leader": chaos_plan.LEADER,
                "agents": chaos_plan.AGENTS,
                "numbers": [number.number_id for number in chaos_plan.NUMBERS],
            },
        )

    def _start_couriers(self, urls, facts):
        """Of the customers' messages here, of the statuses at the provider."""
        seed, secret = self.options.seed, facts["secret"]
        noise = {"abandon": 0.03, "repeat": 0.08}
        self.courier = Courier(urls, secret, seed=f"{seed} customers", **noise)
        values = {"seed": seed, "urls": urls, "app_secret": secret, **noise}
        control(self.fake.url, "POST", "chaos", **values)

    # -- the storm -------------------------------------------------------------------

    def _storm(self, watcher):
        self.customers = Customers(self.plan, self.courier, self.fake.url)
        self.agents = Agents(
            self.plan,
            [node.url for node in self.nodes],
            self.db,
            Directory(self.dsn),
            self.options.seed,
        )
        self.breaker = Breaker(
            self.nodes,
            self.cluster,
            self.env,
            self.db,
            self.databases.filestore(self.db),
        )
        seconds = self.plan.size.seconds
        with Clock(lambda: watcher.left and sum(watcher.left), seconds) as clock:
            people = [
                threading.Thread(target=who.run, args=(clock,), daemon=True)
                for who in (self.customers, self.agents)
            ]
            for thread in people:
                thread.start()
            try:
                for fault in self.plan.faults:
                    clock.wait_until(fault.at)
                    self.breaker.run(fault)
            finally:
                self.breaker.release()
            clock.wait_until(seconds)
            for thread in people:
                thread.join(PATIENCE)
                if thread.is_alive():
                    say("    people did not finish; the servers do not answer")
        self.notes["held_back_s"] = round(clock.held, 1)
        control(self.fake.url, "POST", "quiet")
        self.courier.quiet()

    # -- afterwards ------------------------------------------------------------------

    def _settle(self, watcher):
        """Wait until nothing is left to do, for a bounded time; return the seconds."""
        started = time.monotonic()
        calm_since = None
        while (passed := time.monotonic() - started) < SETTLE:
            if self.options.quick:
                self._age_leases()
            if self._is_calm(watcher):
                calm_since = calm_since or time.monotonic()
                if time.monotonic() - calm_since > 4:
                    return round(passed, 1)
            else:
                calm_since = None
            time.sleep(1)
        say(f"    not settled, left: {watcher.left}")
        return round(passed, 1)

    def _is_calm(self, watcher):
        if self.courier.pending or watcher.left is None or any(watcher.left):
            return False
        return not control(self.fake.url, "GET", "pending")["pending"]

    def _age_leases(self):
        """A quick run does not wait for two minutes until a claim counts as lost."""
        with contextlib.suppress(psycopg2.Error):
            connection = psycopg2.connect(self.dsn)
            with connection, connection.cursor() as cr:
                cr.execute(
                    "UPDATE messaging_message SET lease_until = lease_until - "
                    "interval '1 minute' WHERE state = 'sending' AND lease_until < "
                    "(now() AT TIME ZONE 'UTC') + interval '80 seconds'"
                )
            connection.close()

    def _judge(self, watcher):
        report = control(self.fake.url, "GET", "chaos", timeout=120)
        own = [dataclasses.asdict(item) for item in list(self.courier.log)]
        books = Books(
            self.databases.filestore(self.db),
            written=self.customers.written,
            deliveries=own + report["deliveries"],
            posts=self.agents.posts,
            provider=report,
            stored=read_books(self.dsn),
        )
        unknown_left, by_person = books.find_unknown()
        found = {
            "lost": books.find_lost(),
            "duplicated": list(books.find_duplicated()),
            "misordered": books.find_misordered(),
            "sent_twice": list(books.find_sent_twice()),
            "stuck": [
                *books.find_stuck(),
                *(f"{kind} waited {age} s" for kind, age in watcher.late.items()),
            ],
            "unknown_left": unknown_left,
            "states_backwards": list(books.find_backwards(watcher.backwards)),
            "server_errors": list(books.find_server_errors()),
        }
        self._explain(found)
        return {
            **{key: len(found[key]) for key in INVARIANTS},
            "unknown_by_person": len(by_person),
            **self._inform(books, report, watcher),
        }

    def _explain(self, found):
        for key, wrong in found.items():
            for line in wrong[:40]:
                print(f"{key}: {line}", file=sys.stderr)
            if len(wrong) > 40:
                print(f"{key}: and {len(wrong) - 40} more", file=sys.stderr)
        if any(found.values()) or self.options.keep:
            for node in self.nodes:
                say(f"    logs: {', '.join(str(log) for log in node.logs)}")
            show_tracebacks(self.nodes)

    def _inform(self, books, report, watcher):
        outcomes = [post.outcome for post in books.posts]
        faults = dict.fromkeys(call["fault"] for call in report["calls"])
        provider = {
            name: sum(call["fault"] == name for call in report["calls"])
            for name in sorted(filter(None, faults))
        }
        return {
            "messages_in": len(books.written),
            "messages_out": outcomes.count("ok"),
            "posts_refused": outcomes.count("refused"),
            "posts_without_answer": outcomes.count("lost"),
            "posts_given_up": len(self.agents.unposted),
            "updates_stored": len(books.updates),
            "webhook_posts": books.count_statuses(),
            "provider_calls": len(report["calls"]),
            "provider_faults": provider,
            "faults": dict(sorted(self.breaker.done.items())),
            "kills": self.breaker.kills,
            "server_starts": sum(len(node.logs) for node in self.nodes),
            "oldest_s": {k: round(v, 1) for k, v in sorted(watcher.oldest.items())},
            "samples": watcher.samples,
            **self.notes,
        }


def main(env, args):
    """Run; return 1 when an invariant does not hold."""
    options = arguments(args)
    cluster = ChaosPostgres(env, "chaos")
    with lock("bench-chaos"), cluster as own:
        result = {
            "bench": "chaos",
            "seed": options.seed,
            "servers": options.servers,
            "workers": options.workers,
            "quick": options.quick,
            **Run(own, options, cluster).main(),
        }
    print(json.dumps(result, indent=None if options.json else 2), flush=True)
    if options.write:
        write_results(result)
    if result["messages_in"] + result["messages_out"] < 300:
        raise Problem("hardly anything was sent: that proves nothing")
    return int(any(result[key] for key in INVARIANTS))
