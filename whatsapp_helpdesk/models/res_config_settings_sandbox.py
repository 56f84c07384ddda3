from odoo import fields, models

from .messaging_sandbox_link import SWITCH


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    messaging_sandbox_enabled = fields.Boolean(
        "Test Phones",
        config_parameter=SWITCH,
        help="People you give an address to can play a customer on a phone-like page. "
        "Switching this off ends all of them at once.",
    )
