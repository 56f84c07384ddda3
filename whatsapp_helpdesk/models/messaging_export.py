"""Exporting what there is about a person: for them, once, and not for long."""

import logging
import traceback
from datetime import timedelta

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

#: An export that nobody fetched is deleted after this many days, unless set otherwise.
KEEP_DAYS = 7
DAYS = "whatsapp_helpdesk.retention_export_days"
LATER = timedelta(minutes=5)
#: Days for which the record without files can be looked up.
KEEP_RECORDS = 365


class MessagingExport(models.Model):
    """One export. Its files are for who asked for it, each can be fetched once."""

    _name = "messaging.export"
    _description = "Exported Person"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    user_id = fields.Many2one(
        "res.users",
        "Requested By",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
    )
    company_ids = fields.Many2many("res.company", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Contact", readonly=True, ondelete="set null", index=True
    )
    reference = fields.Char(
        readonly=True, help="Number of the request; never a name or an address."
    )
    with_notes = fields.Boolean(
        "With Internal Notes",
        readonly=True,
        help="Notes of agents, which may be about others as well.",
    )
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("running", "Running"),
            ("done", "Ready"),
            ("expired", "Deleted"),
        ],
        required=True,
        readonly=True,
        default="queued",
    )
    next_try_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    cursor = fields.Integer(readonly=True, help="Last message that is in a file.")
    message_count = fields.Integer("Messages", readonly=True)
    expected = fields.Integer(readonly=True)
    progress = fields.Float(compute="_compute_progress")
    ended_at = fields.Datetime(readonly=True)
    expires_at = fields.Datetime("Deleted At", readonly=True)
    file_ids = fields.One2many("messaging.export.file", "export_id", readonly=True)

    _open = models.Index("(next_try_at, id) WHERE state IN ('queued', 'running')")

    def _compute_name(self):
        for export in self:
            export.name = self.env._("Export %(number)s", number=export.id or "")

    @api.depends("state", "message_count", "expected")
    def _compute_progress(self):
        for export in self:
            share = export.message_count / export.expected if export.expected else 0
            export.progress = 100 if export.state == "done" else 100 * min(share, 0.99)

    def action_refresh(self):
        """Nothing to do: the client reads the record again."""
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _get_companies(self):
        """Return the companies of the export that calls an exporter."""
        export = self.browse(self.env.context.get("messaging_export_id") or [])
        return export.company_ids

    # -- job --------------------------------------------------------------------------

    @api.model
    def _wake(self):
        # sudo: ir.cron - started by whoever may export
        self.env.ref("whatsapp_helpdesk.cron_export").sudo()._wake_once()

    @api.model
    def _cron_export(self):
        """Write file after file, each in its transaction, until nothing is due."""
        job = self.sudo()  # sudo: a job has no user
        while export := job._claim():
            export._go_on_safely()
            if self.env["ir.cron"]._commit_progress(1) <= 0:
                job._wake()
                self.env["ir.cron"]._commit_progress()
                return

    @api.model
    def _claim(self):
        due = self.search(
            [
                ("state", "in", ("queued", "running")),
                ("next_try_at", "<=", fields.Datetime.now()),
            ],
            order="next_try_at, id",
            limit=1,
        )
        return due.try_lock_for_update()

    def _go_on_safely(self):
        try:
            with self.env.cr.savepoint():
                self._write_next_file()
                self.env.flush_all()
        except Exception as error:  # noqa: BLE001 - tried again
            _logger.error(  # noqa: TRY400
                "Export %s stopped: %s", self.id, type(error).__name__
            )
            # Where, without the words of the error: they may quote the person.
            where = "".join(traceback.format_tb(error.__traceback__))
            _logger.debug("Export %s: %s", self.id, where)
            self.next_try_at = fields.Datetime.now() + LATER

    def _finish(self):
        days = self.env["messaging.retention"]._get_days("export") or KEEP_DAYS
        now = fields.Datetime.now()
        self.write(
            {
                "state": "done",
                "ended_at": now,
                "expires_at": now + timedelta(days=days),
            }
        )
        _logger.info("Export %s is ready: %s messages.", self.id, self.message_count)

    # -- deleting ---------------------------------------------------------------------

    def _expire(self):
        """Delete the files; that somebody exported stays."""
        self.file_ids.unlink()
        self.write({"state": "expired", "partner_id": False})

    @api.autovacuum
    def _gc_expired(self):
        now = fields.Datetime.now()
        self.search([("state", "=", "done"), ("expires_at", "<", now)])._expire()
        old = now - timedelta(days=KEEP_RECORDS)
        self.search([("state", "=", "expired"), ("create_date", "<", old)]).unlink()

    @api.model
    def _erase_person(self, identities, partner):
        exports = self.search(
            [("partner_id", "=", partner.id), ("partner_id", "!=", False)]
        )
        count = len(exports.file_ids)
        exports._expire()
        return count
