"""PostgreSQL: private clusters in the cache, or the one that the user names.

A cluster is started on demand and stopped by the last ./dev that uses it: each holds a
shared lock.
"""

import fcntl
import os
import pwd
import re
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import apt
from .console import Problem, run, step
from .paths import cached, lock

MINIMUM = 13
ROLE = "odoo"
# Only data that can be made again lives here: speed before safety.
SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "'512MB'",
    "work_mem": "'16MB'",
    "maintenance_work_mem": "'128MB'",
    "max_wal_size": "'2GB'",
    "checkpoint_timeout": "'15min'",
    "autovacuum_naptime": "'30s'",
    "log_min_messages": "warning",
}


@dataclass
class Connection:
    """How to reach a PostgreSQL server."""

    host: str
    port: int
    user: str
    bindir: Path | None = None

    def environ(self):
        """Return the environment that libpq's tools read."""
        keep = {key: val for key, val in os.environ.items() if not key.startswith("PG")}
        if os.environ.get("PGPASSWORD"):
            keep["PGPASSWORD"] = os.environ["PGPASSWORD"]
        keep.update(PGHOST=self.host, PGPORT=str(self.port), PGUSER=self.user)
        return keep

    def tool(self, name):
        """Return the path of one of PostgreSQL's client programs."""
        if self.bindir and (self.bindir / name).exists():
            return str(self.bindir / name)
        found = shutil.which(name)
        if not found:
            raise Problem(f"{name} was not found: install PostgreSQL's client programs")
        return found

    def sql(self, query, database="postgres"):
        """Run a query and return its rows as lists of strings."""
        command = [
            self.tool("psql"),
            "-XAtq",
            "-F",
            "\x1f",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            database,
        ]
        text = run([*command, "-c", query], what="psql", env=self.environ())
        return [line.split("\x1f") for line in text.splitlines() if line]


class Cluster:
    """A private cluster; use as a context manager that yields a Connection.

    :param str name: its folder in the cache
    :param dict settings: of the server, all of them
    """

    def __init__(self, name="postgres", settings=None):
        self.name = name
        self.settings = settings or SETTINGS
        self.bindir = server_programs()
        self.home = cached(name, major(self.bindir), "data").parent
        self.data = self.home / "data"
        self.lease = None

    def __enter__(self):
        with lock(self.name):
            if not (self.data / "ready").exists():
                with step(f"PostgreSQL cluster {self.name}"):
                    self._create()
            self.lease = (self.home / "lease").open("w")
            fcntl.flock(self.lease, fcntl.LOCK_SH)
            if not self._running():
                self._start()
        return self.connection

    def __exit__(self, *_exc):
        with lock(self.name):
            try:
                fcntl.flock(self.lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still uses it
            else:
                self._ctl("stop", "-m", "fast", "-w", check=False)
            self.lease.close()

    @property
    def connection(self):
        """How to reach the server, which keeps its port over restarts."""
        port = int((self.home / "port").read_text())
        return Connection("127.0.0.1", port, ROLE, self.bindir)

    def _check_reachable(self):
        """The server does not run as root, yet it has to get to its folder."""
        for folder in self.home.parents:
            if self._account() and not folder.stat().st_mode & 0o001:
                raise Problem(
                    f"{folder} is closed to the user that runs PostgreSQL; name "
                    "another cache folder with $WHATSAPP_HELPDESK_CACHE"
                )

    def _create(self):
        self._check_reachable()
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        if self._account():
            os.chown(self.data, *self._account())
        self._run(
            "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
            "--no-locale", "--no-sync",
        )  # fmt: skip
        self._start()
        admin = Connection(
            "127.0.0.1", int((self.home / "port").read_text()), "postgres", self.bindir
        )
        admin.sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        self._ctl("stop", "-m", "fast", "-w")
        self._run("touch", self.data / "ready")

    def _start(self, keep_port=False):
        port_file = self.home / "port"
        port = int(port_file.read_text()) if port_file.exists() else 0
        if not port or not (keep_port or is_free(port)):
            port = free_port()
            port_file.write_text(str(port))
        log = self.data / "server.log"
        options = f"-p {port} -k ''" + "".join(
            f" -c {key}={val}" for key, val in self.settings.items()
        )
        try:
            self._ctl("start", "-w", "-t", "60", "-l", log, "-o", options)
        except Problem as problem:
            tail = log.read_text(errors="replace")[-1500:] if log.exists() else ""
            raise Problem(
                f"{problem}\n{tail}\nThe private cluster does not start. It holds "
                "nothing that cannot be made again: `./dev clean --all` removes it. "
                "Or use your own server with --db-host."
            ) from problem

    def _running(self):
        return self._ctl("status", check=False) == 0

    def _ctl(self, action, *args, check=True):
        command = ("pg_ctl", action, "-D", self.data, *args)
        if check:
            self._run(*command)
            return 0
        return subprocess.run(
            self._command(*command), capture_output=True, check=False, **self._as_user()
        ).returncode

    def _command(self, program, *args):
        path = self.bindir / program
        return [str(path if path.exists() else program), *(str(arg) for arg in args)]

    def _run(self, program, *args):
        # pg_ctl's server keeps the output open: it must not be a pipe.
        with (self.home / "tool.log").open("w+") as log:
            done = subprocess.run(
                self._command(program, *args),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
                **self._as_user(),
            )
            if done.returncode:
                log.seek(0)
                raise Problem(f"{program} failed:\n{log.read()[-1500:]}")

    def _as_user(self):
        options = {"cwd": "/", "start_new_session": True}
        account = self._account()
        if account:
            options.update(user=account[0], group=account[1], extra_groups=[])
            options["env"] = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
        return options

    def _account(self):
        """Return the (uid, gid) that runs the server when we are root, who may not."""
        if os.geteuid() != 0:
            return None
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return entry.pw_uid, entry.pw_gid
        raise Problem(
            "PostgreSQL may not run as root and there is no user `postgres` or `nobody`"
        )


def server_programs():
    """Return the folder of PostgreSQL's server programs, installing them if need be."""
    found = _find_server_programs()
    if not found:
        apt.install(["postgresql"], f"PostgreSQL {MINIMUM} or newer (server)")
        found = _find_server_programs()
    if not found:
        raise Problem(
            "PostgreSQL's server programs were not found; --db-host names your server"
        )
    return found


def _find_server_programs():
    places = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: int(path.parent.name),
        reverse=True,
    )
    initdb = shutil.which("initdb")
    if initdb:
        places.append(Path(os.path.realpath(initdb)).parent)
    for place in places:
        whole = (place / "initdb").exists() and (place / "postgres").exists()
        if whole and int(major(place)) >= MINIMUM:
            return place
    return None


def major(bindir):
    """Return the major version of the server programs, as text."""
    text = run([bindir / "postgres", "--version"])
    return re.search(r"(\d+)", text)[1]


def free_port():
    """Return a TCP port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def is_free(port):
    """Tell whether a TCP port of 127.0.0.1 can be listened on."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
