"""Contacts merged by Odoo's own wizard: journaled, and undone by identity."""

from odoo import api, models


class MessagingJoin(models.Model):
    _inherit = "messaging.join"

    @api.model
    def _merge_contact(self, source, target):
        """Move all that one contact has; the contact itself is deleted afterwards."""
        identities = source.with_context(active_test=False).messaging_identity_ids
        conversations = self._get_conversations_of(source)
        for mine in identities.grouped("company_id").values():
            join = self.create(
                self._prepare_join_values(
                    "merge",
                    mine,
                    target,
                    proof="contact_merge",
                    user=self.env.user,
                )
            )
            join._lock(source | target, mine)
            join._move_identities(mine, source, target)
            join._finish()
            # Core would make the target of it, which is no contact to go back to.
            join.source_partner_id = False
        for conversation in self._get_conversations_of(source) & conversations:
            nobody = identities.browse()
            self._execute(self._plan_move(conversation, nobody, source, target))
        merged = self.env["discuss.channel"].with_context(active_test=False)
        merged.sudo().search([("helpdesk_partner_id", "=", source.id)]).write(
            {"helpdesk_partner_id": target.id}
        )
