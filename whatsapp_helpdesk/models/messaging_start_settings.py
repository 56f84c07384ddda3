from odoo import fields, models

from .messaging_start_user import DEFAULT_LIMIT, LIMIT


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    messaging_start_limit = fields.Integer(
        "Conversation Starts a Day",
        config_parameter=LIMIT,
        default=DEFAULT_LIMIT,
        help="Customers that one person may write to in 24 hours while the customer's "
        "window is closed. 0: no limit.",
    )

    def set_values(self):
        """Override: a 0 has to be stored, Odoo would remove the parameter."""
        result = super().set_values()
        # sudo: ir.config_parameter - settings are for administrators
        self.env["ir.config_parameter"].sudo().set_param(
            LIMIT, str(self.messaging_start_limit)
        )
        return result
