from odoo import api, fields, models


class MessagingJoinProgress(models.Model):
    """How far the search for doubles has come; what is older was looked at."""

    _name = "messaging.join.progress"
    _description = "Progress of the Search for Duplicates"

    name = fields.Char(required=True)
    position = fields.Integer(default=0, help="Last id that was looked at.")
    moment = fields.Datetime(help="Last change that was looked at.")

    _name_unique = models.Constraint(
        "UNIQUE(name)", "A row with this name exists already."
    )

    @api.model
    def _get(self, name):
        """Contacts that were there before anybody wrote are no question."""
        return self.search([("name", "=", name)], limit=1) or self.create(
            {"name": name, "moment": fields.Datetime.now()}
        )
