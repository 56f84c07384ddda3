"""./dev bench NAME: benchmarks/bench_NAME.py in the project's Python."""

import importlib
import sys

from .. import venv
from ..console import Problem
from ..environment import prepared
from ..paths import ROOT


def arguments(parser):
    """Declare the options."""
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("args", nargs="...", help="what the benchmark gets")


def main(options):
    """Run the benchmark's `main(env, args)`, which returns the exit code."""
    script = ROOT / "benchmarks" / f"bench_{options.name}.py"
    if not script.exists():
        known = sorted(path.stem[6:] for path in ROOT.glob("benchmarks/bench_*.py"))
        raise Problem(
            f"there is no {script.relative_to(ROOT)}; "
            f"there are: {', '.join(known) or 'none'}"
        )
    venv.reenter()
    sys.path.insert(0, str(script.parent))
    module = importlib.import_module(script.stem)
    with prepared(options) as env:
        return module.main(env, options.args)
