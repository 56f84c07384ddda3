from odoo import models

from .ir_cron_notify import forgiving


class BusBus(models.Model):
    _inherit = "bus.bus"

    def _ensure_hooks(self):
        """What was sent is stored; clients that hear nothing now get it later."""
        callbacks = self.env.cr.postcommit
        waiting = len(callbacks)
        result = super()._ensure_hooks()
        if len(callbacks) == waiting + 1:
            callbacks.add(forgiving(callbacks._funcs.pop()))
        return result
