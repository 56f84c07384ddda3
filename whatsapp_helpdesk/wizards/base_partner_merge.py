from odoo import api, models
from odoo.exceptions import UserError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Override of `base`: a test contact's talk is no customer's history."""
        partners = self.env["res.partner"].browse(partner_ids).exists()
        if len(set(partners.mapped("is_messaging_test"))) > 1:
            raise UserError(
                self.env._("A test contact cannot be merged with a real contact.")
            )
        return super()._merge(partner_ids, dst_partner, extra_checks)

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """Override of `base`: a legal hold outlives the contact it was put on.

        Whoever merges need not be allowed to see it, so core must not touch it.
        """
        # sudo: res.partner - a hold is for privacy officers only
        held = any((src_partners | dst_partner).sudo().mapped("messaging_legal_hold"))
        result = super()._update_values(src_partners, dst_partner.with_env(self.env))
        if held:
            dst_partner.sudo().messaging_legal_hold = True
        return result

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override of `base` to keep both contacts' conversations.

        Core moves foreign keys in SQL. Where both contacts have a conversation in the
        same inbox that breaks our unique index, or deletes the channel with all its
        messages. So the older one of the merged contact steps back first.
        """
        # sudo: discuss.channel - who merges contacts may not see their conversations
        Conversation = self.env["discuss.channel"].sudo()
        Conversation._helpdesk_merge_customers(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
