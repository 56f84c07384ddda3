from odoo import fields, models


class MessagingInbox(models.Model):
    """Accounts whose customers share one conversation each."""

    _name = "messaging.inbox"
    _description = "Messaging Inbox"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    account_ids = fields.One2many("messaging.account", "inbox_id")

    def _get_default(self, company):
        """Return the first inbox of a company; created when there is none yet."""
        inbox = self.search([("company_id", "=", company.id)], limit=1)
        return inbox or self.create(
            {"name": self.env._("Inbox"), "company_id": company.id}
        )
