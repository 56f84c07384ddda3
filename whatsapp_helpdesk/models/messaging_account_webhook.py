"""What the provider says about deliveries to us: kept by the check, told by health."""

from odoo import fields, models

#: Problems of deliveries that :meth:`gateway.provider.Provider.probe` may name.
WEBHOOK_PROBLEMS = ("webhook_absent", "webhook_elsewhere", "webhook_failing")
MAX_MESSAGE = 200


class MessagingAccount(models.Model):
    _inherit = "messaging.account"

    webhook_problem = fields.Selection(
        [
            ("webhook_absent", "Nothing Is Delivered"),
            ("webhook_elsewhere", "Delivered to Another Address"),
            ("webhook_failing", "Deliveries Fail"),
        ],
        readonly=True,
        copy=False,
    )
    webhook_message = fields.Char(
        "Last Delivery Error",
        readonly=True,
        copy=False,
        help="In the provider's words.",
    )
    webhook_pending = fields.Integer(
        "Waiting at the Provider",
        readonly=True,
        copy=False,
        help="Messages that could not be delivered to us yet.",
    )

    def _store_check(self, check):
        """Override: a webhook that somebody else took is noticed here."""
        result = super()._store_check(check)
        if check.valid:
            self.write(self._prepare_webhook_values(check))
        self.connection_id._finish_own_rotation()
        return result

    def _prepare_webhook_values(self, check):
        found = [code for code in WEBHOOK_PROBLEMS if code in check.problems]
        return {
            "webhook_problem": found[0] if found else False,
            "webhook_message": check.message[:MAX_MESSAGE] if found else False,
            "webhook_pending": check.pending or 0,
        }
