from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: A trigger this old was announced while nobody listened: servers that just started
#: look for work only after a minute, unless they are told again.
OVERDUE = timedelta(seconds=3)


#: Fields that decide whether a job is one of ours, which is kept in memory.
REMEMBERED = {"active", "code", "ir_actions_server_id", "model_id"}


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if REMEMBERED & set(vals):
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _wake_once(self):
        """Start this job soon, however often this is called before it starts."""
        for cron in self:
            # A row deleted meanwhile is no error: the caller is tried again.
            self.env.cr.execute(cron._get_awake_query(), log_exceptions=False)
            if not self.env.cr.fetchone():
                cron._trigger()

    def _get_awake_query(self):
        """Return a query that finds something when this job is about to start anyway.

        A trigger that a running job is about to delete is locked by it and skipped
        here, so work stored now is never lost; an untouched one is shared, and the job
        that deletes it waits for our commit. One that is overdue does not count.
        """
        return SQL(
            "SELECT id FROM ir_cron_trigger WHERE cron_id = %s "
            "AND call_at <= (clock_timestamp() AT TIME ZONE 'UTC') AND call_at > %s "
            "LIMIT 1 FOR KEY SHARE SKIP LOCKED",
            self.id or None,
            fields.Datetime.now() - OVERDUE,
        )
