"""./dev pot: export the translation template, update the languages, tell the gaps."""

import subprocess
import tempfile
from pathlib import Path

from .. import venv
from ..console import Problem, step
from ..database import Databases
from ..environment import prepared
from ..paths import DEVTOOLS, ROOT, cached, project_addons


def arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "--check",
        action="store_true",
        help="change nothing; fail if a file is out of date or a term untranslated",
    )


def main(options):
    """Export every addon's template and hand it to devtools/potfiles.py."""
    addons = project_addons()
    with (
        tempfile.TemporaryDirectory() as folder,
        prepared(options) as env,
        Databases(env).throwaway(addons, label="pot") as name,
    ):
        with step("exporting the terms"):
            for addon in addons:
                _export(env, name, addon, Path(folder) / f"{addon}.pot")
        command = [venv.main_python(), DEVTOOLS / "potfiles.py", folder, ROOT]
        command += ["--check"] if options.check else []
        return subprocess.run(command, check=False).returncode


def _export(env, database, addon, target):
    log = cached("logs", f"pot-{addon}.log")
    command = env.plain_command(
        "i18n", "export", "-d", database, "-o", target, "-l", "pot", "--", addon
    )
    with log.open("w") as handle:
        done = subprocess.run(
            command, stdout=handle, stderr=handle, env=env.environ(), check=False
        )
    if done.returncode or not target.exists():
        raise Problem(f"the export of {addon} failed:\n{log.read_text()[-2000:]}")
