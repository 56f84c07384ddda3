"""./dev smoke: the main job over real HTTP; the scenarios are devtools/smoke*.py."""

import importlib

from .. import venv
from ..environment import prepared


def arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "--all-channels",
        action="store_true",
        help="text, pictures, buttons and a refusal on every channel",
    )
    parser.add_argument("--keep", action="store_true", help="keep the database")


def main(options):
    """Run the `main(env, options)` of a scenario, which returns the exit code."""
    venv.reenter()
    name = "smoke_channels" if options.all_channels else "smoke"
    module = importlib.import_module(f"devtools.{name}")
    with prepared(options) as env:
        return module.main(env, options)
