from odoo import models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "messaging.customer.mixin"]

    def _get_customer_to_write(self):
        return self
