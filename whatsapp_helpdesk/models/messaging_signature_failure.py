from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Older counts are of no use to anybody.
KEEP = timedelta(days=30)


class MessagingSignatureFailure(models.Model):
    """How many deliveries with a wrong signature a connection refused in an hour.

    Nothing of their content is kept.
    """

    _name = "messaging.signature.failure"
    _description = "Refused Deliveries"
    _order = "hour desc, id desc"
    _rec_name = "hour"

    connection_id = fields.Many2one(
        "messaging.connection", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id")
    hour = fields.Datetime(required=True, help="Beginning of the hour.")
    count = fields.Integer(required=True, default=0)

    _connection_hour_unique = models.Constraint(
        "UNIQUE(connection_id, hour)", "There is one count for each hour."
    )

    @api.model
    def _add(self, counts):
        """Add to the counts of this hour.

        :param dict counts: number of failures by connection id.
        """
        hour = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        rows = [(key, hour, count) for key, count in sorted(counts.items())]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO messaging_signature_failure (connection_id, hour, count)
                SELECT row.* FROM (VALUES %s) AS row (connection_id, hour, count)
                  JOIN messaging_connection ON messaging_connection.id = connection_id
                ON CONFLICT (connection_id, hour) DO UPDATE
                SET count = messaging_signature_failure.count + EXCLUDED.count
                """,
                SQL(", ").join(SQL("%s", row) for row in rows),
            )
        )
        self.invalidate_model(["count"])

    @api.autovacuum
    def _gc_old(self):
        self.search([("hour", "<", fields.Datetime.now() - KEEP)]).unlink()
