"""Odoo 19 Community: find it, or fetch and unpack it into the cache."""

import contextlib
import importlib.util
import os
import re
import tarfile
import urllib.request
from pathlib import Path

from . import apt
from .console import Problem, step
from .paths import build_once, cached, digest

SERIES = "19.0"
DEBIAN_SUITE = "sid"
DEBIAN_PACKAGE = "odoo-19"
# Debian's odoo-19 has links into these; without them the web client answers 500.
DEBIAN_ASSETS = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
)
NIGHTLY = "https://nightly.odoo.com/19.0/nightly/src/odoo_19.0.latest.tar.gz"
# Debian leaves this file out; without it, empty as it may be, browser tests fail.
LEFT_OUT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
HOW_TO_PROVIDE = (
    "Odoo 19.0 could not be fetched. Provide it yourself: unpack or clone Odoo 19.0 "
    "Community and call ./dev with --odoo-home FOLDER (or ODOO_HOME), the folder that "
    "holds `odoo/`."
)


def locate(home=None):
    """Return the folder to put on PYTHONPATH and the core addons folders.

    Order: --odoo-home or $ODOO_HOME, an importable `odoo`, Debian's package, upstream's
    nightly.
    """
    home = home or os.environ.get("ODOO_HOME")
    if home:
        return _from_home(Path(home).resolve())
    importable = _importable()
    if importable:
        return _from_home(importable)
    root = cached("odoo", "debian")
    if not root.is_dir():
        try:
            with step(f"Odoo {SERIES} (package {DEBIAN_PACKAGE}, about 130 MB)"):
                build_once(root, _build_debian)
        except Problem as problem:
            return _from_home(_nightly(problem))
    return _from_home(root / "usr/lib/python3/dist-packages")


def _importable():
    spec = importlib.util.find_spec("odoo")
    for place in (spec and spec.submodule_search_locations) or ():
        release = Path(place) / "release.py"
        if release.exists() and version_of(release)[:2] == (19, 0):
            return Path(place).parent
    return None


def version_of(release):
    """Return the numbers of `version_info` in an Odoo release.py."""
    found = re.search(r"^version_info = \((\d+), (\d+)", release.read_text(), re.M)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _from_home(home):
    package = home / "odoo"
    if not (package / "release.py").exists():
        raise Problem(f"{home} holds no Odoo: {package}/release.py is missing")
    if version_of(package / "release.py")[:2] != (19, 0):
        raise Problem(f"the Odoo in {home} is not {SERIES}")
    # A folder with nothing but `odoo`: its neighbours must not shadow our packages.
    shim = cached("odoo", "path-" + digest(str(home)), "odoo")
    if not shim.is_symlink():
        with contextlib.suppress(FileExistsError):
            shim.symlink_to(package)
    addons = [path for path in (home / "addons", package / "addons") if path.is_dir()]
    return shim.parent, addons


def _build_debian(work):
    apt.unpack(DEBIAN_SUITE, [DEBIAN_PACKAGE, *DEBIAN_ASSETS], work)
    missing = work / "usr/lib/python3/dist-packages/odoo/addons" / LEFT_OUT
    missing.parent.mkdir(parents=True, exist_ok=True)
    missing.touch()


def _nightly(reason):
    root = cached("odoo", "nightly")

    def build(work):
        archive, _headers = urllib.request.urlretrieve(NIGHTLY)
        with tarfile.open(archive) as tar:
            tar.extractall(work)  # noqa: S202 upstream's own archive
        os.unlink(archive)

    try:
        with step(f"Odoo {SERIES} (upstream's nightly archive)"):
            build_once(root, build)
    except OSError as error:
        raise Problem(
            f"{HOW_TO_PROVIDE}\n  Debian: {reason}\n  nightly: {error}"
        ) from error
    return next(path.parent for path in root.glob("*/odoo"))
