"""A running Odoo server as a context manager."""

import contextlib
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

from .console import Problem
from .paths import DEVTOOLS, ROOT, cached
from .postgres import free_port, is_free
from .venv import project_environ


class OdooServer:
    """One Odoo server on one database.

    `with OdooServer(env, name, workers=2) as server: server.url`

    :param Environment env: where Odoo is
    :param str db: name of the database, served alone and without a db-filter
    :param int workers: 0 is the threaded server; more is the multi-process one, whose
        live updates have a port of their own
    """

    def __init__(
        self, env, db, *, workers=0, port=None, cron_threads=4, extra=(), environ=None
    ):
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
                raise Problem(
                    f"the server stopped at once, log in {self.log}:\n{self.tail()}"
                )
            try:
                with urllib.request.urlopen(
                    f"{self.url}/web/login", timeout=30
                ) as answer:
                    if answer.status == 200:
                        return
            except urllib.error.HTTPError as error:
                self.stop()
                raise Problem(
                    f"the login page answers {error.code}, log in {self.log}:\n"
                    + self.tail()
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
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


class FakeProvider:
    """A local provider of devtools/fakes in a process of its own.

    :param str channel: folder of its package
    :param options: of its command line, by name; empty ones are left out
    """

    def __init__(self, env, channel="whatsapp", port=None, **options):
        self.env = env
        self.channel = channel
        self.port = port or free_port()
        self.args = ["--port", str(self.port)]
        for name, value in options.items():
            if value:
                self.args += [f"--{name.replace('_', '-')}", str(value)]
        self.log = cached("logs", f"fake-{channel}-{self.port}.log")
        self.process = None

    @classmethod
    def channels(cls):
        """Return the channels that have a local provider."""
        return sorted(
            path.parent.name for path in (DEVTOOLS / "fakes").glob("*/__main__.py")
        )

    @property
    def url(self):
        """Base address of the provider."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        with self.log.open("w") as handle:
            self.process = subprocess.Popen(
                [
                    str(self.env.python),
                    "-m",
                    f"devtools.fakes.{self.channel}",
                    *self.args,
                ],
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=project_environ(),
                start_new_session=True,
            )
        limit = time.monotonic() + 20
        while is_free(self.port):
            if self.process.poll() is not None or time.monotonic() > limit:
                self.__exit__()
                said = self.log.read_text()[-2000:]
                raise Problem(f"the fake {self.channel} does not start:\n{said}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_exc):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
