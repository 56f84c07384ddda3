"""Debian packages: install what is missing, unpack those of another suite."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from .console import Problem, run, step
from .paths import cached, lock

KEYRINGS = (
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
)


def install(packages, why):
    """Install Debian packages, or say which command would."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    manual = f"{why} is missing. Install it yourself, for example with:\n    sudo " + (
        shlex.join(command)
    )
    if not shutil.which("apt-get"):
        raise Problem(manual)
    prefix = []
    if os.geteuid() != 0:
        prefix = ["sudo", "-n"]
        if (
            not shutil.which("sudo")
            or subprocess.run(
                [*prefix, "true"], capture_output=True, check=False
            ).returncode
        ):
            raise Problem(manual)
    environ = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    with lock("apt"), step(f"apt: {' '.join(packages)}"):
        run([*prefix, "apt-get", "update"], what="apt-get update", env=environ)
        run([*prefix, *command], what="apt-get install", env=environ)


def debian_mirror():
    """Return the Debian mirror that the machine's own sources name."""
    folder = Path("/etc/apt")
    files = [folder / "sources.list", *sorted(folder.glob("sources.list.d/*"))]
    for path in files:
        if path.suffix in (".list", ".sources") and path.is_file():
            for line in path.read_text(errors="replace").splitlines():
                if mirror_of(line):
                    return mirror_of(line)
    return None


def mirror_of(line):
    """Return the Debian mirror that one line of an apt source names, or None."""
    found = re.match(
        r"(?:URIs:|deb\s+(?:\[[^]]*\]\s*)?)\s*(https?://\S+)", line.strip()
    )
    if found and re.search(r"/debian/?$", found[1]):
        return found[1].rstrip("/")
    return None


def foreign(suite):
    """Return apt options that read only `suite` of the machine's Debian mirror.

    The source list and its package lists live in the cache; the machine's own stay
    untouched.
    """
    mirror = debian_mirror()
    keyring = next((path for path in KEYRINGS if Path(path).exists()), None)
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise Problem("there is no apt here")
    if not mirror:
        raise Problem("this machine's apt sources name no Debian mirror")
    if not keyring:
        raise Problem(
            "Debian's keyring is not installed (package debian-archive-keyring)"
        )
    base = cached("apt", suite, "lists")
    (base / "partial").mkdir(parents=True, exist_ok=True)
    source = base.parent / "sources.list"
    source.write_text(f"deb [signed-by={keyring}] {mirror} {suite} main\n")
    cache = base.parent / "cache"
    (cache / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    options = {
        "Dir::Etc::SourceList": source,
        "Dir::Etc::SourceParts": "-",
        "Dir::Etc::Preferences": "-",
        "Dir::Etc::PreferencesParts": "-",
        "Dir::State::Lists": base,
        "Dir::Cache": cache,
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
        # A frozen or slow mirror is fine: signatures are checked all the same.
        "Acquire::Check-Valid-Until": "false",
    }
    if os.geteuid() == 0:
        options["APT::Sandbox::User"] = "root"
    flags = []
    for key, value in options.items():
        flags += ["-o", f"{key}={value}"]
    return flags


def unpack(suite, packages, target):
    """Download packages of `suite` and unpack them below `target`."""
    flags = foreign(suite)
    debs = target.parent / (target.name + ".debs")
    debs.mkdir(exist_ok=True)
    try:
        with lock("apt-foreign"):
            run(["apt-get", *flags, "update"], what="reading the package list")
            run(["apt-get", *flags, "download", *packages], what="download", cwd=debs)
        for deb in debs.glob("*.deb"):
            run(["dpkg-deb", "-x", deb, target], what="unpacking")
    finally:
        shutil.rmtree(debs, ignore_errors=True)
