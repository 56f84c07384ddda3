"""Virtual environments in the cache, keyed by the Python and the requirement files."""

import importlib.util
import os
import re
import sys
from pathlib import Path

from . import apt
from .console import Problem, run, say, step
from .paths import DEVTOOLS, ROOT, cached, digest, lock

MAIN = (
    DEVTOOLS / "requirements-odoo.txt",
    ROOT / "requirements.txt",
    ROOT / "test-requirements.txt",
)
LINT = (DEVTOOLS / "requirements-lint.txt",)


def main_python():
    """Return the Python that runs Odoo, the tests and the tools."""
    return _python("venv", MAIN)


def lint_tool(name):
    """Return the path of a lint tool."""
    return _python("lint", LINT).parent / name


def _python(name, files):
    files = [path for path in files if path.exists()]
    key = digest(
        sys.version,
        os.path.realpath(sys.executable),
        *(path.read_text() for path in files),
    )
    place = cached("python", f"{name}-{key}")
    if not (place / "done").exists():
        # A virtual environment knows its own path, so it is built in place; a marker
        # tells that it is whole.
        with lock(f"python-{name}-{key}"):
            if not (place / "done").exists():
                _need_venv()
                with step(f"Python packages of {name}"):
                    _build(place, files)
    return place / "bin" / "python"


def _need_venv():
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        apt.install(["python3-venv"], "Python's venv module")


def _build(place, files):
    run([sys.executable, "-m", "venv", "--clear", place], what="python -m venv")
    pip = [
        place / "bin" / "python",
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
    ]
    try:
        run([*pip, *_requirements(files)], what="pip install")
    except Problem as problem:
        reason = str(problem).strip().splitlines()[-1]
        say(f"    the pinned versions do not fit this Python, taking others: {reason}")
        run([*pip, *_without_pins(files)], what="pip install")
    place.joinpath("done").touch()


def _requirements(files):
    flags = []
    for path in files:
        flags += ["-r", path]
    return flags


def _without_pins(files):
    names = []
    for path in files:
        for line in path.read_text().splitlines():
            found = re.match(r"[A-Za-z0-9._\[\]-]+", line)
            if found:
                names.append(found[0])
    return names


def project_environ():
    """Return an environment in which Python imports `devtools` from anywhere."""
    return dict(os.environ, PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1")


def reenter():
    """Go on in the project's Python, whose packages a command needs."""
    python = main_python()
    if Path(sys.executable) != python:
        os.execve(python, [python, ROOT / "dev", *sys.argv[1:]], project_environ())
