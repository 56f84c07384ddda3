from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

OFFICER = "whatsapp_helpdesk.group_privacy_officer"


class MessagingPrivacyErase(models.TransientModel):
    """Shows what is going to be erased and asks twice."""

    _name = "messaging.privacy.erase"
    _description = "Erase a Person"
    _transient_max_hours = 0.25

    partner_id = fields.Many2one("res.partner", "Contact", required=True, readonly=True)
    partner_name = fields.Char(related="partner_id.name")
    companies_text = fields.Char("Of Companies", compute="_compute_found")
    found_text = fields.Text("What Will Go", compute="_compute_found")
    stays_text = fields.Text("What Stays", compute="_compute_found")
    refusal = fields.Char(compute="_compute_found")
    reason = fields.Selection(
        selection=lambda self: self.env["messaging.erase"]
        ._fields["reason"]
        ._description_selection(self.env),
        default="request",
        required=True,
    )
    reference = fields.Char(
        help="Number of the request, for your records. It stays: no name, please."
    )
    contact_action = fields.Selection(
        selection=lambda self: self.env["messaging.erase"]
        ._fields["contact_action"]
        ._description_selection(self.env),
        string="The Contact Itself",
        default=lambda self: self._get_default_contact_action(),
        required=True,
    )
    confirmation = fields.Char(
        "Type the Name to Confirm", help="Exactly as it is shown. There is no way back."
    )

    @api.model
    def _get_default_contact_action(self):
        """A company is more than the person who wrote for it."""
        partner = self.env["res.partner"].browse(
            self.env.context.get("default_partner_id") or []
        )
        return "keep" if partner.is_company else "anonymise"

    @api.model
    def _check_officer(self):
        """:raise AccessError: for all but privacy officers."""
        if not self.env.user.has_group(OFFICER):
            raise AccessError(self.env._("Only privacy officers may do this."))

    @api.depends("partner_id")
    def _compute_found(self):
        for wizard in self:
            erase = wizard.env["messaging.erase"].sudo()  # sudo: numbers, for officers
            counts = erase._count_person(wizard.partner_id, wizard.env.companies)
            wizard.companies_text = ", ".join(wizard.env.companies.mapped("name"))
            wizard.found_text = "\n".join(
                f"{label}: {number}" for label, number in counts if number
            ) or self.env._("Nothing but the contact itself.")
            wizard.stays_text = self.env._(
                "Figures without contents, states and times of consents, and costs. "
                "Documents of other apps, such as orders and invoices, keep what they "
                "say: see Privacy Lookup."
            )
            wizard.refusal = erase._get_refusal_before(
                wizard.partner_id, wizard.env.companies
            )

    def action_erase(self):
        """Queue the erasure and show how it goes on."""
        self.ensure_one()
        self._check_officer()
        self.partner_id.check_access("read")
        if self.refusal:
            raise UserError(self.refusal)
        if (self.confirmation or "").strip() != (self.partner_id.name or "").strip():
            raise UserError(self.env._("Type the name exactly as it is shown."))
        # sudo: messaging.erase - created by this wizard only, after the checks above
        erase = (
            self.env["messaging.erase"]
            .sudo()
            ._queue(
                self.partner_id,
                self.env.companies,
                user_id=self.env.uid,
                reason=self.reason,
                reference=self.reference,
                contact_action=self.contact_action,
            )
        )
        self.sudo().unlink()  # sudo: what was typed here is the person's name
        return {
            "type": "ir.actions.act_window",
            "res_model": "messaging.erase",
            "res_id": erase.id,
            "views": [(False, "form")],
            "target": "current",
        }
