from odoo import models

from ..gateway.filetypes import INLINE, OCTETS


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _get_stream_from(self, record, field_name="raw", *args, **kwargs):
        """Override: an address of ours never makes a stranger's file into a page.

        `/web/content/7?mimetype=text/html` serves any file as what the address says.
        A customer who knows the number of their file could send such a link to an
        agent, who would see a forged page under the helpdesk's own name.
        """
        stream = super()._get_stream_from(record, field_name, *args, **kwargs)
        is_changed = (
            record._name == "ir.attachment"
            and stream.mimetype != record.mimetype
            and stream.mimetype not in INLINE
        )
        if is_changed and record._is_of_customer():
            stream.mimetype = OCTETS
        return stream
