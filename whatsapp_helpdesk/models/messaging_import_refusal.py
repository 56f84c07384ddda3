from datetime import timedelta

from odoo import api, fields, models

from .messaging_import_texts import REASONS

#: Refused lines hold numbers of people: they are kept while somebody corrects them.
KEEP = timedelta(days=30)


class MessagingImportRefusal(models.Model):
    """A line that was not imported, and why."""

    _name = "messaging.import.refusal"
    _description = "Refused Line of an Import"
    _order = "line, id"
    _rec_name = "line"

    import_id = fields.Many2one(
        "messaging.import", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="import_id.company_id", store=True)
    line = fields.Integer(readonly=True, help="Where it is in the file.")
    number = fields.Char(readonly=True)
    code = fields.Char(readonly=True)
    reason = fields.Char(compute="_compute_reason")

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_reason(self):
        for refusal in self:
            refusal.reason = self._get_reason(refusal.code)

    @api.model
    def _get_reason(self, code):
        """Return the sentence of a reason code."""
        text = REASONS.get(code or "", REASONS["unknown"])
        return self.env._(text)

    @api.autovacuum
    def _gc_old(self):
        limit = fields.Datetime.now() - KEEP
        self.search([("create_date", "<", limit)]).unlink()
