from odoo import api, fields, models
from odoo.tools import SQL


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    helpdesk_erase_id = fields.Many2one(
        "messaging.erase",
        "Erased By",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )

    @api.model
    def _erase_person(self, identities, partner):
        """Delete the empty conversations, in SQL: users never delete one."""
        channels = self.env["messaging.erase"]._get_current()._get_conversations()
        files = self.env["ir.attachment"]._erase_files_of(self._name, channels.ids)
        if files or not channels:
            return files
        self.env["mail.activity"].with_context(active_test=False).search(
            [("res_model", "=", self._name), ("res_id", "in", channels.ids)]
        ).unlink()
        self.env["mail.scheduled.message"].search(
            [("model", "=", self._name), ("res_id", "in", channels.ids)]
        ).unlink()
        self.env.flush_all()
        self.env.cr.execute(
            SQL("DELETE FROM discuss_channel WHERE id IN %s", tuple(channels.ids))
        )
        self.env.invalidate_all()
        return len(channels)
