from odoo import api, models


class MessagingProblem(models.Model):
    _inherit = "messaging.problem"

    @api.model
    def _cron_watch(self):
        self.env["messaging.budget"]._update_all()
        return super()._cron_watch()
