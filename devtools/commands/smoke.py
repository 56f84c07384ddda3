"""./dev smoke: the main job over real HTTP; the scenario is devtools/smoke.py."""

import importlib

from .. import venv
from ..console import Problem
from ..environment import prepared
from ..paths import DEVTOOLS


def arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "--all-channels", action="store_true", help="every channel, not WhatsApp alone"
    )
    parser.add_argument("--keep", action="store_true", help="keep the database")


def main(options):
    """Run devtools/smoke.py's `main(env, options)`, which returns the exit code."""
    if not (DEVTOOLS / "smoke.py").exists():
        raise Problem("there is no devtools/smoke.py yet")
    venv.reenter()
    module = importlib.import_module("devtools.smoke")
    with prepared(options) as env:
        return module.main(env, options)
