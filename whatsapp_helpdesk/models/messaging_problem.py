from odoo import api, fields, models


class MessagingProblem(models.Model):
    """A problem of an account that somebody was told about, until it is gone.

    Its activity may be marked as done before; it is not made again.
    """

    _name = "messaging.problem"
    _description = "Open Messaging Problem"
    _order = "id desc"
    _rec_name = "kind"

    account_id = fields.Many2one("messaging.account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id")
    kind = fields.Char(required=True)
    text = fields.Text(readonly=True)
    activity_id = fields.Many2one("mail.activity", ondelete="set null")

    _account_kind_unique = models.Constraint(
        "UNIQUE(account_id, kind)", "This problem is open already."
    )

    @api.model
    def _cron_watch(self):
        """Tell the administrator about new problems, and close those that are gone."""
        # sudo: messaging.health - a job has no user
        health = (
            self.env["messaging.health"].sudo().search([("account_id", "!=", False)])
        )
        gauges, jobs = health._get_gauges(), health._get_jobs_state()
        found = {
            (account_id, problem.kind): problem
            for account_id, problems in health._find_problems(gauges, jobs).items()
            for problem in problems
            if problem.alert
        }
        # sudo: messaging.problem - the job's own notes
        known = {
            (p.account_id.id, p.kind): p
            for p in self.sudo().search([("kind", "!=", False)])
        }
        for key, problem in known.items():
            if key not in found and problem._is_over():
                problem._close()
        for (account_id, _kind), problem in found.items():
            if (account_id, problem.kind) not in known:
                # sudo: messaging.problem - as above
                self.sudo()._open(account_id, problem.kind)

    @api.model
    def _open(self, account_id, kind):
        account = self.env["messaging.account"].browse(account_id)
        user = account._get_responsible_user()
        text = self._get_text(account.with_context(lang=user.lang), kind)
        activity = account.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self._get_summary(account.with_context(lang=user.lang)),
            note=text,
            user_id=user.id,
        )
        return self.create(
            {
                "account_id": account.id,
                "kind": kind,
                "text": text,
                "activity_id": activity.id,
            }
        )

    @api.model
    def _get_summary(self, account):
        return account.env._("Messaging problem: %(name)s", name=account.name)

    @api.model
    def _get_text(self, account, kind):
        """Return the sentence in the language of who reads it."""
        # sudo: messaging.health - a job tells the responsible user what is wrong
        health = account.env["messaging.health"].sudo().browse(account.id)
        problems = health._find_problems(health._get_gauges(), health._get_jobs_state())
        texts = {problem.kind: problem.text for problem in problems[account.id]}
        return texts.get(kind, "")

    def _is_over(self):
        """Whether a problem is gone, and not only out of sight.

        At night nobody expects a delivery: that does not end a silence.
        """
        self.ensure_one()
        account = self.account_id
        if self.kind != "silence" or not account.active:
            return True
        return not account.alert_silence_hours or bool(
            self.env["messaging.event"].search_count(
                [
                    ("connection_id", "=", account.connection_id.id),
                    ("received_at", ">", self.create_date),
                ],
                limit=1,
            )
        )

    def _close(self):
        for problem in self:
            account = problem.account_id
            if problem.activity_id:
                problem.activity_id.unlink()
            lang = account._get_responsible_user().lang
            reader = account.with_context(lang=lang)
            account._messaging_note(
                reader.env._("Solved by itself: %(text)s", text=problem.text or "")
            )
        self.unlink()
