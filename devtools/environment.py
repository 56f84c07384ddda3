"""Everything that running Odoo needs, gathered once per ./dev call."""

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import node, oca, odoo, postgres, venv
from .paths import DEVTOOLS, ROOT, cached, digest


@dataclass
class Environment:
    """Where Odoo, its Python, its addons and its database server are."""

    python: Path
    odoo_path: Path
    core_addons: list
    connection: postgres.Connection
    with_oca: bool = False
    extra_addons: list = field(default_factory=list)
    extra_paths: list = field(default_factory=list)
    data_name: str = "odoo-data"

    @property
    def data_dir(self):
        """Odoo's data folder: filestores and sessions of every database made here.

        Each cluster has one of its own: a filestore has the name of its database.
        """
        return cached(self.data_name, "x").parent

    def addons_path(self):
        """Return the addons folders, ours first."""
        folders = [ROOT, *self.extra_addons, oca.addons_dir()]
        if self.with_oca:
            folders.append(oca.addons_dir(extra=True))
        return [str(path) for path in [*folders, *self.core_addons]]

    def key(self):
        """Return what a template database depends on."""
        release = os.path.realpath(self.odoo_path / "odoo")
        return digest(
            release,
            str(os.stat(Path(release) / "release.py").st_mtime_ns),
            oca.key(self.with_oca),
            self.python.parent.parent.name,
        )

    def environ(self):
        """Return the environment variables of an Odoo process."""
        keep = {
            key: val
            for key, val in os.environ.items()
            if not key.startswith(("PG", "PYTHON"))
        }
        if os.environ.get("PGPASSWORD"):
            keep["PGPASSWORD"] = os.environ["PGPASSWORD"]
        keep.update(
            PYTHONPATH=os.pathsep.join(map(str, [self.odoo_path, *self.extra_paths])),
            PYTHONUNBUFFERED="1",
            LC_ALL="C.UTF-8",
            TZ="UTC",
            ODOO_RC=str(self.config_file()),
            PATH=os.pathsep.join(
                [
                    str(self.python.parent),
                    *node.path_entries(),
                    os.environ.get("PATH", ""),
                ]
            ),
        )
        return keep

    def config_file(self):
        """Return an empty configuration: a ~/.odoorc must not change what we run."""
        path = cached("odoo.conf")
        if not path.exists():
            path.write_text("[options]\n")
        return path

    def command(self, *args, sub="server"):
        """Return the command line of one Odoo run."""
        connection = self.connection
        return [
            str(self.python),
            str(DEVTOOLS / "bin" / "odoo"),
            sub,
            f"--config={self.config_file()}",
            "--addons-path=" + ",".join(self.addons_path()),
            f"--data-dir={self.data_dir}",
            f"--db_host={connection.host}",
            f"--db_port={connection.port}",
            f"--db_user={connection.user}",
            *(str(arg) for arg in args),
        ]

    def plain_command(self, sub, *args):
        """Return the command line of a sub-command that takes only -c and -d."""
        connection = self.connection
        text = (
            f"[options]\naddons_path = {','.join(self.addons_path())}\n"
            f"data_dir = {self.data_dir}\ndb_host = {connection.host}\n"
            f"db_port = {connection.port}\ndb_user = {connection.user}\n"
        )
        path = cached("conf", f"{digest(text)}.conf")
        path.write_text(text)
        first, *rest = [str(arg) for arg in args] or [""]
        return [str(self.python), "-m", "odoo", sub, first, f"--config={path}", *rest]


@contextmanager
def prepared(options):
    """Set up what is missing; yield an Environment with a running database server."""
    python = venv.main_python()
    odoo_path, core_addons = odoo.locate(options.odoo_home)
    oca.addons_dir()
    node.modules()
    with_oca = bool(getattr(options, "with_oca", False))
    with server(options) as connection:
        yield Environment(python, odoo_path, core_addons, connection, with_oca)


@contextmanager
def server(options):
    """Yield a Connection: the user's own server if named, else the private cluster."""
    if options.db_host:
        user = options.db_user or os.environ.get("PGUSER") or "odoo"
        yield postgres.Connection(options.db_host, options.db_port or 5432, user)
        return
    with postgres.Cluster() as connection:
        yield connection
