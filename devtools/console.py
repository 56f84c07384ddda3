"""What a person sees: one line per step with its seconds, and why one failed."""

import shlex
import subprocess
import sys
import time
from contextlib import contextmanager


class Problem(Exception):
    """Something a person has to know or provide; shown without traceback."""


def say(text=""):
    """Print progress on standard error, so that standard output stays data."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(title):
    """Print `title` with its duration when it is done."""
    started = time.monotonic()
    try:
        yield
    except BaseException:
        say(f"  ✗ {title} ({time.monotonic() - started:.1f} s)")
        raise
    say(f"  ✓ {title} ({time.monotonic() - started:.1f} s)")


def run(command, *, what=None, **kwargs):
    """Run a command silently; its output is shown only if it fails."""
    command = [str(part) for part in command]
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        **kwargs,
    )
    if done.returncode:
        tail = "\n".join("    " + line for line in done.stdout.splitlines()[-25:])
        raise Problem(f"{what or shlex.join(command[:4])} failed:\n{tail}")
    return done.stdout
