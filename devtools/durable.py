"""A PostgreSQL that keeps what it acknowledged, for benchmarks and crash tests.

The shared cluster of development trades safety for speed; figures from it would be too
good, and a crash would lose what was committed. These are set as in production.
"""

import contextlib
import os
import signal
import time
from dataclasses import replace

from . import postgres
from .console import Problem
from .paths import lock

SETTINGS = {
    **postgres.SETTINGS,
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "'1GB'",
    "effective_cache_size": "'4GB'",
    "random_page_cost": "1.1",
    "max_wal_size": "'4GB'",
}


class DurablePostgres(postgres.Cluster):
    """A private durable cluster, by name; each has its own port and its own databases.

    `with DurablePostgres(env, "bench") as env:` yields an environment whose databases
    live there; with start() and stop() the environment is in `.env`.

    :param Environment env: everything else is taken from it
    :param str name: runs that restart or crash the server need one of their own
    """

    def __init__(self, env, name="bench", **settings):
        super().__init__(f"postgres-durable-{name}", {**SETTINGS, **settings})
        self.outer_env = env
        self.env = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_exc):
        self.stop()

    def start(self):
        """Start the server; return the environment to use."""
        connection = super().__enter__()
        self.env = replace(
            self.outer_env, connection=connection, data_name=f"odoo-data-{self.name}"
        )
        return self.env

    def stop(self):
        """Stop the server in order, unless another run still uses it."""
        super().__exit__()

    def crash(self):
        """End the server at once, as a power cut does; the next start recovers."""
        pid = self.postmaster()
        os.kill(pid, signal.SIGQUIT)
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            if not _alive(pid):
                return
            time.sleep(0.02)
        raise Problem(f"PostgreSQL (process {pid}) does not end")

    def restart(self, *, crash=False):
        """Stop (or crash) the server and start it again on the same port."""
        if crash:
            self.crash()
        else:
            self._ctl("stop", "-m", "fast", "-w")
        with lock(self.name):
            self._start(keep_port=True)

    def postmaster(self):
        """Return the process id of the server of this cluster."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError) as error:
            raise Problem(f"the cluster {self.name} is not running") from error
        with contextlib.suppress(OSError):
            if os.path.samefile(f"/proc/{pid}/cwd", self.data):
                return pid
        raise Problem(f"process {pid} is not the server of the cluster {self.name}")


def _alive(pid):
    """A zombie has ended, whoever still has to collect it."""
    try:
        with open(f"/proc/{pid}/stat") as handle:
            return handle.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
