from odoo import api, models


class MessagingSandboxLink(models.Model):
    _inherit = "messaging.sandbox.link"

    @api.model
    def _erase_person(self, identities, partner):
        """A test phone has the name its customer goes by, and files it sent."""
        links = self.search(
            [
                ("account_id", "in", identities.account_id.ids),
                ("external_id", "in", identities.address_ids.mapped("value")),
            ]
        )
        files = self.env["ir.attachment"]
        while files._erase_files_of(self._name, links.ids):
            pass
        count = len(links)
        links.unlink()
        return count
