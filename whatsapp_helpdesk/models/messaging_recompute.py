from datetime import timedelta

from odoo import api, fields, models

#: Charges in one transaction.
BATCH = 500
#: Workers may go on with the rates they have in memory for as long as one run lasts.
WAIT = timedelta(minutes=2)


class MessagingRecompute(models.Model):
    """Costs of a period that are computed again, by a job and in small steps.

    First what was delivered without becoming a charge, then the charges there are.
    """

    _name = "messaging.recompute"
    _description = "Computing Costs Again"
    _order = "id desc"
    _rec_name = "date_from"

    # Empty: all companies, as after a change of the rates.
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, ondelete="cascade"
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Until", help="Empty: until today.")
    state = fields.Selection(
        [("waiting", "Waiting"), ("done", "Done")], required=True, default="waiting"
    )
    not_before = fields.Datetime(default=fields.Datetime.now, readonly=True)
    last_message_id = fields.Integer(readonly=True, help="How far it has come.")
    last_charge_id = fields.Integer(readonly=True, help="How far it has come.")
    added_count = fields.Integer("Added", readonly=True)
    checked_count = fields.Integer("Checked", readonly=True)
    changed_count = fields.Integer("Changed", readonly=True)
    done_at = fields.Datetime(readonly=True)

    _waiting = models.Index("(id) WHERE state = 'waiting'")

    # -- asking for it ----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        cron = self.env.ref(
            "whatsapp_helpdesk.cron_recompute_charges", raise_if_not_found=False
        )
        for request in requests if cron else ():
            # sudo: ir.cron - those who keep the rates start the job
            cron.sudo()._trigger(request.not_before)
        return requests

    @api.model
    def _request(self, day):
        """Have everything since a day computed again; several requests become one."""
        charge = self.env["messaging.charge"].sudo()  # sudo: is there any at all
        if not charge.search_count([("date", ">=", day)], limit=1):
            return
        # sudo: messaging.recompute - a note for the job
        request = self.sudo().search(
            [
                ("state", "=", "waiting"),
                ("last_message_id", "=", 0),
                ("last_charge_id", "=", 0),
                ("date_to", "=", False),
                ("company_id", "=", False),
            ],
            limit=1,
        )
        soon = fields.Datetime.now() + WAIT
        if not request:
            # sudo: messaging.recompute - as above
            self.sudo().create(
                {"date_from": day, "not_before": soon, "company_id": False}
            )
        elif day < request.date_from:
            request.date_from = day

    # -- doing it ---------------------------------------------------------------------

    @api.model
    def _cron_recompute(self):
        """Work off the oldest request, a batch in each transaction."""
        while request := self.search(
            [("state", "=", "waiting"), ("not_before", "<=", fields.Datetime.now())],
            order="id",
            limit=1,
        ):
            done = request._add_missing(BATCH) or request._price_again(BATCH)
            if not done:
                request.write({"state": "done", "done_at": fields.Datetime.now()})
            if self.env["ir.cron"]._commit_progress(done or 1) <= 0:
                # Else it would count as done and go on tomorrow.
                self.env["ir.cron"]._commit_progress(remaining=1)
                return

    def _add_missing(self, limit):
        """Charge deliveries that are no charge yet; return how many were looked at."""
        parts = self.env["messaging.message"].search(
            [
                ("id", ">", self.last_message_id),
                ("direction", "=", "out"),
                ("external_id", "!=", False),
                ("pricing_category", "!=", False),
                ("state", "in", ("delivered", "read", "played")),
                *self._get_period_domain("create_date"),
            ],
            order="id",
            limit=limit,
        )
        if not parts:
            return 0
        Charge = self.env["messaging.charge"]
        charged = Charge.search_fetch([("message_id", "in", parts.ids)], ["message_id"])
        missing = parts - charged.message_id
        Charge._record([(part, part.external_id) for part in missing])
        self.last_message_id = parts[-1].id
        self.added_count += len(missing)
        return len(parts)

    def _price_again(self, limit):
        """Compute charges again; return how many were looked at."""
        charges = self.env["messaging.charge"].search(
            [("id", ">", self.last_charge_id), *self._get_period_domain("date")],
            order="id",
            limit=limit,
        )
        if not charges:
            return 0
        self.changed_count += charges._price_again()
        self.checked_count += len(charges)
        self.last_charge_id = charges[-1].id
        return len(charges)

    def _get_period_domain(self, name):
        """The days of the period, and one more for other time zones; of the company."""
        margin = timedelta(days=1) if name != "date" else timedelta()
        domain = [(name, ">=", self.date_from - margin)]
        if self.company_id:
            domain.append(("company_id", "=", self.company_id.id))
        if self.date_to:
            domain.append((name, "<", self.date_to + margin + timedelta(days=1)))
        return domain
