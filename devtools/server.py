"""A running Odoo server as a context manager."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

from .console import Problem
from .paths import cached
from .postgres import free_port


class OdooServer:
    """One Odoo server on one database: `with OdooServer(env, name, workers=2) as server: server.url`.

    :param Environment env: where Odoo is
    :param str db: name of the database, served alone and without a db-filter
    :param int workers: 0 is the threaded server; more is the multi-process one, with live updates on its own port
    """

    def __init__(self, env, db, *, workers=0, port=None, cron_threads=4, extra=(), environ=None):
        self.env = env
        self.db = db
        self.workers = workers
        self.port = port or free_port()
        self.gevent_port = free_port() if workers else self.port
        self.cron_threads = cron_threads
        self.extra = list(extra)
        self.environ = environ or {}
        self.log = cached("logs", f"server-{db}-{self.port}.log")
        self.process = None

    @property
    def url(self):
        """Base address of the server."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def websocket_url(self):
        """Address of the websocket of live updates."""
        return f"ws://127.0.0.1:{self.gevent_port}/websocket"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_exc):
        self.stop()

    def start(self, timeout=120):
        """Start the server and wait until it answers."""
        args = [
            "-d", self.db, "--http-interface=127.0.0.1", f"--http-port={self.port}",
            f"--workers={self.workers}", f"--max-cron-threads={self.cron_threads}",
        ]  # fmt: skip
        if self.workers:
            args += [f"--gevent-port={self.gevent_port}", "--limit-time-real=600"]
        with self.log.open("w") as handle:
            self.process = subprocess.Popen(
                self.env.command(*args, *self.extra),
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=subprocess.STDOUT,
                env={**self.env.environ(), **self.environ},
                start_new_session=True,
            )
        self._wait(timeout)

    def _wait(self, timeout):
        limit = time.monotonic() + timeout
        while time.monotonic() < limit:
            if self.process.poll() is not None:
                raise Problem(f"the server stopped at once, log in {self.log}:\n{self.tail()}")
            try:
                with urllib.request.urlopen(f"{self.url}/web/login", timeout=30) as answer:
                    if answer.status == 200:
                        return
            except urllib.error.HTTPError as error:
                self.stop()
                raise Problem(
                    f"the login page answers {error.code}, log in {self.log}:\n{self.tail()}"
                ) from error
            except OSError:
                time.sleep(0.2)
        self.stop()
        raise Problem(f"the server does not answer, log in {self.log}:\n{self.tail()}")

    def tail(self, lines=30):
        """Return the end of the server's log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self):
        """Stop the server and all of its processes."""
        if not self.process:
            return
        for number, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
            if self.process.poll() is not None:
                break
            try:
                os.killpg(self.process.pid, number)
                self.process.wait(patience)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        self._kill_group()
        self.process = None

    def _kill_group(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
