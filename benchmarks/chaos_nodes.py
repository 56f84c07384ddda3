"""Odoo servers whose processes are killed and stopped, and everything else that breaks.

Only what this run started is ever touched: processes are found as children of the
servers, backends by the name of the database.
"""

import contextlib
import itertools
import os
import re
import signal
import sys
import threading
import time
import urllib.request
from collections import Counter
from dataclasses import replace

import psutil

from devtools.console import say
from devtools.durable import DurablePostgres
from devtools.paths import cached, lock
from devtools.server import OdooServer

_ALIVE = re.compile(r"Worker Worker(HTTP|Cron) \((\d+)\) alive")


class Node(OdooServer):
    """A server that is started again when it was killed; its logs are kept."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.numbers = itertools.count(1)
        self.logs = []
        self.ends = 0

    def start(self, timeout=120):
        """Start, with a log of its own each time."""
        name = f"chaos-{self.db}-{self.port}-{next(self.numbers)}.log"
        self.log = cached("logs", name)
        self.logs.append(self.log)
        super().start(timeout)

    def _wait(self, timeout):
        """An error page is no reason to stop it: PostgreSQL may be away."""
        limit = time.monotonic() + timeout
        while time.monotonic() < limit and self.process.poll() is None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/web/login", timeout=30).close()
                return
            time.sleep(0.3)

    def __enter__(self):
        self.start()
        self._closing = threading.Event()
        self._guard = threading.Thread(target=self._keep_alive, daemon=True)
        self._guard.start()
        return self

    def __exit__(self, *_exc):
        self._closing.set()
        self._guard.join(150)
        self.stop()

    def _keep_alive(self):
        """Start it again when it ended, as a service manager does.

        Odoo's own master process ends, too, when it has to replace a worker while
        PostgreSQL is away.
        """
        while not self._closing.wait(0.3):
            if self.process and self.process.poll() is None:
                continue
            self.ends += 1
            self._kill_group()
            self.start(timeout=20)
            self._closing.wait(0.5)

    def wait_up(self, seconds=60):
        """Wait until it answers."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/web/health", timeout=5).close()
                return
            time.sleep(0.3)

    def pids(self, role):
        """Return the processes of a role: http, cron, gevent or master."""
        if role == "master":
            return [self.process.pid]
        roles = {
            int(pid): kind.lower()
            for kind, pid in _ALIVE.findall(self.log.read_text(errors="replace"))
        }
        found = []
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):
                is_gevent = "gevent" in child.cmdline()
                if (role == "gevent" and is_gevent) or roles.get(child.pid) == role:
                    found.append(child.pid)
        return sorted(found)


class ChaosPostgres(DurablePostgres):
    """One that stays down for a while after a crash."""

    def revive(self):
        """Start on the same port; the server recovers what it had committed."""
        with lock(self.name):
            self._start(keep_port=True)

    def checkpoint(self):
        """A database that was copied from a template needs it before the first crash.

        PostgreSQL 15 and later copy sequences with numbers that count as logged
        already; without a checkpoint a crash takes them back and numbers come twice.
        """
        replace(self.connection, user="postgres").sql("CHECKPOINT")


class Breaker:
    """Carries out the plan's faults, one after the other.

    :param nodes: the servers.
    :param cluster: the durable PostgreSQL, of this run alone.
    :param filestore: folder of the database's files.
    """

    def __init__(self, nodes, cluster, env, db, filestore):
        self.nodes = nodes
        self.cluster = cluster
        self.env = env
        self.db = db
        self.filestore = filestore
        self.done = Counter()
        self.kills = 0
        self.stopped = []

    def run(self, fault):
        """Let one thing break; what lasts is repaired before this returns."""
        say(f"    {fault.at:6.1f} s {fault.kind}")
        action, _underscore, what = fault.kind.partition("_")
        for node in self.nodes:
            node.wait_up()
        try:
            getattr(self, f"_{action}")(what, fault)
        except (psutil.Error, ProcessLookupError):
            return
        self.done[fault.kind] += 1

    def _node(self, fault):
        return self.nodes[int(fault.point * 1000) % len(self.nodes)]

    def _pid(self, role, fault):
        found = self._node(fault).pids(role)
        if not found:
            raise ProcessLookupError(role)
        return found[int(fault.point * len(found))]

    def _kill(self, role, fault):
        node = self._node(fault)
        os.kill(self._pid(role, fault), signal.SIGKILL)
        self.kills += 1
        node.wait_up()

    def _stop(self, role, fault):
        pid = self._pid(role, fault)
        os.kill(pid, signal.SIGSTOP)
        self.stopped.append(pid)
        time.sleep(fault.seconds)
        os.kill(pid, signal.SIGCONT)
        self.stopped.remove(pid)

    def _crash(self, _what, fault):
        self.cluster.crash()
        self.kills += 1
        time.sleep(fault.seconds / 2)
        self.cluster.revive()

    def _terminate(self, _what, fault):
        """As an administrator or a failing network does."""
        self.env.connection.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{self.db}' AND pid != pg_backend_pid() "
            f"ORDER BY md5(pid::text || '{fault.point}') LIMIT 3"
        )

    def _break(self, _what, fault):
        """No file can be written or read: a full or lost disk."""
        away = self.filestore.with_name(self.filestore.name + "_away")
        self.filestore.rename(away)
        self.filestore.write_text("not a folder")
        try:
            time.sleep(fault.seconds)
        finally:
            self.filestore.unlink()
            away.rename(self.filestore)

    def release(self):
        """Let go on what is stopped, whatever happened."""
        for pid in self.stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def count_tracebacks(nodes):
    """Tracebacks in the servers' logs, by their last line; a help to find causes."""
    found = Counter()
    for log in itertools.chain(*(node.logs for node in nodes)):
        lines = log.read_text(errors="replace").splitlines()
        inside = False
        for line in lines:
            if line.startswith("Traceback"):
                inside = True
            elif inside and line and not line[0].isspace():
                inside = False
                found[line[:110]] += 1
    return found


def show_tracebacks(nodes):
    """Print them to standard error."""
    for line, count in count_tracebacks(nodes).most_common(25):
        print(f"    {count:4} x {line}", file=sys.stderr)
