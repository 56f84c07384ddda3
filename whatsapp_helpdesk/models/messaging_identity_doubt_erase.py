from odoo import api, models


class MessagingIdentity(models.Model):
    _inherit = "messaging.identity"

    @api.model
    def _erase_person(self, identities, partner):
        rest = identities.filtered(lambda i: i.doubt or i.verified_at)
        rest.write({"doubt": False, "doubt_since": False, "verified_at": False})
        return len(rest) + super()._erase_person(identities, partner)

    def _prepare_export_values(self):
        return {
            **super()._prepare_export_values(),
            "doubt": self.doubt or "",
            "verified_at": self.verified_at and self.verified_at.isoformat() + "Z",
        }
