"""What every part of a benchmark needs: databases, servers, loads, SQL."""

import contextlib
import itertools
import json
import secrets
import socket
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import psycopg2
from cpu import CpuUse, wait_quiet

from devtools.console import Problem, say, step
from devtools.database import PREFIX, Databases
from devtools.fakes.whatsapp import FakeWhatsApp
from devtools.paths import ROOT, cached, digest, project_addons
from devtools.postgres import free_port
from devtools.server import OdooServer
from devtools.venv import project_environ

HERE = Path(__file__).resolve().parent
ADDONS = HERE / "addons"
SETUP = HERE / "setup_inbound.py"
#: Cores that others may use; a figure taken beside more is taken again.
DISTURBING = 0.3


class Bench:
    """One run of a benchmark on a durable PostgreSQL.

    :param Environment env: whose databases are durable
    :param options: workers, cron_threads, quick
    :param int postmaster: process of its PostgreSQL
    """

    def __init__(self, env, options, postmaster):
        self.postmaster = postmaster
        self.env = replace(
            env, extra_addons=[*env.extra_addons, ADDONS], extra_paths=[ROOT, HERE]
        )
        self.options = options
        self.databases = Databases(self.env)
        self.quick = options.quick
        self.figures = {}
        self.raw = {}
        self._runs = itertools.count(1)
        #: Seconds left for measuring again what others disturbed.
        self.patience = 0 if options.once else 150
        #: Where the next customers begin who never wrote before.
        self.strangers = itertools.count(100_000, 1000)

    # -- databases -------------------------------------------------------------------

    def template(self):
        """Return a template with our addons and the bare route."""
        app = self.databases.app_template(project_addons())
        texts = [path.read_text() for path in sorted(ADDONS.rglob("*.py"))]
        name = f"{PREFIX}_bench_{digest(app, *texts)}"

        def build(work):
            self.databases.copy(app, work)
            self.databases.install(work, ["bench_bare"], log=cached("logs", name))

        return self.databases.template(name, "installing the bare route", build)

    @contextlib.contextmanager
    def site(self, label, *, source=None, agents=4):
        """Yield a Site: a fresh database set up for messages, and its provider."""
        template = source or self.template()
        with contextlib.ExitStack() as stack:
            database = stack.enter_context(
                self.databases.throwaway(
                    source=template, label=label, keep=self.options.keep
                )
            )
            fake = stack.enter_context(FakeWhatsApp(token="bench-token"))
            port = free_port()
            settings = {
                "base_url": f"http://127.0.0.1:{port}",
                "fake_url": fake.url,
                "agents": agents,
            }
            with step(f"set-up of {label}"):
                facts = self.databases.run_script(database, SETUP, settings)
            site = Site(self, database, fake, facts, port)
            stack.callback(site.close)
            yield site

    # -- loads -----------------------------------------------------------------------

    def load(self, plan):
        """Run the load generator in a process of its own; return its result."""
        run = f"{secrets.token_hex(2)}{next(self._runs)}"
        path = cached("bench-plans", f"{run}.json")
        path.write_text(json.dumps({"run": run, **plan}))
        done = subprocess.run(
            [str(self.env.python), "-m", "devtools.load", str(path)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=project_environ(),
            check=False,
        )
        path.unlink()
        if done.returncode:
            raise Problem(f"the load generator failed:\n{done.stderr[-3000:]}")
        result = json.loads(done.stdout)
        result["run"] = run
        bad = {code: n for code, n in result["statuses"].items() if code != "200"}
        if bad or result["errors"]:
            say(f"    ! answers: {bad}, errors: {result['errors']}")
        return result


class Site:
    """A database with a number and agents, its servers and its load."""

    def __init__(self, bench, database, fake, facts, port, env=None):
        self.bench = bench
        self.env = env or bench.env
        self.label = database.rsplit("_", 1)[1]
        self.database = database
        self.fake = fake
        self.facts = facts
        self.port = port
        self.secret = facts.get("secret", "")
        self.server = None
        self._connection = None

    @contextlib.contextmanager
    def serving(self, *, cron_threads=None):
        """Run the server; yield it."""
        options = self.bench.options
        threads = options.cron_threads if cron_threads is None else cron_threads
        server = OdooServer(
            self.env,
            self.database,
            workers=options.workers,
            port=self.port,
            cron_threads=threads,
            extra=["--proxy-mode"],
            environ={"BENCH_SECRET": self.secret},
        )
        # A new database has all of its daily jobs to do at once: not today.
        self.sql(
            "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + interval '1 day' "
            "WHERE interval_type <> 'minutes'"
        )
        self.sql(
            "DELETE FROM ir_cron_trigger t USING ir_cron c WHERE c.id = t.cron_id "
            "AND c.interval_type <> 'minutes'"
        )
        with server:
            self.server = server
            self._wait_for_websocket(server)
            yield server

    def _wait_for_websocket(self, server):
        """The process of live updates starts later than the others."""
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", server.gevent_port), 1).close()
                return
            time.sleep(0.1)

    def plan(self, *, path=None, watch=True, **values):
        """Return a plan of the load generator for this site."""
        plan = {
            "url": self.server.url + (path or self.facts["webhook_path"]),
            "kind": "whatsapp",
            "secret": self.secret,
            "customers": 200,
            "base_url": self.server.url,
            "websocket_url": self.server.websocket_url,
            "database": self.database,
            "agents": self.facts["agents"] if watch else [],
            "last": self.value("SELECT coalesce(max(id), 0) FROM bus_bus"),
        }
        return {**plan, **values}

    def load(self, **values):
        """Run a load on this site."""
        return self.bench.load(self.plan(**values))

    def sql(self, query, *params):
        """Run a query outside of any transaction; return its rows."""
        if not self._connection:
            where = self.bench.env.connection
            self._connection = psycopg2.connect(
                host=where.host, port=where.port, user=where.user, dbname=self.database
            )
            self._connection.autocommit = True
        with self._connection.cursor() as cursor:
            cursor.execute(query, params or None)
            return cursor.fetchall() if cursor.description else []

    def undisturbed(self, name, measure):
        """Return what `measure()` does, again when others took the machine meanwhile.

        Only the cores that others used decide, never the figure; and only as long as
        the run has patience. Who used how much is kept among the raw figures.
        """
        bench = self.bench
        while True:
            begun = time.monotonic()
            wait_quiet(DISTURBING, min(20, bench.patience))
            bench.patience -= time.monotonic() - begun
            begun = time.monotonic()
            use = CpuUse(self.server, bench.postmaster).start()
            value = measure()
            bench.raw[f"cores_{name}"] = cores = use.stop()
            say(f"    cores: {cores}")
            took = time.monotonic() - begun
            if cores["others"] <= DISTURBING or took > bench.patience:
                return value
            bench.patience -= took
            say("    others used the machine: again")

    def value(self, query, *params):
        """Return the first value of a query."""
        return self.sql(query, *params)[0][0]

    def close(self):
        """Close the connection, or the database cannot be dropped."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def wait_empty(self, seconds=120):
        """Wait until no update is left to process; return the seconds it took."""
        begun = time.monotonic()
        while self.value(
            "SELECT count(*) FROM messaging_update WHERE state = 'pending'"
        ):
            if time.monotonic() - begun > seconds:
                raise Problem("the backlog is not processed")
            time.sleep(0.2)
        return time.monotonic() - begun

    def check_stored(self, result):
        """Every message delivered is stored exactly once, or the figure is void."""
        wanted = result["messages"]
        pattern = f"%[{result['run']}-%"
        found = self.value(
            "SELECT count(*) FROM mail_message WHERE body LIKE %s", pattern
        )
        lost = sum(row[3] is None for row in result["rows"])
        if found != wanted or lost:
            say(f"    ! {wanted} delivered, {found} stored, {lost} never visible")
        return {"delivered": wanted, "stored": found, "not_visible": lost}
