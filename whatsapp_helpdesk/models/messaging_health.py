from odoo import api, fields, models

LEVELS = [("good", "Good"), ("warning", "Look at It"), ("bad", "Act Now")]


class MessagingHealth(models.Model):
    """How an account is doing, at a glance: one row per account, nothing is stored."""

    _name = "messaging.health"
    _description = "Messaging Health"
    _auto = False
    _order = "sequence, id"
    _rec_name = "account_id"

    account_id = fields.Many2one("messaging.account", readonly=True)
    connection_id = fields.Many2one("messaging.connection", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    sequence = fields.Integer(readonly=True)
    channel = fields.Selection(related="account_id.channel")
    display_address = fields.Char(related="account_id.display_address")
    state = fields.Selection(related="account_id.state")
    stop_reason = fields.Char(related="account_id.stop_reason")
    token_state = fields.Selection(related="account_id.token_state")
    token_expires_at = fields.Datetime(related="account_id.token_expires_at")
    checked_at = fields.Datetime(related="account_id.checked_at")
    check_reason = fields.Char(related="account_id.check_reason")
    provider_status = fields.Char(related="account_id.provider_status")
    provider_quality = fields.Char(related="account_id.provider_quality")

    level = fields.Selection(LEVELS, compute="_compute_health")
    color = fields.Integer(compute="_compute_health")
    advice = fields.Text(
        "What to Do", compute="_compute_health", help="One sentence for each problem."
    )
    last_webhook_at = fields.Datetime("Last Delivery", compute="_compute_health")
    pending_count = fields.Integer("Pending", compute="_compute_health")
    pending_since = fields.Datetime("Oldest Pending", compute="_compute_health")
    parked_count = fields.Integer("Parked", compute="_compute_health")
    waiting_count = fields.Integer(
        "Waiting for Their Message", compute="_compute_health"
    )
    unassigned_count = fields.Integer(
        "For Unknown Numbers",
        compute="_compute_health",
        help="Parked, because no account has the number they were sent to.",
    )
    outbox_count = fields.Integer("To Send", compute="_compute_health")
    outbox_since = fields.Datetime("Oldest to Send", compute="_compute_health")
    doubt_count = fields.Integer("In Doubt", compute="_compute_health")
    failed_count = fields.Integer("Failed (24 h)", compute="_compute_health")
    failed_reasons = fields.Text("Reasons", compute="_compute_failed_reasons")
    media_count = fields.Integer("Files Waiting", compute="_compute_health")
    media_failed_count = fields.Integer(
        "Files Not Fetched (24 h)", compute="_compute_health"
    )
    forged_count = fields.Integer(
        "Wrong Signatures (24 h)",
        compute="_compute_health",
        help="Deliveries refused because they were not signed with the app secret.",
    )
    sent_minute = fields.Integer("Sent per Minute", compute="_compute_health")
    received_minute = fields.Integer("Received per Minute", compute="_compute_health")
    worker_seen_at = fields.Datetime("Jobs Last Ran", compute="_compute_health")

    @property
    def _table_query(self):
        return """
            SELECT id, id AS account_id, connection_id, company_id, sequence
              FROM messaging_account
             WHERE active
        """

    def _compute_health(self):
        # sudo: messaging.health - who may see an account's health may see the figures,
        # whoever may read the messages behind them
        health_sudo = self.sudo()
        gauges = health_sudo._get_gauges()
        jobs = health_sudo._get_jobs_state()
        problems = health_sudo._find_problems(gauges, jobs)
        for health in self:
            gauge = gauges[health.id]
            found = problems[health.id]
            levels = {problem.level for problem in found}
            level = next((n for n in ("bad", "warning") if n in levels), "good")
            health.update(
                {
                    **self._prepare_gauge_values(gauge),
                    "worker_seen_at": jobs[0],
                    "level": level,
                    "color": {"good": 10, "warning": 3, "bad": 1}[level],
                    "advice": "\n".join(problem.text for problem in found),
                }
            )

    @api.model
    def _prepare_gauge_values(self, gauge):
        counts = ("pending", "parked", "waiting", "unassigned", "outbox", "doubt")
        counts += ("failed", "media", "media_failed", "forged")
        return {
            **{f"{name}_count": gauge.get(name, 0) for name in counts},
            "last_webhook_at": gauge.get("webhook_since"),
            "pending_since": gauge.get("pending_since"),
            "outbox_since": gauge.get("outbox_since"),
            "sent_minute": gauge.get("sent_minute", 0),
            "received_minute": gauge.get("received_minute", 0),
        }

    def _compute_failed_reasons(self):
        since = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        # sudo: messaging.message - counts only
        rows = (
            self.env["messaging.message"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "in", self.account_id.ids),
                    ("state", "in", ("failed", "expired")),
                    ("write_date", ">", since),
                ],
                ["account_id", "failure_reason"],
                ["__count"],
                order="__count desc",
            )
        )
        labels = dict(self.env["messaging.message"]._get_failure_reasons())
        for health in self:
            health.failed_reasons = "\n".join(
                f"{count} × {labels.get(reason, reason or '?')}"
                for account, reason, count in rows
                if account == health.account_id
            )
