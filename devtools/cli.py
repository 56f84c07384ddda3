"""The command line of ./dev."""

import argparse
import importlib
import os
import signal
import sys

from .console import Problem, say

COMMANDS = {
    "run": "start everything a person needs to try the product",
    "test": "run all kinds of tests",
    "smoke": "the main job on real input against a multi-process server",
    "parse": "print the normalised updates of raw webhook bodies",
    "lint": "ruff, pylint-odoo, eslint, prettier",
    "bench": "run a benchmark of benchmarks/",
    "shell": "an Odoo shell on the database of ./dev run",
    "pot": "export the translation template and update the languages",
    "odoo": "run Odoo itself: ./dev odoo -d DB -u whatsapp_helpdesk ...",
    "psql": "psql on the private PostgreSQL",
    "clean": "remove what ./dev keeps in its cache",
}
PASS_THROUGH = ("odoo", "psql")
OWN_OPTIONS = ("--odoo-home", "--db-host", "--db-port", "--db-user", "--with-oca")


def main(argv):
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="./dev", description="The one command of this repository."
    )
    common = argparse.ArgumentParser(add_help=False)
    group = common.add_argument_group(
        "your own parts (otherwise ./dev sets up its own)"
    )
    group.add_argument("--odoo-home", metavar="FOLDER", help="Odoo 19.0; or $ODOO_HOME")
    group.add_argument("--db-host", help="PostgreSQL server")
    group.add_argument("--db-port", type=int)
    group.add_argument("--db-user")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        module = importlib.import_module(f"devtools.commands.{name}")
        sub = subparsers.add_parser(name, help=text, description=text, parents=[common])
        module.arguments(sub)
        sub.set_defaults(function=module.main)
    options = parser.parse_args(_guarded(argv))
    # A polite kill ends everything that was started, as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(143))
    try:
        return options.function(options) or 0
    except Problem as problem:
        say(f"./dev {options.command}: {problem}")
        if options.command == "test":
            print("0 passed, 1 failed", flush=True)
        return 2
    except KeyboardInterrupt:
        say()
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _guarded(argv):
    """Put `--` before what is handed on, so that argparse leaves it alone."""
    if not argv or argv[0] not in PASS_THROUGH or "--" in argv:
        return argv
    at = 1
    while at < len(argv) and argv[at].startswith(OWN_OPTIONS):
        at += 1 if "=" in argv[at] else 2
    return [*argv[:at], "--", *argv[at:]]
