import os

from odoo import api, models


class IrAttachment(models.Model):
    """A file that was written in part must not block its own repetition.

    On a full disk, or when a process is killed while it writes, Odoo leaves what it
    wrote so far; later it takes that for another file with the same checksum and
    refuses the complete one for ever.
    """

    _inherit = "ir.attachment"

    @api.model
    def _get_path(self, bin_data, sha):
        """Override: files are named after their content, so a shorter one is torn."""
        path = self._full_path(f"{sha[:2]}/{sha}")
        if os.path.isfile(path) and os.path.getsize(path) < len(bin_data):
            os.unlink(path)
        return super()._get_path(bin_data, sha)

    def _is_of_customer(self):
        """Whether this file came from a stranger, by a message."""
        # sudo: messaging.media - whoever may see the file learns only where it is from
        media_sudo = self.env["messaging.media"].sudo()
        return bool(
            media_sudo.search_count([("attachment_id", "in", self.ids)], limit=1)
        )
