from odoo import fields, models
from odoo.exceptions import AccessError, UserError

#: Rights of a field that only code with ``sudo`` reads.
NOBODY = fields.NO_ACCESS


class MessagingExportFile(models.Model):
    """One volume of an export, for one person and one download."""

    _name = "messaging.export.file"
    _description = "File of an Export"
    _order = "number, id"
    _rec_name = "filename"

    export_id = fields.Many2one(
        "messaging.export", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(related="export_id.user_id", store=True, index=True)
    number = fields.Integer(required=True)
    filename = fields.Char(required=True)
    size = fields.Integer(help="Bytes.")
    content = fields.Binary(attachment=True, groups=NOBODY, copy=False)
    downloaded_at = fields.Datetime(readonly=True)

    def action_download(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/messaging/export/{self.id}",
            "target": "download",
        }

    def _take(self):
        """Return the bytes, once, for who asked for the export.

        :raise AccessError: for anybody else.
        :raise UserError: when it was fetched before.
        """
        self.ensure_one()
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(self.env._("This export was made for somebody else."))
        # sudo: messaging.export.file - the content is hidden, who may was checked
        file_sudo = self.sudo()
        file_sudo.lock_for_update()
        if file_sudo.downloaded_at or not file_sudo.content:
            raise UserError(
                self.env._("This file was downloaded before. Export again if need be.")
            )
        # sudo: ir.attachment - the bytes of the hidden field, for who was checked above
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "content"),
                    ("res_id", "=", self.id),
                ],
                limit=1,
            )
        )
        content = attachment.raw
        file_sudo.write({"downloaded_at": fields.Datetime.now(), "content": False})
        return content
