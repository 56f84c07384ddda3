"""Erasing a person: a record of it that names nobody, and the job that does it."""

import logging
import traceback
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..gateway import phones

_logger = logging.getLogger(__name__)

#: Rows that one call of an eraser handles at most.
BATCH = 500
#: Shorter addresses are not looked for in texts: they would be parts of others.
MIN_LENGTH = 7
#: When to look again at what could not go on: a send on its way, a locked row.
LATER = timedelta(minutes=1)


class MessagingErase(models.Model):
    """One erasure: who asked for it to be done, why, when, and how much went.

    While it runs it points at the contact; when it is done, nothing here leads to the
    person any more.
    """

    _name = "messaging.erase"
    _description = "Erased Person"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    user_id = fields.Many2one(
        "res.users",
        "Requested By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    company_ids = fields.Many2many(
        "res.company", readonly=True, help="Whose data about the person is erased."
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", readonly=True, ondelete="set null", index=True
    )
    reason = fields.Selection(
        [
            ("request", "The person asked for it"),
            ("withdrawn", "Consent was withdrawn"),
            ("purpose", "No longer needed"),
            ("order", "An authority ordered it"),
            ("test", "Test data"),
        ],
        required=True,
        readonly=True,
    )
    reference = fields.Char(
        readonly=True, help="Number of the request; never a name or an address."
    )
    contact_action = fields.Selection(
        [
            ("keep", "Keep the contact"),
            ("archive", "Archive the contact"),
            ("anonymise", "Remove what the contact says about the person"),
        ],
        required=True,
        readonly=True,
        default="anonymise",
    )
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("running", "Running"),
            ("done", "Done"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
        default="queued",
    )
    started_at = fields.Datetime(
        readonly=True, help="What was written up to this moment goes."
    )
    ended_at = fields.Datetime(readonly=True)
    next_try_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    step = fields.Integer(readonly=True, default=0)
    cursor = fields.Integer(readonly=True, default=0, help="Where the step goes on.")
    expected = fields.Integer(readonly=True, help="Rows counted beforehand.")
    erased = fields.Integer(readonly=True, help="Rows deleted or blanked so far.")
    progress = fields.Float(compute="_compute_progress")
    counts = fields.Json(readonly=True, help="Rows by model.")
    counts_text = fields.Text("What Went", compute="_compute_counts_text")
    note = fields.Char(readonly=True, help="Why it was refused or has to wait.")

    _open = models.Index("(next_try_at, id) WHERE state IN ('queued', 'running')")
    _one_at_a_time = models.UniqueIndex(
        "(partner_id) WHERE partner_id IS NOT NULL AND state IN ('queued', 'running')",
        "This person is being erased already.",
    )

    def _compute_name(self):
        for erase in self:
            erase.name = self.env._("Erasure %(number)s", number=erase.id or "")

    @api.depends("step", "erased", "expected", "state")
    def _compute_progress(self):
        steps = len(self.env["messaging.person"]._get_all_erasers())
        for erase in self:
            share = erase.erased / erase.expected if erase.expected else 0
            passed = max(erase.step / steps, min(share, 0.95))
            erase.progress = 100 if erase.state == "done" else 100 * min(passed, 0.99)

    @api.depends("counts")
    @api.depends_context("lang")
    def _compute_counts_text(self):
        # sudo: ir.model - names of models for officers
        names = self.env["ir.model"].sudo()
        for erase in self:
            lines = []
            for model, count in sorted((erase.counts or {}).items()):
                label = names._get(model).name if model in self.env else model
                lines.append(f"{label}: {count}")
            erase.counts_text = "\n".join(lines)

    def action_refresh(self):
        """Nothing to do: the client reads the record again."""
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_try_again(self):
        """Queue a refused one again, for instance after a legal hold ended."""
        self.check_access("read")
        if any(erase.state != "refused" or not erase.partner_id for erase in self):
            raise UserError(self.env._("There is nothing left to do."))
        # sudo: messaging.erase - officers write it by this button only
        self.sudo().write({"state": "queued", "note": False, "next_try_at": _now()})
        self._wake()

    # -- job --------------------------------------------------------------------------

    @api.model
    def _wake(self):
        # sudo: ir.cron - started by whoever may erase
        self.env.ref("whatsapp_helpdesk.cron_erase").sudo()._wake_once()

    @api.model
    def _cron_erase(self):
        """Erase in small transactions until nothing is due; a killed job goes on."""
        job = self.sudo()  # sudo: a job has no user
        while erase := job._claim():
            erase._go_on_safely()
            left = self.env["ir.cron"]._commit_progress(1)
            if erase.state == "done":
                job._remove_files()
            if left <= 0:
                job._wake()
                self.env["ir.cron"]._commit_progress()
                return

    @api.model
    def _claim(self):
        """Return the next one that is due, locked, or nothing."""
        due = self.search(
            [
                ("state", "in", ("queued", "running")),
                ("next_try_at", "<=", _now()),
            ],
            order="next_try_at, id",
            limit=1,
        )
        return due.try_lock_for_update()

    def _go_on_safely(self):
        """Do one bounded piece; an error is tried again later, whatever it was."""
        try:
            with self.env.cr.savepoint():
                self._go_on()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
            self.env.transaction.reset()
            _logger.info("Erasure %s goes on later: others use its rows.", self.id)
            self._postpone()
        except Exception as error:  # noqa: BLE001 - shown, and tried again
            _logger.error(  # noqa: TRY400
                "Erasure %s stopped in step %s: %s",
                self.id,
                self.step,
                type(error).__name__,
            )
            # Where, without the words of the error: they may quote the person.
            where = "".join(traceback.format_tb(error.__traceback__))
            _logger.debug("Erasure %s: %s", self.id, where)
            self._postpone(self.env._("An error happened; it is tried again."))

    def _postpone(self, note=False):
        self.write({"next_try_at": _now() + LATER, "note": note})

    def _go_on(self):
        if self.state == "queued":
            self._begin()
        elif self._is_sending():
            self._postpone(self.env._("Waiting for a message that is being sent."))
        else:
            self._run_step()
        self.env.flush_all()

    def _run_step(self):
        """Call the eraser of this step once; without rows the next one is due."""
        steps = self.env["messaging.person"]._get_all_erasers()
        if self.step >= len(steps):
            self._end()
            return
        model, method = steps[self.step]
        # Changes of tracked values would keep the old value in the chatter.
        acting = self.with_context(
            messaging_erase_id=self.id, active_test=False, tracking_disable=True
        )
        cursor = self.cursor
        done = getattr(acting.env[model], method)(
            acting._get_identities(), acting.partner_id
        )
        self.env.flush_all()
        self._count(model, done or 0)
        if not done and self.cursor == cursor:
            self.write({"step": self.step + 1, "cursor": 0})
        self.write({"next_try_at": _now(), "note": False})

    def _count(self, model, number):
        if number:
            counts = dict(self.counts or {})
            counts[model] = counts.get(model, 0) + number
            self.write({"counts": counts, "erased": self.erased + number})

    def _end(self):
        """Forget who it was; what is left is that, when and why it was done."""
        self.write(
            {
                "state": "done",
                "ended_at": _now(),
                "partner_id": False,
                "note": False,
            }
        )
        _logger.info("Erasure %s is done: %s rows.", self.id, self.erased)

    @api.model
    def _remove_files(self):
        """Delete files that nothing refers to any more, instead of within a day.

        Odoo's own way: under a lock, so that nobody stores the same file meanwhile.
        """
        self.env["ir.attachment"]._gc_file_store()

    # -- who --------------------------------------------------------------------------

    @api.model
    def _get_current(self):
        """Return the erasure that calls an eraser."""
        return self.browse(self.env.context.get("messaging_erase_id") or [])

    def _get_identities(self):
        return self.env["messaging.identity"].search([("erase_id", "=", self.id)])

    def _get_conversations(self):
        Channel = self.env["discuss.channel"].with_context(active_test=False)
        return Channel.search([("helpdesk_erase_id", "=", self.id)])

    def _get_tickets(self):
        Ticket = self.env["helpdesk.ticket"].with_context(active_test=False)
        return Ticket.search([("erase_id", "=", self.id)], order="id")

    def _get_values(self):
        """Return all addresses of the person as they may stand somewhere."""
        rows = self._get_identities().address_ids
        values = set()
        for row in rows:
            values |= self.env["messaging.erased.address"]._get_spellings(
                row.kind, row.value
            )
        return values

    def _get_written_values(self):
        """Return addresses as people and Odoo write them, the longest first."""
        values = self._get_values()
        written = values | {value.lstrip("+") for value in values}
        for value in values:
            if value.startswith("+"):
                written.add(phones.display(value, isolate=False))
        written = {value for value in written if len(value) >= MIN_LENGTH}
        return sorted(written, key=len, reverse=True)

    def _is_sending(self):
        """Whether something to the person is on its way at this moment."""
        return bool(
            self.env["messaging.message"].search_count(
                [
                    ("identity_id.erase_id", "=", self.id),
                    ("state", "=", "sending"),
                    ("lease_until", ">", _now()),
                ],
                limit=1,
            )
        )


def _now():
    return fields.Datetime.now()
