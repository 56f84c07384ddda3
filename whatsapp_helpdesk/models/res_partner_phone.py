from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Every first message of a customer looks for the owner of its number.
    _messaging_phone_sanitized = models.Index(
        "(phone_sanitized) WHERE phone_sanitized IS NOT NULL"
    )
