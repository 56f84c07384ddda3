from odoo import fields, models


class MessagingPrivacyExport(models.TransientModel):
    _name = "messaging.privacy.export"
    _description = "Export a Person"
    _transient_max_hours = 0.25

    partner_id = fields.Many2one("res.partner", "Contact", required=True, readonly=True)
    reference = fields.Char(
        help="Number of the request, for your records. It stays: no name, please."
    )
    with_notes = fields.Boolean(
        "With Internal Notes",
        help="Notes of agents may be about others too. Read the files before you hand "
        "them over.",
    )

    def action_export(self):
        """Queue the export and show how it goes on."""
        self.ensure_one()
        self.env["messaging.privacy.erase"]._check_officer()
        self.partner_id.check_access("read")
        # sudo: messaging.export - created by this wizard only, for officers
        export = (
            self.env["messaging.export"]
            .sudo()
            .create(
                {
                    "partner_id": self.partner_id.id,
                    "user_id": self.env.uid,
                    "company_ids": [(6, 0, self.env.companies.ids)],
                    "reference": self.reference,
                    "with_notes": self.with_notes,
                }
            )
        )
        export._wake()
        return {
            "type": "ir.actions.act_window",
            "res_model": "messaging.export",
            "res_id": export.id,
            "views": [(False, "form")],
            "target": "current",
        }
