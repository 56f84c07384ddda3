"""The body of ``./dev parse``: raw webhook bodies to normalised updates.

Prints one JSON object per line. Needs neither Odoo nor a database: an empty package
stands for the addon, whose own ``__init__`` would import Odoo.
"""

import importlib
import json
import os
import sys
import types
from dataclasses import asdict
from enum import Enum
from pathlib import Path

ADDON = "whatsapp_helpdesk"
ROOT = Path(__file__).resolve().parents[1]


def main(argv):
    """Print the updates of files; return the exit code.

    :param argv: channel, then file names; ``-`` is standard input.
    """
    if len(argv) < 2:
        print("usage: ./dev parse CHANNEL FILE...", file=sys.stderr)
        return 2
    channel, *files = argv
    providers = load_gateway().PROVIDERS
    if channel not in providers:
        known = ", ".join(sorted(providers))
        print(
            f"./dev parse: unknown channel {channel!r}; known: {known}", file=sys.stderr
        )
        return 2
    # Not print(): the terminal's encoding may not know the customer's language.
    output = sys.stdout.buffer
    try:
        for name in files:
            for line in parse_file(providers[channel], name):
                output.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        output.flush()
    except BrokenPipeError:
        return _closed_pipe()
    return 0


def _closed_pipe():
    """The reader has gone (``| head``): leave quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def load_gateway():
    """Import the gateway without the addon around it."""
    if ADDON not in sys.modules:
        package = types.ModuleType(ADDON)
        package.__path__ = [str(ROOT / ADDON)]
        sys.modules[ADDON] = package
    return importlib.import_module(f"{ADDON}.gateway")


def parse_file(provider, name):
    """Lines of one file; a file that cannot be read or decoded is one line."""
    gateway_errors = importlib.import_module(f"{ADDON}.gateway.errors")
    try:
        body = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        updates = provider.parse(body)
    except OSError as error:
        return [malformed(name, f"cannot read: {error.strerror}")]
    except gateway_errors.MalformedPayload as error:
        return [malformed(name, error.details)]
    return [describe(name, update) for update in updates]


def malformed(name, reason):
    """The line of a file that gives no updates."""
    return {"file": _shown(name), "kind": "malformed", "error": {"title": reason}}


def describe(name, update):
    """The line of one update: what applies to it, nothing empty."""
    line = {
        "file": _shown(name),
        "kind": update.kind.value,
        "account": update.account,
        "account_address": update.account_address,
        # A status has no id of its own: what counts is the message it is about.
        "external_id": update.external_id or update.target,
        "target": update.target,
        "identity": update.identity,
        "aliases": list(update.aliases),
        "name": update.name,
        "username": update.username,
        "timestamp": _utc(update.timestamp),
        "type": update.type,
        "text": update.emoji or update.text,
        "media": [_plain(media) for media in update.media],
        "location": _plain(update.location),
        "contacts": [_plain(card) for card in update.contacts],
        "button": _plain(update.button),
        "form": update.form,
        "order": [_plain(item) for item in update.order],
        "referral": _plain(update.referral),
        "reply_to": update.reply_to,
        "forwarded": update.forwarded,
        "by_business": update.by_business,
        "state": update.state,
        "correlation": update.correlation,
        "pricing": _plain(update.pricing),
        "error": _plain(update.error),
        "group": update.group,
        "details": update.details,
    }
    shown = {key: value for key, value in line.items() if _says_something(value)}
    if line["kind"] == "reaction":
        shown.setdefault("text", "")  # the customer took it back
    return shown


def _says_something(value):
    return value is not None and value is not False and value not in ("", [], {})


def _plain(value):
    """A small value object as a dictionary without its empty fields."""
    if value is None:
        return None
    fields = asdict(value)
    return {
        key: item.value if isinstance(item, Enum) else item
        for key, item in fields.items()
        if item is not None and item is not False and item not in ("", ())
    }


def _utc(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def _shown(name):
    """A file name that JSON can hold, whatever its bytes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
