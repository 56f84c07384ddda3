from odoo import api, fields, models
from odoo.exceptions import UserError


class MessagingConsentRecord(models.TransientModel):
    """What a customer said on the phone, on paper or in the shop."""

    _name = "messaging.consent.record"
    _description = "Record Consent"

    partner_id = fields.Many2one("res.partner", "Customer", required=True)
    identity_ids = fields.Many2many(
        "messaging.identity",
        string="On",
        compute="_compute_identity_ids",
        store=True,
        readonly=False,
        domain="[('partner_id', '=', partner_id)]",
        help="The addresses of the customer it is about.",
    )
    state = fields.Selection(
        [("in", "The customer agrees"), ("out", "The customer opts out")],
        string="Decision",
        required=True,
        default="in",
    )
    marketing = fields.Boolean("Advertising", default=True)
    utility = fields.Boolean("Notifications", default=True)
    wording = fields.Text(
        "Wording",
        help="The sentence the customer agreed to, word by word.",
    )
    proof = fields.Char(
        "Proof", help="How they agreed and where that can be looked up."
    )

    @api.model
    def _get_action(self, identities):
        """Return the action that opens the form for customers of one contact."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "whatsapp_helpdesk.action_messaging_consent_record"
        )
        action["context"] = {
            "default_partner_id": identities.partner_id[:1].id,
            "default_identity_ids": identities.ids,
        }
        return action

    @api.depends("partner_id")
    def _compute_identity_ids(self):
        for record in self:
            kept = record.identity_ids
            if kept and kept.partner_id == record.partner_id:
                continue
            record.identity_ids = self.env["messaging.identity"].search(
                [("partner_id", "=", record.partner_id.id)]
            )

    def action_record(self):
        """Write the ledger.

        :raise UserError: what is missing.
        """
        self.ensure_one()
        purposes = [name for name in ("marketing", "utility") if self[name]]
        self._check_complete(purposes)
        self.env["messaging.consent"]._record_by_user(
            self.identity_ids, purposes, self.state, self.wording, self.proof
        )
        return {"type": "ir.actions.act_window_close"}

    def _check_complete(self, purposes):
        if not self.identity_ids:
            raise UserError(
                self.env._("This customer has no address on any of your accounts yet.")
            )
        if not purposes:
            raise UserError(self.env._("Choose what the customer decided about."))
        if self.state == "in" and not (self.wording or "").strip():
            raise UserError(
                self.env._("Write down what exactly the customer agreed to.")
            )
        if self.state == "in" and not (self.proof or "").strip():
            raise UserError(
                self.env._("Write down how they agreed and where that is kept.")
            )
