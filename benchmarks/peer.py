"""The peer: OCA's mail_gateway with Telegram, from PyPI, in a database of its own."""

import contextlib
from dataclasses import replace
from pathlib import Path

from bench import Site

from devtools.console import run, step
from devtools.database import PREFIX, Databases
from devtools.paths import DEVTOOLS, build_once, cached, digest
from devtools.postgres import free_port

REQUIREMENTS = DEVTOOLS / "requirements-bench.txt"
ADDONS = ["mail_gateway_telegram"]
SETUP = Path(__file__).with_name("setup_peer.py")


def packages(python):
    """Return the folder with the peer's addons and its Python packages."""
    target = cached("bench", digest(REQUIREMENTS.read_text(), str(python)))

    def build(work):
        pip = [python, "-m", "pip", "install", "-q", "--no-deps", "--no-compile"]
        run([*pip, "--target", work, "-r", REQUIREMENTS], what="pip install (peer)")

    if not target.is_dir():
        with step("the peer's packages"):
            build_once(target, build)
    return target


class PeerEnvironment:
    """An Odoo environment with the peer on its paths."""

    def __init__(self, env):
        folder = packages(env.python)
        self.env = replace(
            env,
            extra_addons=[folder / "odoo" / "addons"],
            extra_paths=[folder],
        )

    def template(self):
        """Return a template database with the peer and what it depends on."""
        databases = Databases(self.env)
        name = f"{PREFIX}_peer_{digest(self.env.key(), REQUIREMENTS.read_text())}"

        def build(work):
            databases.sql(
                f"CREATE DATABASE \"{work}\" ENCODING 'UTF8' TEMPLATE template0"
            )
            databases.install(work, ["base", "web", *ADDONS], log=cached("logs", name))

        return databases.template(name, "template database: the peer", build)

    @contextlib.contextmanager
    def site(self, bench):
        """Yield a Site of the peer, with its server running."""
        databases = Databases(self.env)
        with databases.throwaway(source=self.template(), label="peer") as database:
            facts = databases.run_script(database, SETUP, {})
            site = PeerSite(bench, database, facts, self.env)
            with site.serving():
                yield site
            site.close()


class PeerSite(Site):
    """The peer's database: Telegram updates instead of WhatsApp's."""

    def __init__(self, bench, database, facts, env):
        super().__init__(bench, database, None, facts, free_port(), env)

    def plan(self, **values):
        """Return a plan of the load generator for the peer."""
        return super().plan(kind="telegram", **values)
