"""./dev shell: an Odoo shell on the database of ./dev run."""

import subprocess
import sys

from ..console import Problem
from ..database import Databases
from ..environment import prepared
from .run import DATABASE


def arguments(parser):
    """Declare the options."""
    parser.add_argument("-d", "--database", default=DATABASE)


def main(options):
    """Open the shell; a script may come on standard input."""
    with prepared(options) as env:
        if not Databases(env).exists(options.database):
            raise Problem(
                f"there is no database {options.database}: start `./dev run` once"
            )
        args = ["-d", options.database, "--no-http", "--max-cron-threads=0"]
        if not sys.stdin.isatty():
            args.append("--log-level=warn")
        command = env.command(*args, sub="shell")
        return subprocess.run(command, env=env.environ(), check=False).returncode
