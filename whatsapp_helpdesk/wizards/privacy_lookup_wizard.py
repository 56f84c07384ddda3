"""Odoo's own lookup finds customers of messaging too, and leads to erasing them."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: Records of a person that are erased together, never one by one.
TOGETHER = (
    "messaging.identity",
    "messaging.address",
    "messaging.message",
    "messaging.consent",
    "discuss.channel",
)


class PrivacyLookupWizard(models.TransientModel):
    _inherit = "privacy.lookup.wizard"

    def _get_query_models_blacklist(self):
        """Logs of erasing and exporting find their contact by themselves."""
        return [
            *super()._get_query_models_blacklist(),
            "messaging.erase",
            "messaging.export",
        ]

    def _get_query(self):
        """Add addresses, and customers known by their profile's name only."""
        xml_id = self.env["ir.model.data"]._xmlid_to_res_id
        return SQL(
            """
            %(query)s
            UNION
            SELECT %(identity_model)s, item.id, TRUE FROM messaging_identity item
             WHERE item.name ILIKE %(name)s
            UNION
            SELECT %(address_model)s, address.id, TRUE FROM messaging_address address
              JOIN messaging_identity item ON item.id = address.identity_id
         LEFT JOIN res_partner ON res_partner.id = item.partner_id
             WHERE item.name ILIKE %(name)s OR res_partner.name ILIKE %(name)s
                OR res_partner.email_normalized = %(email)s
            """,
            query=super()._get_query(),
            identity_model=xml_id("whatsapp_helpdesk.model_messaging_identity"),
            address_model=xml_id("whatsapp_helpdesk.model_messaging_address"),
            name=self.name.strip(),
            email=self.email.strip().lower(),
        )


class PrivacyLookupWizardLine(models.TransientModel):
    _inherit = "privacy.lookup.wizard.line"

    def _get_person(self):
        """Return the contact a line leads to, or none."""
        self.ensure_one()
        # sudo: privacy.lookup.wizard.line - the lookup is for administrators
        record = self.env[self.res_model].sudo().browse(self.res_id).exists()
        if self.res_model == "res.partner":
            return record
        if self.res_model == "discuss.channel":
            return record.helpdesk_partner_id
        if self.res_model == "messaging.identity":
            return record.partner_id
        if self.res_model in TOGETHER:
            return record.identity_id.partner_id
        return self.env["res.partner"]

    def action_erase_person(self):
        """Open the wizard that erases all there is about this line's person."""
        partner = self._get_person()
        if not partner:
            raise UserError(self.env._("This record leads to no customer."))
        return partner.sudo(False).action_messaging_erase()

    def action_unlink(self):
        if self.res_model in TOGETHER:
            raise UserError(
                self.env._(
                    "What is known about a customer is erased together: use Erase "
                    "Person."
                )
            )
        return super().action_unlink()
