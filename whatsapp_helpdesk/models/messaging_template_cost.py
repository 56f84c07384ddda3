from odoo import models


class MessagingTemplate(models.Model):
    _name = "messaging.template"
    _inherit = ["messaging.template", "messaging.cost.mixin"]
    _charge_field = "template_id"
