"""Who was erased and writes again is new, but what they did not want stays so."""

from odoo import models


class MessagingIdentity(models.Model):
    _inherit = "messaging.identity"

    def _keep_decisions_of_erased(self, addresses):
        """Carry opt-outs and a block over from before the erase."""
        self.ensure_one()
        # sudo: messaging.erased.address - asked by whatever creates a customer
        Erased = self.env["messaging.erased.address"].sudo()
        found = Erased._find(self.company_id, [(a.kind, a.value) for a in addresses])
        purposes = {
            purpose
            for row in found
            for purpose in (row.opted_out or "").split(",")
            if purpose
        }
        if any(found.mapped("was_blocked")):
            self.blocked = True
        if purposes:
            self.env["messaging.consent"].create(
                [
                    {
                        "identity_id": self.id,
                        "purpose": purpose,
                        "state": "out",
                        "given_at": max(found.mapped("erased_at")),
                        "source": "platform",
                        "wording": self.env._("Decided before their data was erased."),
                    }
                    for purpose in sorted(purposes)
                ]
            )
