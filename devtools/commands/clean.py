"""./dev clean: remove what can be made again."""

import shutil

from ..console import say
from ..database import PREFIX, Databases
from ..environment import prepared
from ..paths import cache_dir


def arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "--all", action="store_true", help="the whole cache: Odoo, Python, cluster"
    )


def main(options):
    """Drop the databases, or the whole cache."""
    if options.all:
        say(f"removing {cache_dir()}")
        shutil.rmtree(cache_dir())
        return
    with prepared(options) as env:
        databases = Databases(env)
        for name in databases.names(f"{PREFIX}_"):
            say(f"dropping {name}")
            databases.drop(name)
