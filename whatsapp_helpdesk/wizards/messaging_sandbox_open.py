from odoo import api, fields, models

from .qr_code import draw_qr_code


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
            wizard.qr_code = url and draw_qr_code(url)

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
