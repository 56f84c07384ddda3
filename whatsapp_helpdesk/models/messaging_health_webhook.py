from odoo import fields, models

from .messaging_health_problem import Problem


class MessagingHealth(models.Model):
    _inherit = "messaging.health"

    webhook_problem = fields.Selection(related="account_id.webhook_problem")
    webhook_message = fields.Char(related="account_id.webhook_message")
    webhook_pending = fields.Integer(related="account_id.webhook_pending")

    def _find_account_problems(self):
        """Override: what the provider says about its deliveries to us."""
        yield from super()._find_account_problems()
        account, _ = self.account_id, self.env._
        if account.webhook_problem == "webhook_elsewhere":
            text = _(
                "The provider delivers to another program or another copy of this "
                "database. To take it back, press Deliver Here at the connection."
            )
            yield Problem("webhook", "bad", text)
        elif account.webhook_problem == "webhook_absent":
            text = _(
                "The provider delivers nothing to this database. Press Deliver Here at "
                "the connection."
            )
            yield Problem("webhook", "bad", text)
        elif account.webhook_problem == "webhook_failing":
            text = _(
                "Deliveries fail: %(message)s. Waiting at the provider: %(count)s. "
                "Repair the server or its certificate; what waits comes by itself.",
                message=account.webhook_message or "?",
                count=account.webhook_pending,
            )
            yield Problem("webhook", "bad", text)
