from odoo import models
from odoo.tools import SQL


class IrCron(models.Model):
    _inherit = "ir.cron"

    def _wake_once(self):
        """Start this job soon, however often this is called before it starts.

        A trigger that a running job is about to delete is locked by it and skipped
        here, so work stored now is never lost; an untouched one is shared, and the job
        that deletes it waits for our commit.
        """
        for cron in self:
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM ir_cron_trigger WHERE cron_id = %s "
                    "AND call_at <= (clock_timestamp() AT TIME ZONE 'UTC') "
                    "LIMIT 1 FOR KEY SHARE SKIP LOCKED",
                    cron.id,
                ),
                # A row deleted meanwhile is no error: the caller is tried again.
                log_exceptions=False,
            )
            if not self.env.cr.fetchone():
                cron._trigger()
