import threading
from unittest.mock import patch

import psycopg2

from odoo import sql_db
from odoo.tests import TransactionCase, tagged

from ..models.ir_cron_notify import THREAD, _known_threads

NOTIFY_LOGGER = "odoo.addons.whatsapp_helpdesk.models.ir_cron_notify"


@tagged("post_install", "-at_install")
class TestAfterCommit(TransactionCase):
    def _cut_off(self):
        """PostgreSQL goes away right after the commit."""
        error = psycopg2.OperationalError("the database system is shutting down")
        return patch.object(sql_db, "db_connect", side_effect=error)

    def test_a_job_that_cannot_be_announced_is_no_error(self):
        with self._cut_off() as connect, self.assertLogs(NOTIFY_LOGGER, "WARNING"):
            self.env["ir.cron"]._notifydb()
        self.assertTrue(connect.called)

    def test_live_updates_that_cannot_be_announced_are_no_error(self):
        callbacks = self.env.cr.postcommit
        callbacks.clear()
        self.env["bus.bus"]._sendone("channel", "type", {})
        self.env["bus.bus"]._sendone("channel", "type", {})
        self.assertEqual(len(callbacks), 1)
        with self._cut_off() as connect, self.assertLogs(NOTIFY_LOGGER, "WARNING"):
            callbacks.run()
        self.assertTrue(connect.called)

    def test_threads_of_jobs_that_ended_are_started_again(self):
        self.addCleanup(_known_threads.clear)
        stop = threading.Event()
        thread = threading.Thread(name=f"{THREAD}99", target=stop.wait, daemon=True)
        thread.start()
        cron_class = type(self.env["ir.cron"])
        with (
            patch.object(cron_class, "_has_threads", return_value=True),
            patch.object(cron_class, "_start_thread") as start,
        ):
            self.env["ir.cron"]._revive_threads()
            self.assertFalse(start.called)
            stop.set()
            thread.join()
            with self.assertLogs(NOTIFY_LOGGER, "WARNING"):
                self.env["ir.cron"]._revive_threads()
        self.assertEqual(start.call_args.args, (f"{THREAD}99",))
