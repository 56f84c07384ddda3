"""Consent on the contact: what counts now, what was said before."""

from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    messaging_consent_ids = fields.Many2many(
        "messaging.consent",
        string="Consents",
        compute="_compute_messaging_consent_ids",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Everything this customer said about messages, the newest first.",
    )

    @api.depends("messaging_identity_ids.consent_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_messaging_consent_ids(self):
        rows = self.env["messaging.consent"].search(
            [("identity_id.partner_id", "in", self.ids)]
        )
        by_partner = rows.grouped(lambda row: row.identity_id.partner_id.id)
        for partner in self:
            partner.messaging_consent_ids = by_partner.get(partner._origin.id, rows[:0])

    def action_record_consent(self):
        """Open the form that records what the customer said elsewhere."""
        self.ensure_one()
        return self.env["messaging.consent.record"]._get_action(
            self._get_identities_for_consent()
        )

    def action_opt_out(self):
        """Nothing but answers from now on, on every account; one click."""
        self.ensure_one()
        self._get_identities_for_consent().action_opt_out()

    def _get_identities_for_consent(self):
        return self.env["messaging.identity"].search([("partner_id", "=", self.id)])
