"""A file that nobody imported is full of other people's data: it does not stay."""

from datetime import timedelta

from odoo import api, fields, models

KEEP_FILE = timedelta(days=7)


class MessagingImport(models.Model):
    _inherit = "messaging.import"

    @api.autovacuum
    def _gc_files(self):
        limit = fields.Datetime.now() - KEEP_FILE
        left = self.search(
            [("state", "in", ("draft", "read")), ("write_date", "<", limit)]
        )
        left.column_ids.unlink()
        left.author_ids.unlink()
        left.write({"state": "stopped", "file": False})
