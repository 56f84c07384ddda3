from odoo import fields, models

from .messaging_event_retention import BODY_DAYS, DEFAULT_DAYS, KEY_DAYS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    messaging_event_body_days = fields.Integer(
        "Keep Raw Deliveries (days)",
        config_parameter=BODY_DAYS,
        default=DEFAULT_DAYS[BODY_DAYS],
        help="After this, raw bodies that were processed are removed. 0: never.",
    )
    messaging_event_key_days = fields.Integer(
        "Remember Deliveries (days)",
        config_parameter=KEY_DAYS,
        default=DEFAULT_DAYS[KEY_DAYS],
        help="How long repeated deliveries are recognised: 30 days at least. 0: for "
        "ever.",
    )

    def set_values(self):
        """Override: a 0 has to be stored, Odoo would remove the parameter."""
        result = super().set_values()
        # sudo: ir.config_parameter - settings are for administrators
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(BODY_DAYS, str(self.messaging_event_body_days))
        parameters.set_param(KEY_DAYS, str(self.messaging_event_key_days))
        return result
