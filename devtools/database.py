"""Databases with their filestores: templates, copies, throw-away ones.

Two levels of templates make a repeat fast: `deps` holds what our addons depend on,
`app` has our addons as well. Both are named after a key of all that they are made of,
so that nothing is ever stale.
"""

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import time
from contextlib import contextmanager

from . import oca
from .console import Problem, say, step
from .paths import ROOT, cached, digest, lock, project_addons

PREFIX = "whd"
UNFINISHED = "_new"
KEPT_TEMPLATES = 4
DROP_TRIES = 5
# What does not end up in a database: a change there needs no new installation.
NOT_INSTALLED = ("tests", "static", "readme", "__pycache__")


def manifest(addon):
    """Return the manifest of an addon of this checkout."""
    return ast.literal_eval((ROOT / addon / "__manifest__.py").read_text())


def dependencies(addons):
    """Return what the addons depend on outside of this checkout, sorted."""
    ours = set(project_addons())
    return sorted(
        {name for addon in addons for name in manifest(addon)["depends"]} - ours
    )


def content_key(addons):
    """Return a key of every file of the addons that an installation reads."""
    total = hashlib.sha256()
    for addon in addons:
        for folder, folders, files in os.walk(ROOT / addon):
            folders[:] = sorted(set(folders) - set(NOT_INSTALLED))
            for name in sorted(files):
                if name.endswith((".pyc", ".pot", ".orig")):
                    continue
                path = os.path.join(folder, name)
                total.update(os.path.relpath(path, ROOT).encode() + b"\0")
                with open(path, "rb") as handle:
                    total.update(hashlib.sha256(handle.read()).digest())
    return total.hexdigest()[:12]


