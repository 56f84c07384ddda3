"""What happens after a commit cannot undo it any more, so it may not fail either.

An agent who is told that their message was not stored writes it again, and the
customer gets it twice.
"""

import logging
import threading

import psycopg2

from odoo import api, models
from odoo.service import server

_logger = logging.getLogger(__name__)
#: Beginning of the names of the threads that run jobs.
THREAD = "odoo.service.cron.cron"
#: Those seen in this process.
_known_threads = set()
_reviving = threading.Lock()


def forgiving(function):
    """Return the function, with a warning instead of an error of the database."""

    def call():
        try:
            return function()
        except psycopg2.Error as error:
            _logger.warning("Not announced: %s", type(error).__name__)
            return None

    return call


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model
    def _notifydb(self):
        """Work is stored; jobs that hear nothing look for it within a minute."""
        result = forgiving(super()._notifydb)()
        self._revive_threads()
        return result

    @api.model
    def _revive_threads(self):
        """Start the threads of jobs that ended.

        In a server without worker processes they end for good when they find
        PostgreSQL away for a moment, and nobody else starts them again.
        """
        if not self._has_threads():
            return
        with _reviving:
            alive = {
                thread.name
                for thread in threading.enumerate()
                if thread.name.startswith(THREAD)
            }
            ended = _known_threads - alive
            _known_threads.update(alive)
            for name in ended:
                _logger.warning("The thread %s had ended and is started again.", name)
                self._start_thread(name)

    @api.model
    def _has_threads(self):
        return isinstance(server.server, server.ThreadedServer)

    @api.model
    def _start_thread(self, name):
        """As `ThreadedServer.cron_spawn` does for all of them."""
        number = int(name.removeprefix(THREAD))
        thread = threading.Thread(
            target=server.server.cron_thread, args=(number,), name=name, daemon=True
        )
        thread.type = "cron"
        thread.start()
