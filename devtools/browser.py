"""Chromium, for the browser tests."""

import shutil

from . import apt
from .console import Problem

NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
# Without these, Arabic text and emoji are boxes in screenshots.
FONTS = ("fonts-noto-core", "fonts-noto-color-emoji")


def find():
    """Return the browser's path, installing it with fonts if there is none."""
    if not _installed():
        apt.install(["chromium", *FONTS], "Chromium")
    if not _installed():
        raise Problem("no Chromium or Chrome on PATH, which the browser tests need")
    return _installed()


def _installed():
    return next((path for path in map(shutil.which, NAMES) if path), None)
