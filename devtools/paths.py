"""Where things are: the checkout, and the cache of everything that ./dev sets up."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from .console import Problem

ROOT = Path(__file__).resolve().parent.parent
DEVTOOLS = ROOT / "devtools"
APP = "whatsapp_helpdesk"


def cache_dir():
    """Return the cache folder; root's lies where other users can reach it."""
    if os.environ.get("WHATSAPP_HELPDESK_CACHE"):
        path = Path(os.environ["WHATSAPP_HELPDESK_CACHE"]).resolve()
    elif os.environ.get("XDG_CACHE_HOME"):
        path = Path(os.environ["XDG_CACHE_HOME"]) / "whatsapp_helpdesk_dev"
    elif os.geteuid() == 0:
        path = Path("/var/cache/whatsapp_helpdesk_dev")
    else:
        path = Path.home() / ".cache" / "whatsapp_helpdesk_dev"
    path.mkdir(parents=True, exist_ok=True)
    return path


def cached(*parts):
    """Return a path inside the cache whose parent folder exists."""
    path = cache_dir().joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def lock(name, wait=True):
    """Hold the machine-wide lock `name`: several ./dev may run at the same time.

    Yields False, without holding it, if `wait` is false and somebody else has it.
    """
    with cached("locks", f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def build_once(target, build):
    """Make the folder `target` with `build(temporary_folder)`, once and atomically.

    :return: True if it was built by this call
    """
    if target.is_dir():
        return False
    with lock("build-" + digest(str(target))):
        if target.is_dir():
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=target.name + ".", dir=target.parent))
        work.chmod(0o755)
        try:
            build(work)
            work.rename(target)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
    return True


def digest(*texts):
    """Return a short stable key of the texts."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]


def project_addons():
    """Return the names of the addons of this checkout, the app first."""
    found = sorted(path.parent.name for path in ROOT.glob(f"{APP}*/__manifest__.py"))
    if not found:
        raise Problem(f"there is no {APP} addon in {ROOT} yet")
    return found
