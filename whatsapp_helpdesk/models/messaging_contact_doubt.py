from odoo import api, models


class MessagingContact(models.AbstractModel):
    _inherit = "messaging.contact"

    @api.model
    def _find_owners(self, identity):
        """Override: a number of several people says nothing about who writes."""
        owners = super()._find_owners(identity)
        persons = owners.filtered(lambda partner: not partner.is_company)
        if len(persons - identity.partner_id) > 1:
            identity._set_doubt("shared")
        return owners
