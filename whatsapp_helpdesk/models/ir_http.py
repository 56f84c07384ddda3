from odoo import models
from odoo.http import request

#: The type of route in controllers/webhook.py.
WEBHOOK = "messaging_webhook"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Override: a provider has no language, no session and uploads no files.

        What Odoo and other apps prepare here for people takes a tenth of the time in
        which a delivery is stored; the limits of the route itself still hold.
        """
        if rule.endpoint.routing["type"] == WEBHOOK:
            return request.dispatcher.pre_dispatch(rule, args)
        return super()._pre_dispatch(rule, args)
