"""One template to many contacts: written down first, sent by a job in small batches."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

#: Customers between two commits of the job.
BATCH = 20


class MessagingTemplateBatch(models.Model):
    """A template that one person sends to many contacts."""

    _name = "messaging.template.batch"
    _description = "Mass Message"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    template_id = fields.Many2one(
        "messaging.template", required=True, readonly=True, ondelete="restrict"
    )
    account_id = fields.Many2one(related="template_id.account_id", store=True)
    company_id = fields.Many2one(related="template_id.company_id", store=True)
    user_id = fields.Many2one(
        "res.users", "Sent By", required=True, readonly=True, ondelete="restrict"
    )
    texts = fields.Json(
        readonly=True, help="Typed values by variable; the others come from records."
    )
    location = fields.Json(readonly=True, help="Place of the header.")
    attachment_id = fields.Many2one(
        "ir.attachment", "Header File", readonly=True, ondelete="restrict"
    )
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="running",
        index=True,
    )
    line_ids = fields.One2many(
        "messaging.template.batch.line", "batch_id", "Recipients", readonly=True
    )
    recipient_count = fields.Integer("Contacts", compute="_compute_counts")
    sent_count = fields.Integer("Sent", compute="_compute_counts")
    skipped_count = fields.Integer("Skipped", compute="_compute_counts")
    waiting_count = fields.Integer("Waiting", compute="_compute_counts")

    @api.depends("line_ids.state")
    def _compute_counts(self):
        groups = self.env["messaging.template.batch.line"]._read_group(
            [("batch_id", "in", self.ids)], ["batch_id", "state"], ["__count"]
        )
        counts = {(batch.id, state): count for batch, state, count in groups}
        for batch in self:
            found = {
                state: counts.get((batch.id, state), 0)
                for state in ("waiting", "sent", "skipped")
            }
            batch.sent_count = found["sent"]
            batch.skipped_count = found["skipped"]
            batch.waiting_count = found["waiting"]
            batch.recipient_count = sum(found.values())

    @api.model
    def _start(self, values, recipients):
        """Write down who gets the template and let the job send it.

        :param dict values: of the batch.
        :param list recipients: pairs of the record it is about and its contact; every
            contact once.
        """
        if not self.env.user._may_start_conversations():
            self.env["messaging.gate"]._refuse(
                *self.env["messaging.gate"]._get_start_refusal()
            )
        # sudo: messaging.template.batch - nobody writes batches by hand
        batch = self.sudo().create({**values, "user_id": self.env.user.id})
        self.env["messaging.template.batch.line"].sudo().create(
            [
                {
                    "batch_id": batch.id,
                    "partner_id": partner.id,
                    "res_model": record._name,
                    "res_id": record.id,
                }
                for record, partner in recipients
            ]
        )
        self._wake_job()
        return batch.with_env(self.env)

    @api.model
    def _wake_job(self):
        # sudo: ir.cron - whoever starts a batch starts the job
        self.env.ref("whatsapp_helpdesk.cron_template_batch").sudo()._wake_once()

    def action_cancel(self):
        """Send to nobody else."""
        self.check_access("read")
        manager = self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager")
        for batch in self.sudo():  # sudo: nobody writes batches by hand
            if batch.user_id != self.env.user and not manager:
                raise AccessError(
                    self.env._("Only who sent it, or a manager, can cancel this.")
                )
            if batch.state == "running":
                batch.state = "cancelled"
                batch.line_ids.filtered(lambda line: line.state == "waiting").write(
                    {"state": "skipped", "reason": self.env._("Cancelled.")}
                )

    # -- the job ---------------------------------------------------------------------

    @api.model
    def _cron_send(self):
        Line = self.env["messaging.template.batch.line"]
        domain = [("state", "=", "waiting"), ("batch_id.state", "=", "running")]
        remaining = Line.search_count(domain)
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        while True:
            lines = Line.search(domain, order="id", limit=BATCH)
            lines = lines.try_lock_for_update()
            if not lines:
                break
            for line in lines:
                line._send()
            lines.batch_id._finish()
            if not self.env["ir.cron"]._commit_progress(len(lines)):
                break

    def _finish(self):
        """Tell who sent it how it went, once nothing waits any more."""
        for batch in self:
            batch.invalidate_recordset(["waiting_count"])
            if batch.state != "running" or batch.waiting_count:
                continue
            batch.state = "done"
            reader = batch.with_context(lang=batch.user_id.lang)
            batch.user_id._bus_send(
                "simple_notification",
                {
                    "type": "warning" if batch.skipped_count else "success",
                    "title": batch.name,
                    "message": reader._get_summary(),
                    "sticky": True,
                },
            )

    def _get_summary(self):
        self.ensure_one()
        text = self.env._(
            "Sent to %(sent)s of %(all)s.",
            sent=self.sent_count,
            all=self.recipient_count,
        )
        reasons = self.env["messaging.template.batch.line"]._read_group(
            [("batch_id", "=", self.id), ("state", "=", "skipped")],
            ["reason"],
            ["__count"],
            order="__count desc",
        )
        lines = [f"{count} \u00d7 {reason}" for reason, count in reasons]
        return "\n".join([text, *lines])
