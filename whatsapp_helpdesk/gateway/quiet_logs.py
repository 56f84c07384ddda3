"""Log lines of the HTTP library without secrets: it writes the addresses it calls, and
some channels put a token into them."""

from __future__ import annotations

import logging

from .redact import redact

#: Loggers of the library that write addresses, most of them only when debugging.
LOGGERS = ("urllib3.connectionpool", "urllib3.util.retry", "urllib3.poolmanager")


class _WithoutSecrets(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        return True


_FILTER = _WithoutSecrets()


def install() -> None:
    """Doing it again changes nothing."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