class Databases:
    """The databases of one environment."""

    def __init__(self, env):
        self.env = env
        self.sql = env.connection.sql

    def exists(self, name):
        """Tell whether the database is there."""
        return bool(self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def names(self, prefix):
        """Return the names of the databases that begin with prefix."""
        rows = self.sql("SELECT datname FROM pg_database ORDER BY 1")
        return [row[0] for row in rows if row[0].startswith(prefix)]

    def filestore(self, name):
        """Return the folder of a database's attachments."""
        return self.env.data_dir / "filestore" / name

    def drop(self, name):
        """Remove a database and its filestore."""
        for attempt in range(DROP_TRIES):
            try:
                self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                break
            except Problem:  # PostgreSQL itself was cleaning up in it
                if attempt == DROP_TRIES - 1:
                    raise
                time.sleep(1)
        shutil.rmtree(self.filestore(name), ignore_errors=True)

    def copy(self, source, target):
        """Copy a database and its filestore.

        Hard links are enough: Odoo never changes a stored file.
        """
        self.drop(target)
        self.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        if self.filestore(source).is_dir():
            shutil.copytree(
                self.filestore(source), self.filestore(target), copy_function=os.link
            )

    def rename(self, source, target):
        """Rename a database and its filestore."""
        shutil.rmtree(self.filestore(target), ignore_errors=True)
        if self.filestore(source).is_dir():
            self.filestore(source).rename(self.filestore(target))
        self.sql(f'ALTER DATABASE "{source}" RENAME TO "{target}"')

    def odoo(self, *args, log, sub="server"):
        """Run Odoo to its end; its output goes to the file `log`.

        :return: the exit code
        """
        with log.open("w") as handle:
            return subprocess.run(
                self.env.command(*args, sub=sub),
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=subprocess.STDOUT,
                env=self.env.environ(),
                check=False,
            ).returncode

    def install(self, name, addons, *, demo=False, log, flag="-i"):
        """Install (or with flag -u update) addons in the database `name`."""
        args = ["-d", name, flag, ",".join(addons), "--stop-after-init", "--no-http"]
        args += ["--max-cron-threads=0", "--with-demo" if demo else "--without-demo"]
        code = self.odoo(*args, log=log)
        if code or not self._all_installed(name, addons):
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-40:])
            raise Problem(
                f"installing {', '.join(addons)} failed, full log in {log}:\n{tail}"
            )

    def run_script(self, name, script, settings):
        """Run a Python file in an Odoo shell on the database `name`.

        :param dict settings: the file finds it as SETTINGS
        :return: the JSON that it printed after `SOMETHING_SETUP:`
        """
        args = ["-d", name, "--no-http", "--max-cron-threads=0", "--log-level=warn"]
        done = subprocess.run(
            self.env.command(*args, sub="shell"),
            input=f"SETTINGS = {settings!r}\n" + script.read_text(),
            capture_output=True,
            text=True,
            env=self.env.environ(),
            check=False,
        )
        found = re.search(r"^[A-Z]+_SETUP:(.*)$", done.stdout, re.M)
        if not found:
            tail = (done.stderr or done.stdout)[-3000:]
            raise Problem(f"{script.name} failed:\n{tail}")
        return json.loads(found[1])

    def _all_installed(self, name, addons):
        rows = self.sql(
            "SELECT name FROM ir_module_module WHERE state = 'installed'", name
        )
        return set(addons) <= {row[0] for row in rows}

    def deps_template(self, addons, demo=False):
        """Return the name of the template database with the addons' dependencies."""
        modules = ["base", "web", *dependencies(addons)]
        if self.env.with_oca:
            modules += oca.extra_names()
        kind = "deps_demo" if demo else "deps"
        name = f"{PREFIX}_{kind}_{digest(self.env.key(), *modules)}"

        def build(work):
            self.sql(f"CREATE DATABASE \"{work}\" ENCODING 'UTF8' TEMPLATE template0")
            self.install(work, modules, demo=demo, log=template_log(name))

        return self.template(name, f"template database: {', '.join(modules)}", build)

    def app_template(self, addons, demo=False):
        """Return the name of the template database with our addons installed."""
        kind = "app_demo" if demo else "app"
        deps = self.deps_template(addons, demo)
        name = f"{PREFIX}_{kind}_{digest(deps, *addons, content_key(addons))}"

        def build(work):
            self.copy(deps, work)
            self.install(work, addons, demo=demo, log=template_log(name))

        return self.template(name, f"installing {', '.join(addons)}", build)

    def template(self, name, title, build):
        """Return `name`, a database that `build(work)` makes once."""
        used = cached("templates", name)
        if not (used.exists() and self.exists(name)):
            with lock(name):
                if not self.exists(name):
                    work = name + UNFINISHED
                    with step(title):
                        self.drop(work)
                        build(work)
                        self.rename(work, name)
        used.touch()
        self._forget_old_templates(name.rsplit("_", 1)[0])
        return name

    def _forget_old_templates(self, kind):
        """Drop the templates of a kind that were not used for longest."""
        known = [
            name
            for name in self.names(f"{kind}_")
            if name.count("_") == kind.count("_") + 1
        ]
        used = {name: cached("templates", name) for name in known}
        order = sorted(
            known,
            key=lambda name: used[name].stat().st_mtime if used[name].exists() else 0,
        )
        for name in order[:-KEPT_TEMPLATES]:
            if (
                not used[name].exists()
                or time.time() - used[name].stat().st_mtime > 600
            ):
                self.drop(name)
                used[name].unlink(missing_ok=True)

    def forget_dead(self):
        """Drop throw-away databases and unfinished templates whose process is gone."""
        for name in self.names(f"{PREFIX}_tmp_"):
            pid = name.split("_")[2]
            if not (pid.isdigit() and os.path.exists(f"/proc/{pid}")):
                self.drop(name)
        for name in self.names(f"{PREFIX}_"):
            if name.endswith(UNFINISHED):
                with lock(name.removesuffix(UNFINISHED), wait=False) as free:
                    if free:
                        self.drop(name)

    @contextmanager
    def throwaway(self, addons=None, *, demo=False, label="x", keep=False, source=None):
        """Yield the name of a copy of the app template, dropped afterwards.

        :param str source: the template, if it was made already
        """
        self.forget_dead()
        name = f"{PREFIX}_tmp_{os.getpid()}_{label}"
        self.copy(source or self.app_template(addons or project_addons(), demo), name)
        try:
            yield name
        finally:
            if keep:
                say(f"kept: database {name}")
            else:
                self.drop(name)


def template_log(name):
    """Return the log file of a template's installation."""
    return cached("logs", f"{name}.log")


def read_state(name):
    """Return what was noted about a lasting database."""
    path = cached("databases", f"{name}.json")
    return json.loads(path.read_text()) if path.exists() else {}


def write_state(name, **values):
    """Note something about a lasting database."""
    cached("databases", f"{name}.json").write_text(json.dumps(values))
