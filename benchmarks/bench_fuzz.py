"""./dev bench fuzz: requests that nobody should send, to every public route.

A real multi-process server and thousands of seeded requests over raw sockets. None may
be answered by an error of ours or by a traceback, nothing that was signed well may be
lost, the jobs must finish what was stored, and the server must still answer.
"""

import argparse
import collections
import hashlib
import importlib.machinery
import importlib.util
import itertools
import json
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from devtools.console import say, step
from devtools.database import Databases
from devtools.paths import ROOT, project_addons
from devtools.server import OdooServer

TESTS = ROOT / "whatsapp_helpdesk" / "tests"
SETUP = Path(__file__).with_name("setup_fuzz.py")
#: Phones that take turns: each may send 30 messages a minute.
PHONES = 40
#: Network addresses of this computer that the requests come from: each may be wrong
#: sixty times at once.
SOURCES = 200
#: Requests that are made before they are sent.
PORTION = 200
#: Seconds in which the jobs have to finish.
PATIENCE = 300


def arguments(args):
    """Read the options."""
    parser = argparse.ArgumentParser(prog="./dev bench fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8, help="senders")
    parser.add_argument("--keep", action="store_true", help="keep the database")
    return parser.parse_args(args)


def _load(name):
    """Import a file of the tests without the app, which would import Odoo."""
    package = "fuzz_tests"
    if package not in sys.modules:
        spec = importlib.machinery.ModuleSpec(package, None, is_package=True)
        module = importlib.util.module_from_spec(spec)
        module.__path__ = [str(TESTS)]
        sys.modules[package] = module
    return importlib.import_module(f"{package}.{name}")


class Run:
    """One run on a prepared environment."""

    def __init__(self, env, options):
        self.env, self.options = env, options
        self.databases = Databases(env)
        self.routes = _load("fuzz_routes")
        self.samples = [
            path.read_bytes() for path in sorted((TESTS / "samples").rglob("*.json"))
        ]
        self.faults, self.statuses = [], collections.Counter()
        self.taken = set()

    def main(self):
        """Attack, wait, count; return the number of faults."""
        databases, options = self.databases, self.options
        source = databases.app_template(project_addons())
        with databases.throwaway(
            label="fuzz", keep=options.keep, source=source
        ) as name:
            self.db = name
            facts = databases.run_script(name, SETUP, {"phones": PHONES})
            server = OdooServer(self.env, name, workers=options.workers)
            with server:
                with step(f"{options.cases} requests, seed {options.seed}"):
                    self._attack(server, facts)
                with step("what was stored is processed"):
                    self._settle()
                self._check_alive(server)
            self._check_database()
            self._check_log(server.log)
        return self._report()

    def _attack(self, server, facts):
        places = self.routes.Places(
            facts["webhook_path"], tuple(facts["phones"]), f"127.0.0.1:{server.port}"
        )
        fuzz = self.routes.RouteFuzz(
            self.options.seed, self.samples, facts["secret"], places
        )
        with ThreadPoolExecutor(self.options.threads) as pool:
            asked = ((server.port, *each) for each in fuzz.requests(self.options.cases))
            while portion := list(itertools.islice(asked, PORTION)):
                list(pool.map(self._send, portion))

    def _send(self, asked):
        port, route, case, path = asked
        raw, stop = self.routes.to_wire(case, path, f"127.0.0.1:{port}")
        source = f"127.0.1.{case.number % SOURCES + 1}"
        try:
            status, text = self.routes.exchange(
                ("127.0.0.1", port), raw, stop, source=source
            )
        except OSError as error:
            status, text = 0, ""
            self._note(route, case, f"no answer: {type(error).__name__}")
        self.statuses[route, status] += 1
        fault = self.routes.find_fault(status, text)
        if fault:
            self._note(route, case, f"{fault}: {text[-600:]}")
        if case.signed and status == 200:
            self.taken.add(hashlib.sha256(case.body).hexdigest())
        elif case.signed:
            self._note(route, case, f"signed well but {status}")

    def _note(self, route, case, text):
        self.faults.append(f"{route}, case {case.number}: {text}")

    # -- afterwards -------------------------------------------------------------------

    def _settle(self):
        limit = time.monotonic() + PATIENCE
        query = "SELECT count(*) FROM messaging_update WHERE state = 'pending'"
        while left := int(self.databases.sql(query, self.db)[0][0]):
            if time.monotonic() > limit:
                self.faults.append(f"{left} updates are still pending")
                return
            time.sleep(1)

    def _check_alive(self, server):
        with urllib.request.urlopen(f"{server.url}/web/login", timeout=30) as answer:
            if answer.status != 200:
                self.faults.append("the server does not answer any more")

    def _check_database(self):
        rows = self.databases.sql(
            "SELECT sha256 FROM messaging_event e JOIN messaging_connection c "
            "ON c.id = e.connection_id WHERE c.channel = 'whatsapp'",
            self.db,
        )
        stored = {row[0] for row in rows}
        lost = self.taken - stored
        if lost:
            self.faults.append(f"{len(lost)} bodies were taken and are not stored")
        self.states = dict(
            self.databases.sql(
                "SELECT state, count(*) FROM messaging_update GROUP BY state", self.db
            )
        )
        self.faults += [
            f"update {row[0]} ({row[1]}) parked: {row[2][-900:]}"
            for row in self.databases.sql(
                "SELECT id, kind, replace(error, chr(10), ' | ') FROM messaging_update "
                "WHERE error IS NOT NULL",
                self.db,
            )
        ]

    def _check_log(self, log):
        text = log.read_text(errors="replace")
        self.tracebacks = text.count("Traceback (most recent call last)")
        if self.tracebacks:
            say(f"{self.tracebacks} tracebacks in {log}")

    def _report(self):
        by_status = collections.Counter()
        for (_route, status), count in self.statuses.items():
            by_status[status] += count
        say(f"  by status: {json.dumps(dict(sorted(by_status.items())))}")
        for route in sorted({route for route, _status in self.statuses}):
            counts = {
                status: count
                for (each, status), count in sorted(self.statuses.items())
                if each == route
            }
            say(f"    {route}: {json.dumps(counts)}")
        say(f"  signed and stored: {len(self.taken)} bodies; updates: {self.states}")
        for fault in self.faults[:20]:
            say(f"  FAULT {fault}")
        say(f"  faults: {len(self.faults)}")
        return len(self.faults)


def main(env, args):
    """Run what was asked for; return 1 when there is a fault."""
    return 1 if Run(env, arguments(args)).main() else 0
