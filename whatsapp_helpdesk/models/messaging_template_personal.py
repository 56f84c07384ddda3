from odoo import models

#: Sources that tell nothing about the customer's records.
HARMLESS = {"free", "text", "agent", "company"}


class MessagingTemplate(models.Model):
    _inherit = "messaging.template"

    def _tells_about_records(self):
        """Whether variables are filled with what we know about the customer."""
        self.ensure_one()
        # sudo: messaging.template - only where its values come from
        sources = self.sudo().variable_ids.mapped("source")
        return any(source not in HARMLESS for source in sources)
