"""Fetching received files: claim, commit, network without a transaction, result."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..gateway.errors import GatewayError, Retry
from ..gateway.fetching import Job, fetch_all
from ..gateway.updates import MediaRef

_logger = logging.getLogger(__name__)

#: Files claimed at once; they are fetched by a few threads.
BATCH = 12
#: Who claimed a file and died is followed by another after this. Soon: there is one
#: such job at a time, and to fetch a file twice harms nobody.
LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 8
#: Seconds of the first wait; it doubles with every attempt up to an hour.
FIRST_WAIT = 15
LONGEST_WAIT = 3600


class MessagingMedia(models.Model):
    _inherit = "messaging.media"

    @api.model
    def _wake_fetcher(self):
        # sudo: ir.cron - started by whatever received a file
        self.env.ref("whatsapp_helpdesk.cron_media").sudo()._wake_once()

    @api.model
    def _cron_fetch(self):
        """Fetch files until none is due; results are stored one by one."""
        fetcher = self.sudo()  # sudo: a job has no user
        while jobs := fetcher._claim():
            # No transaction is open while the network is waited for.
            left = self.env["ir.cron"]._commit_progress()
            for key, result in fetch_all(jobs):
                self.env["messaging.message"]._in_transaction(
                    fetcher.browse(key)._store_result_safely, result
                )
                left = self.env["ir.cron"]._commit_progress()
            if left <= 0:
                fetcher._wake_fetcher()
                self.env["ir.cron"]._commit_progress()
                return

    # -- claiming ---------------------------------------------------------------------

    @api.model
    def _claim(self):
        """Take due files for this run; return plain jobs for the network."""
        self.flush_model()
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM messaging_media WHERE state = 'pending' "
                "AND next_try_at <= %s ORDER BY next_try_at, id LIMIT %s "
                "FOR UPDATE SKIP LOCKED",
                now,
                BATCH,
            )
        )
        files = self.browse(row[0] for row in self.env.cr.fetchall())
        for file in files:
            file.write(
                {
                    "attempts": file.attempts + 1,
                    "lease_until": now + LEASE,
                    "next_try_at": now + LEASE,
                }
            )
        return [job for file in files if (job := file._prepare_job_safely())]

    def _prepare_job_safely(self):
        """Return the job of a file, or None when it can never be asked for."""
        try:
            with self.env.cr.savepoint():
                return self._prepare_job()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001 - one file stops no other
            _logger.error(  # noqa: TRY400
                "File %s cannot be fetched: %s", self.id, type(error).__name__
            )
            self._store_failure(GatewayError("invalid"))
            return None

    def _prepare_job(self):
        account = self.account_id
        return Job(
            key=self.id,
            provider=account._get_provider(),
            ref=MediaRef(**self.reference),
            max_size=account._get_limits().inbound_media,
        )

    # -- result -----------------------------------------------------------------------

    def _store_result_safely(self, result):
        """Store a result; a file that cannot be stored is tried again like others.

        :return: the file, for the progress of the job.
        """
        try:
            with self.env.cr.savepoint():
                self._store_result(result)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except OSError as error:
            # No text: it has the path in it. A full disk is nobody's mistake here.
            _logger.warning("File %s cannot be written: error %s", self.id, error.errno)
            self._postpone("storage")
        except Exception as error:  # noqa: BLE001 - one file stops no other
            _logger.error("File %s cannot be stored: %s", self.id, type(error).__name__)  # noqa: TRY400
            self._store_failure(GatewayError("unknown", Retry.SOON))
        return self

    def _store_result(self, result):
        """Store one fetched file, or what went wrong with it."""
        self.ensure_one()
        if not self.exists() or self.state != "pending":
            return  # deleted or settled meanwhile
        if isinstance(result, GatewayError):
            self._store_failure(result)
        else:
            self._store_file(result)

    def _store_failure(self, error):
        now = fields.Datetime.now()
        gone = self.expires_at and self.expires_at <= now
        may_retry = error.retry in (Retry.SOON, Retry.SLOW, Retry.STOP_ACCOUNT)
        if may_retry and not gone and self.attempts < MAX_ATTEMPTS:
            values = {"next_try_at": self._get_next_try()}
        else:
            values = {"state": "failed"}
        self.write({**values, "lease_until": False, "error": error.reason})
        if self.state == "failed":
            self._show_failure()

    def _get_next_try(self):
        wait = min(FIRST_WAIT * 2 ** min(self.attempts, 12), LONGEST_WAIT)
        return fields.Datetime.now() + timedelta(seconds=wait)

    def _postpone(self, reason):
        """Try again as long as it takes: the trouble is ours, the file is still there.

        When the provider has deleted it meanwhile, fetching it fails and says so.
        """
        self.write(
            {
                "next_try_at": self._get_next_try(),
                "lease_until": False,
                "error": reason,
            }
        )

    def action_retry(self):
        """Try again to fetch files that could not be fetched.

        For the agents of the conversation; those who read it may ask for its files.
        """
        for media_sudo in self.sudo():  # sudo: checked by reading the conversation
            conversation = media_sudo.message_id.conversation_id
            conversation.with_user(self.env.user).sudo(False).check_access("read")
            if media_sudo.state == "failed":
                media_sudo.write(
                    {
                        "state": "pending",
                        "attempts": 0,
                        "next_try_at": fields.Datetime.now(),
                        "error": False,
                    }
                )
                media_sudo._show_pending()
        self._wake_fetcher()
