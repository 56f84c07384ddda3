"""Who a contact was joined with, and who else it may be."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    messaging_join_count = fields.Integer(
        compute="_compute_messaging_join_count",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    messaging_suggestion_count = fields.Integer(
        compute="_compute_messaging_suggestion_count",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_messaging_join_count(self):
        for partner in self:
            partner.messaging_join_count = self.env["messaging.join"].search_count(
                partner._get_joins_domain()
            )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_messaging_suggestion_count(self):
        for partner in self:
            partner.messaging_suggestion_count = self.env[
                "messaging.join.suggestion"
            ].search_count(partner._get_suggestions_domain())

    def _get_joins_domain(self):
        return [
            "|",
            ("partner_id", "in", self.ids),
            ("source_partner_id", "in", self.ids),
        ]

    def _get_suggestions_domain(self):
        return [
            ("state", "=", "open"),
            "|",
            ("partner_id", "in", self.ids),
            ("identity_id.partner_id", "in", self.ids),
        ]

    def action_open_messaging_joins(self):
        """The journal of this contact."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "whatsapp_helpdesk.action_messaging_join"
        )
        return {**action, "domain": self._get_joins_domain(), "context": {}}

    def action_open_messaging_suggestions(self):
        """Who else this may be."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "whatsapp_helpdesk.action_messaging_join_suggestion"
        )
        return {**action, "domain": self._get_suggestions_domain(), "context": {}}

    def action_messaging_join(self):
        """Compare this contact's customer with another one."""
        self.ensure_one()
        identities = self.env["messaging.identity"].search(
            [("partner_id", "=", self.id)]
        )
        if not identities:
            raise UserError(
                self.env._(
                    "%(name)s has not written on any channel that you may see.",
                    name=self.display_name,
                )
            )
        return identities.action_join()
