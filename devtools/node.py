"""npm packages: rtlcss for Odoo's right-to-left pages, eslint and prettier."""

import re
import shutil
from pathlib import Path

from . import apt
from .console import Problem, run, say, step
from .paths import DEVTOOLS, build_once, cached, digest

PACKAGE = DEVTOOLS / "package.json"
LOCK = DEVTOOLS / "package-lock.json"
NODE_MINIMUM = 18


def modules():
    """Return the folder node_modules in the cache, or None when npm cannot be had."""
    target = _target()
    if not target.is_dir():
        try:
            _need_npm()
            with step("npm packages (rtlcss, eslint, prettier)"):
                build_once(target, _build)
        except Problem as problem:
            say(
                "  ! no npm packages: Arabic pages stay left to right, no JS lint "
                f"({problem})"
            )
            return None
    return target / "node_modules"


def path_entries():
    """Return what to put on PATH so that Odoo finds rtlcss."""
    folder = _target() / "node_modules" / ".bin"
    return [str(folder)] if folder.is_dir() else []


def tool(name):
    """Return the path of a node program."""
    folder = modules()
    if not folder:
        raise Problem(f"{name} needs npm (Node.js {NODE_MINIMUM} or newer)")
    return Path(folder) / ".bin" / name


def _target():
    texts = [path.read_text() for path in (PACKAGE, LOCK) if path.exists()]
    return cached("node", digest(*texts))


def _need_npm():
    if not (shutil.which("npm") and shutil.which("node")):
        apt.install(["npm"], f"npm with Node.js {NODE_MINIMUM} or newer")
    found = re.match(r"v(\d+)", run(["node", "--version"]))
    if not found or int(found[1]) < NODE_MINIMUM:
        raise Problem(
            f"Node.js {NODE_MINIMUM} or newer is needed, on PATH before the old one"
        )


def _build(work):
    for path in (PACKAGE, LOCK):
        if path.exists():
            shutil.copy(path, work)
    action = "ci" if LOCK.exists() else "install"
    flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    run(["npm", action, *flags], what=f"npm {action}", cwd=work)
