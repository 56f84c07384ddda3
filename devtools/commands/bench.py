"""./dev bench NAME: benchmarks/bench_NAME.py in the project's Python."""

import json
import os
import subprocess

from .. import venv
from ..console import Problem
from ..environment import prepared
from ..paths import ROOT


def arguments(parser):
    """Declare the options."""
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("args", nargs="...", help="what the benchmark gets")


def main(options):
    """Run the benchmark; $WHD_OPTIONS carries our own options on."""
    script = ROOT / "benchmarks" / f"bench_{options.name}.py"
    if not script.exists():
        known = sorted(path.stem[6:] for path in ROOT.glob("benchmarks/bench_*.py"))
        raise Problem(
            f"there is no {script.relative_to(ROOT)}; "
            f"there are: {', '.join(known) or 'none'}"
        )
    passed_on = {
        key: getattr(options, key)
        for key in ("odoo_home", "db_host", "db_port", "db_user")
    }
    with prepared(options):
        environ = dict(venv.project_environ(), WHD_OPTIONS=json.dumps(passed_on))
        environ.pop("PYTHONSTARTUP", None)
        command = [venv.main_python(), script, *options.args]
        return subprocess.run(
            command, env=environ, cwd=os.getcwd(), check=False
        ).returncode
