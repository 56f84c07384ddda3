from odoo import models


class MessagingConnection(models.Model):
    _name = "messaging.connection"
    _inherit = ["messaging.connection", "messaging.secret.mixin"]

    _secret_fields = ("app_secret", "app_secret_previous")
