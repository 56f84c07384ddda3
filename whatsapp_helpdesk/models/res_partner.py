from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    messaging_identity_ids = fields.One2many(
        "messaging.identity", "partner_id", groups="base.group_user"
    )
    helpdesk_conversation_ids = fields.One2many(
        "discuss.channel", "helpdesk_partner_id", groups="base.group_user"
    )
    is_messaging_test = fields.Boolean(
        "Test Contact",
        copy=False,
        help="Made by a test channel; never matched, merged or counted.",
    )
    helpdesk_conversation_id = fields.Many2one(
        "discuss.channel",
        "Conversation",
        compute="_compute_helpdesk_conversation_id",
        help="The customer's latest conversation that the current user may read.",
    )

    @api.depends("helpdesk_conversation_ids.last_interest_dt")
    @api.depends_context("uid")
    def _compute_helpdesk_conversation_id(self):
        conversations = self.env["discuss.channel"].search(
            self._get_helpdesk_conversation_domain(), order="last_interest_dt desc"
        )
        by_partner = {}
        for conversation in conversations:
            # sudo: res.partner - only compared with the contacts at hand
            by_partner.setdefault(
                conversation.sudo().helpdesk_partner_id.id, conversation
            )
        for partner in self:
            partner.helpdesk_conversation_id = by_partner.get(partner.id)

    def _get_helpdesk_conversation_domain(self):
        return [
            ("channel_type", "=", "helpdesk"),
            ("helpdesk_partner_id", "in", self.ids),
            ("helpdesk_merged_into_id", "=", False),
        ]
