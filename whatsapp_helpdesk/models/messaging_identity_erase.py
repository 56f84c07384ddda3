"""How accounts know a person: the row stays for the facts that refer to it."""

from odoo import api, fields, models


class MessagingIdentity(models.Model):
    _inherit = "messaging.identity"

    erase_id = fields.Many2one(
        "messaging.erase",
        "Erased By",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )

    @api.depends("erase_id")
    def _compute_display_name(self):
        erased = self.filtered(lambda i: i.erase_id and not i.name)
        for identity in erased:
            identity.display_name = self.env._("Erased")
        return super(MessagingIdentity, self - erased)._compute_display_name()

    @api.model
    def _erase_person(self, identities, partner):
        rest = identities.filtered(
            lambda i: i.name or i.username or i.language or i.unreachable_since
        )
        rest.write(
            {
                "name": False,
                "username": False,
                "language": False,
                "last_inbound_at": False,
                "unreachable_since": False,
                "blocked": False,
                "is_internal": False,
            }
        )
        return len(rest)

    @api.model
    def _export_person(self, identities, partner):
        return [identity._prepare_export_values() for identity in identities]

    def _prepare_export_values(self):
        """Hook: what an export says about an identity."""
        return {
            "channel": self.channel,
            "account": self.account_id.name,
            "profile_name": self.name or "",
            "user_name": self.username or "",
            "language": self.language or "",
            "blocked": self.blocked,
            "blocked_us_since": fields.Datetime.to_string(self.unreachable_since) or "",
            "addresses": [
                {"kind": address.kind, "value": address.value}
                for address in self.address_ids
            ],
        }
