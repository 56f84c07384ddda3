"""How long raw deliveries are kept.

First the body of a finished event goes: it is what needs room, and what a customer
wrote is in the message. Event and updates stay for a while as the memory of what was
received: a provider repeats a delivery for up to seven days, and what is repeated must
be recognised. Messages are never touched.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

BODY_DAYS = "whatsapp_helpdesk.event_body_days"
KEY_DAYS = "whatsapp_helpdesk.event_key_days"
#: Defaults; 0 keeps for ever.
DEFAULT_DAYS = {BODY_DAYS: 30, KEY_DAYS: 90}
#: Days that keys are kept at least, whatever is set: four times the repetitions.
FEWEST_KEY_DAYS = 30
#: Rows in one transaction.
BATCH = 2000


class MessagingEvent(models.Model):
    _inherit = "messaging.event"

    _bodies = models.Index("(received_at) WHERE body IS NOT NULL")
    _keys = models.Index("(received_at) WHERE body IS NULL")
    _connection_received = models.Index("(connection_id, received_at)")

    @api.model
    def _get_days(self, parameter):
        # sudo: ir.config_parameter - a number
        value = self.env["ir.config_parameter"].sudo().get_param(parameter)
        try:
            days = int(value) if value else DEFAULT_DAYS[parameter]
        except ValueError:
            days = DEFAULT_DAYS[parameter]
        if parameter == KEY_DAYS and days > 0:
            days = max(days, FEWEST_KEY_DAYS, self._get_days(BODY_DAYS))
        return max(days, 0)

    @api.model
    def _get_finished_condition(self):
        """What somebody may still want to replay is not finished."""
        return SQL(
            """
            event.state = 'parsed' AND NOT EXISTS (
                SELECT 1 FROM messaging_update item
                 WHERE item.event_id = event.id
                   AND item.state IN ('pending', 'parked', 'waiting'))
            """
        )

    @api.autovacuum
    def _gc_bodies(self):
        """Forget the bodies of old finished events."""
        days = self._get_days(BODY_DAYS)
        if not days:
            return 0, 0
        return self._run_batch(
            SQL("UPDATE messaging_event SET body = NULL"),
            SQL("event.body IS NOT NULL"),
            days,
        )

    @api.autovacuum
    def _gc_keys(self):
        """Forget old finished events with their updates."""
        days = self._get_days(KEY_DAYS)
        # Bodies that are kept for ever are kept with what was in them.
        if not days or not self._get_days(BODY_DAYS):
            return 0, 0
        return self._run_batch(
            SQL("DELETE FROM messaging_event"), SQL("event.body IS NULL"), days
        )

    def _run_batch(self, action, condition, days):
        """:return: rows done and whether there may be more, as Odoo's vacuum wants."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                %s WHERE id IN (
                    SELECT event.id FROM messaging_event event
                     WHERE %s AND event.received_at < %s AND %s
                     ORDER BY event.received_at LIMIT %s
                       FOR UPDATE SKIP LOCKED)
                """,
                action,
                condition,
                fields.Datetime.now() - timedelta(days=days),
                self._get_finished_condition(),
                BATCH,
            )
        )
        done = self.env.cr.rowcount
        self.env.invalidate_all()
        return done, int(done == BATCH)
