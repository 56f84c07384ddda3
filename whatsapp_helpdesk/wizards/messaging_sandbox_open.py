import base64
import io

from PIL import Image
from reportlab.graphics.barcode.qr import QrCodeWidget

from odoo import api, fields, models

#: Modules around a QR code that stay white, and pixels of a module.
QUIET_ZONE = 4
PIXELS = 5


class MessagingSandboxOpen(models.TransientModel):
    """Makes a test phone, or shows the address of one just made."""

    _name = "messaging.sandbox.open"
    _description = "Open a Test Phone"

    account_id = fields.Many2one(
        "messaging.account",
        "Test Channel",
        required=True,
        domain=[("is_test", "=", True)],
        default=lambda self: self._get_default_account(),
    )
    name = fields.Char(
        "Customer Name", required=True, default=lambda self: self.env._("Test Customer")
    )
    language = fields.Selection(
        selection="_get_language_selection",
        required=True,
        default=lambda self: self.env.lang or "en_US",
    )
    # Neither is stored: whoever has the address plays the customer.
    url = fields.Char("Address", compute="_compute_url")
    qr_code = fields.Binary("QR Code", compute="_compute_url")

    @api.model
    def _get_language_selection(self):
        return self.env["res.lang"].get_installed()

    @api.model
    def _get_default_account(self):
        return self.env["messaging.account"].search([("is_test", "=", True)], limit=1)

    @api.depends_context("sandbox_phone_url")
    def _compute_url(self):
        url = self.env.context.get("sandbox_phone_url") or ""
        for wizard in self:
            wizard.url = url
            wizard.qr_code = url and self._get_qr_code(url)

    @api.model
    def _get_qr_code(self, url):
        """Return the picture, made here: the report engine's way needs a library that
        not every installation has, and its address would show the secret in logs."""
        code = QrCodeWidget(url, barLevel="M").qr
        code.make()
        count = code.getModuleCount()
        size = count + 2 * QUIET_ZONE
        picture = Image.new("1", (size, size), 1)
        for row in range(count):
            for column in range(count):
                if code.isDark(row, column):
                    picture.putpixel((column + QUIET_ZONE, row + QUIET_ZONE), 0)
        content = io.BytesIO()
        picture.resize((size * PIXELS, size * PIXELS)).save(content, "PNG")
        return base64.b64encode(content.getvalue())

    def action_open(self):
        """Make the phone and show its address."""
        self.ensure_one()
        Link = self.env["messaging.sandbox.link"]
        Link._check_enabled()
        link = Link.create(
            {
                "account_id": self.account_id.id,
                "name": self.name,
                "language": self.language,
            }
        )
        return link.action_show_address()

    def action_go(self):
        """Open the phone in a new window."""
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}
