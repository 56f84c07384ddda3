from odoo import models


class MessagingAccount(models.Model):
    _name = "messaging.account"
    _inherit = ["messaging.account", "messaging.secret.mixin"]

    _secret_fields = ("access_token",)
    _administrator_fields = ("connection_id", "external_id", "external_parent_id")
