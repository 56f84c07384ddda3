"""Importing line after line: at once or by a job, in batches that are kept."""

import logging
import traceback

import psycopg2

from odoo import SUPERUSER_ID, Command, api, models
from odoo.exceptions import UserError, ValidationError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..gateway.text import clean_name
from ..gateway.updates import Address, AddressKind, Scope

_logger = logging.getLogger(__name__)

#: Lines of one transaction of the job.
BATCH = 250


class Refused(Exception):
    """This line is not imported. ``code`` is one of ``REASONS``."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class MessagingImport(models.Model):
    _inherit = "messaging.import"

    # -- job --------------------------------------------------------------------------

    @api.model
    def _get_job(self):
        # sudo: ir.cron - whoever imports starts the job
        return self.env.ref("whatsapp_helpdesk.cron_import").sudo()

    @api.model
    def _wake_job(self):
        self._get_job()._wake_once()

    @api.model
    def _cron_import(self):
        """Go on with imports that were started, one batch per transaction."""
        for record in self.search([("state", "=", "running")], order="id"):
            try:
                if not record._run_in_batches():
                    self._wake_job()
                    return
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                self._wake_job()
                self.env["ir.cron"]._commit_progress()
            except Exception as error:  # noqa: BLE001 - others are not kept waiting
                self.env.cr.rollback()
                record._give_up(error)
                self.env["ir.cron"]._commit_progress()

    def _give_up(self, error):
        """Stop with what was imported; the words of the error may quote a line."""
        _logger.error("Import %s stopped: %s", self.id, type(error).__name__)  # noqa: TRY400
        where = "".join(traceback.format_tb(error.__traceback__))
        _logger.debug("Import %s: %s", self.id, where)
        reason = self.env["messaging.import.refusal"]._get_reason("unknown")
        self._finish("stopped", reason)

    def _run_in_batches(self):
        """Return whether nothing of this file is left to do in this run."""
        lines = None
        while self.try_lock_for_update(allow_referencing=True):
            self.invalidate_recordset(["state", "position"])
            if self.state != "running":
                return True
            if lines is None:
                lines = self._read_for_run()
            if not lines:
                return True
            before = self.position
            self._run_batch(lines)
            left = self.env["ir.cron"]._commit_progress(self.position - before)
            if left <= 0 and self.state == "running":
                return False
        return True

    def _run_now(self):
        """Import a short file in the transaction of whoever asked for it."""
        lines = self._read_for_run()
        while lines and self.state == "running":
            self._run_batch(lines)

    def _read_for_run(self):
        """Return the lines with what their import needs, or none after a problem."""
        try:
            lines, _orders = self._read_lines()
        except UserError as error:
            self._finish("stopped", str(error))
            return []
        if not lines:
            self._finish("done")
        return self._add_keys(lines) if self.kind == "history" else lines

    def _run_batch(self, lines):
        """Import the next lines and remember where to go on."""
        # OdooBot: conversations take messages from the system only, and customers that
        # are new belong to nobody. Rights to import were checked at its start.
        worker = self.with_user(SUPERUSER_ID)
        batch = lines[self.position : self.position + BATCH]
        worker._import_batch(batch)
        self.position += len(batch)
        if self.position >= len(lines):
            self._finish("done")

    def _finish(self, state, reason=False):
        """The file goes: it is full of other people's data."""
        self.write({"state": state, "file": False, "stop_reason": reason})

    # -- lines ------------------------------------------------------------------------

    def _import_batch(self, batch):
        if self.kind == "history":
            self._import_messages(batch)
            return
        for line in batch:
            self._import_line(line, self._import_opt_in)

    def _import_line(self, line, importer):
        """Import one line by itself; whatever happens concerns this line only."""
        try:
            if line.error:
                raise Refused(line.error)
            with self.env.cr.savepoint():
                importer(line)
                self.env.flush_all()
        except Refused as refused:
            self._refuse(line, refused.code)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except (psycopg2.Error, UserError, ValidationError) as error:
            _logger.warning(
                "Import %s, line %s: %s", self.id, line.line, type(error).__name__
            )
            self._refuse(line, "unknown")

    def _refuse(self, line, code):
        number = getattr(line, "raw_number", "") or line.number
        self.refusal_ids = [
            Command.create({"line": line.line, "number": number[:60], "code": code})
        ]

    # -- customers --------------------------------------------------------------------

    def _get_identity(self, number, name):
        """Return who has a number: known, or matched as somebody who writes.

        :raise Refused: no contact has it, or it is an employee's.
        """
        Identity = self.env["messaging.identity"]
        address = Address(AddressKind.PHONE, number, Scope.PROVIDER)
        identity = Identity._find(self.account_id, [address])
        if not identity:
            identity = self._create_identity(address, name)
        if identity.is_internal:
            raise Refused("employee")
        if not identity.partner_id:
            self._link_partner(identity)
        return identity

    def _create_identity(self, address, name):
        identity = self.env["messaging.identity"].create(
            {"account_id": self.account_id.id, "name": clean_name(name) or False}
        )
        values = identity._prepare_address_values(address)
        new = self.env["messaging.address"].create(values)
        try:
            self._link_partner(identity)
        finally:
            # It comes from a file: the provider has vouched for nothing yet.
            new.verified = False
        return identity

    def _link_partner(self, identity):
        """Find the contact as for one who writes; create it only when asked to."""
        Contact = self.env["messaging.contact"]
        owners = Contact._find_owners(identity)
        if Contact._filter_employees(owners):
            raise Refused("employee")
        found = Contact._find_partner_elsewhere(identity) or Contact._choose_owner(
            owners
        )
        if not found and not self.create_contacts:
            raise Refused("no_contact")
        Contact._get_or_create_partner(identity)
        if not found:
            self.contact_count += 1
