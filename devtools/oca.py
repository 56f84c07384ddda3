"""OCA addons as PyPI wheels; `--no-deps`: they require `odoo`, which PyPI lacks."""

from . import venv
from .console import run, step
from .paths import DEVTOOLS, build_once, cached, digest

NEEDED = DEVTOOLS / "requirements-oca.txt"
EXTRA = DEVTOOLS / "requirements-oca-extra.txt"


def addons_dir(extra=False):
    """Return the folder of the OCA addons; `extra` are only tried beside the app."""
    wanted = EXTRA if extra else NEEDED
    target = cached("oca", digest(wanted.read_text()))
    if not target.is_dir():
        python = venv.main_python()

        def build(work):
            command = [
                python,
                "-m",
                "pip",
                "install",
                "-q",
                "--no-deps",
                "--no-compile",
            ]
            run(
                [*command, "--target", work, "-r", wanted],
                what="pip install of OCA addons",
            )

        with step(f"OCA addons ({wanted.stem.removeprefix('requirements-')})"):
            build_once(target, build)
    return target / "odoo" / "addons"


def extra_names():
    """Return the names of the addons that are only tried beside the app."""
    return sorted(
        path.parent.name for path in addons_dir(True).glob("*/__manifest__.py")
    )


def key(extra=False):
    """Return what identifies the OCA addons' versions."""
    return NEEDED.read_text() + (EXTRA.read_text() if extra else "")
