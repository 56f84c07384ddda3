from odoo import http


class WebhookController(http.Controller):
    pass
