from odoo import api, models
from odoo.tools import SQL

from .messaging_erase import BATCH


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _erase_unshared(self, files, messages):
        """Delete files unless other messages have them too.

        The file itself is deleted when no other record has the same content.
        """
        if not files:
            return 0
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT attachment_id FROM message_attachment_rel "
                "WHERE attachment_id IN %s AND NOT message_id = ANY(%s)",
                tuple(files.ids),
                list(messages.ids),
            )
        )
        shared = {row[0] for row in self.env.cr.fetchall()}
        gone = files.filtered(lambda file: file.id not in shared)
        gone._erase_part_links()
        gone.unlink()
        return len(gone)

    def _erase_part_links(self):
        """A part keeps its file from being deleted."""
        parts = self.env["messaging.message"].search(
            [("attachment_id", "in", self.ids)]
        )
        parts.attachment_id = False

    @api.model
    def _erase_files_of(self, model, ids):
        """Delete files of records, at most a batch of them; return how many."""
        files = self.search(
            [
                ("res_model", "=", model),
                ("res_id", "in", list(ids)),
                ("res_field", "in", [False, *self._get_field_names(model)]),
            ],
            limit=BATCH,
        )
        files._erase_part_links()
        count = len(files)
        files.unlink()
        return count

    @api.model
    def _get_field_names(self, model):
        """Odoo hides files of fields unless a search names them."""
        return [
            name
            for name, field in self.env[model]._fields.items()
            if field.type in ("binary", "image")
        ]
