"""Figures become problems: a level, and a sentence that says what to do."""

from dataclasses import dataclass
from datetime import timedelta

from odoo import api, fields, models

#: Seconds by which the jobs may be late before somebody is told.
JOBS_LATE = 300
#: Sends in an hour below which a percentage means nothing.
FEW = 10


@dataclass(frozen=True)
class Problem:
    kind: str
    level: str  # warning or bad
    text: str
    #: Whether somebody is told; what is told elsewhere already only colours the page.
    alert: bool = True


class MessagingHealth(models.Model):
    _inherit = "messaging.health"

    def _find_problems(self, gauges, jobs):
        """Return ``{account id: [Problem]}``, the worst first."""
        silent = self._get_silent(self.account_id)
        # What concerns a connection, or all jobs, is told for one account only.
        told = self._get_first_of_connections(silent)
        first_ids = self._get_first_ids()
        problems = {}
        for health in self:
            gauge = gauges[health.id]
            found = [
                *health._find_account_problems(),
                *health._find_silence(silent, told),
                *health._find_inbound_problems(gauge),
                *health._find_outbound_problems(gauge),
                *health._find_connection_problems(gauge, health.id in first_ids),
                *health._find_job_problems(jobs, health.id == min(self._ids)),
            ]
            problems[health.id] = sorted(found, key=lambda p: p.level != "bad")
        return problems

    def _get_first_ids(self):
        """What concerns a whole connection is told once, for its first account."""
        rows = self.env["messaging.account"]._read_group(
            [("connection_id", "in", self.connection_id.ids)],
            ["connection_id"],
            ["id:min"],
        )
        return {account_id for _connection, account_id in rows}

    @api.model
    def _get_first_of_connections(self, accounts):
        found = accounts.browse()
        for account in accounts.sorted("id"):
            if account.connection_id not in found.connection_id:
                found |= account
        return found

    def _is_older(self, moment, minutes):
        limit = fields.Datetime.now() - timedelta(minutes=minutes)
        return bool(minutes > 0 and moment and moment < limit)

    def _find_account_problems(self):
        account, _ = self.account_id, self.env._
        if account.state == "stopped":
            text = _(
                "Nothing is sent: %(reason)s Repair it, then press Resume Sending.",
                reason=account.stop_reason or "",
            )
            yield Problem("stopped", "bad", text, alert=False)
        if account.token_state == "bad":
            text = _("The access token does not work. Enter a new one at the account.")
            yield Problem("token", "bad", text)
        days = account.alert_token_days
        ends = account.token_expires_at
        if days and ends and ends < fields.Datetime.now() + timedelta(days=days):
            text = _(
                "The access token expires on %(date)s. Make a new one before that.",
                date=fields.Date.to_string(ends),
            )
            yield Problem("token_ends", "warning", text)

    def _find_silence(self, silent, told):
        account, _ = self.account_id, self.env._
        if account in silent:
            text = _(
                "Nothing was delivered for %(hours)s hours, although something usually "
                "arrives at this time. Check the webhook at the provider.",
                hours=account.alert_silence_hours,
            )
            yield Problem("silence", "warning", text, alert=account in told)

    def _find_inbound_problems(self, gauge):
        account, _ = self.account_id, self.env._
        if self._is_older(gauge.get("pending_since"), account.alert_pending_minutes):
            text = _(
                "Received but not processed for too long: %(count)s. Check that the "
                "jobs run.",
                count=gauge["pending"],
            )
            yield Problem("pending", "bad", text)
        if self._is_older(gauge.get("parked_since"), account.alert_parked_minutes):
            text = _(
                "Updates that could not be processed: %(count)s. Look at their errors, "
                "then replay them.",
                count=gauge["parked"],
            )
            yield Problem("parked", "warning", text)
        if self._is_older(gauge.get("media_since"), account.alert_media_minutes):
            text = _(
                "Received files that could not be fetched or stored yet: %(count)s. "
                "Check the disk, and the list of received files.",
                count=gauge["media"],
            )
            yield Problem("media", "warning", text)

    def _find_outbound_problems(self, gauge):
        account, _ = self.account_id, self.env._
        waits = account.state == "active" and gauge.get("outbox_since")
        if self._is_older(waits, account.alert_outbox_minutes):
            text = _(
                "Messages waiting too long to be sent: %(count)s. Check that the "
                "jobs run.",
                count=gauge["outbox"],
            )
            yield Problem("outbox", "bad", text)
        if self._is_older(gauge.get("doubt_since"), account.alert_doubt_minutes):
            text = _(
                "Messages in doubt: %(count)s. Ask the customers, or send them again "
                "by hand.",
                count=gauge["doubt"],
            )
            yield Problem("doubt", "warning", text)
        failed = gauge.get("failed_hour", 0)
        total = max(gauge.get("sent_hour", 0), failed)
        percent = account.alert_failure_percent
        if percent and total >= FEW and failed * 100 > percent * total:
            text = _(
                "Messages of the last hour that failed: %(failed)s of %(total)s. Look "
                "at the reasons.",
                failed=failed,
                total=total,
            )
            yield Problem("failures", "bad", text)

    def _find_connection_problems(self, gauge, is_first):
        account, _ = self.account_id, self.env._
        limit = account.alert_signature_failures
        if limit and gauge.get("forged_hour", 0) > limit:
            text = _(
                "Deliveries with a wrong signature: %(count)s. If the app secret was "
                "changed at the provider, enter it at the connection.",
                count=gauge["forged_hour"],
            )
            yield Problem("forged", "warning", text, alert=is_first)
        since = gauge.get("unassigned_since")
        if self._is_older(since, account.alert_parked_minutes):
            text = _(
                "Updates for numbers that no account has: %(count)s. Add the account, "
                "then replay them.",
                count=gauge["unassigned"],
            )
            yield Problem("unassigned", "warning", text, alert=is_first)

    def _find_job_problems(self, jobs, is_first):
        _last, late, active = jobs
        if not active or late > JOBS_LATE:
            text = self.env._(
                "The jobs that receive and send are late or switched off. Check that "
                "the server has enough cron threads."
            )
            yield Problem("jobs", "bad", text, alert=is_first)
