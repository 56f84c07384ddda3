from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

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
