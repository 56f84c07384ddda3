from odoo import api, fields, models

from ..gateway import columns


class MessagingImportColumn(models.Model):
    """What one column of an imported file means."""

    _name = "messaging.import.column"
    _description = "Column of an Import"
    _order = "index, id"
    _rec_name = "heading"

    import_id = fields.Many2one(
        "messaging.import", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(related="import_id.kind")
    company_id = fields.Many2one(related="import_id.company_id", store=True)
    index = fields.Integer(readonly=True)
    heading = fields.Char(readonly=True)
    example = fields.Char("First Value", readonly=True)
    opt_in_role = fields.Selection(
        selection="_get_opt_in_roles", string="Meaning", help="Empty: left out."
    )
    history_role = fields.Selection(
        selection="_get_history_roles", string="Meaning ", help="Empty: left out."
    )

    _index_unique = models.Constraint(
        "UNIQUE(import_id, index)", "This column is listed already."
    )

    @api.model
    def _get_opt_in_roles(self):
        labels = self._get_role_labels()
        return [(role, labels[role]) for role in columns.OPT_IN_ROLES]

    @api.model
    def _get_history_roles(self):
        labels = self._get_role_labels()
        return [(role, labels[role]) for role in columns.HISTORY_ROLES]

    @api.model
    def _get_role_labels(self):
        return {
            "number": self.env._("Customer's number"),
            "name": self.env._("Customer's name"),
            "purpose": self.env._("Purpose"),
            "state": self.env._("Agreed or not"),
            "date": self.env._("Given on"),
            "source": self.env._("Where it was given"),
            "wording": self.env._("What they agreed to"),
            "time": self.env._("Time of the message"),
            "direction": self.env._("Received or sent"),
            "author": self.env._("Who wrote"),
            "text": self.env._("Text of the message"),
            "id": self.env._("Id elsewhere"),
        }

    def _get_role(self):
        self.ensure_one()
        return self.opt_in_role if self.kind == "opt_in" else self.history_role
