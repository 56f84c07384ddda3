"""From a case to who its customer may be besides."""

from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    join_suggestion_count = fields.Integer(
        compute="_compute_join_suggestion_count",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    @api.depends("messaging_identity_id")
    @api.depends_context("uid")
    def _compute_join_suggestion_count(self):
        Suggestion = self.env["messaging.join.suggestion"]
        for ticket in self:
            ticket.join_suggestion_count = ticket.conversation_id and (
                Suggestion.search_count(ticket.partner_id._get_suggestions_domain())
            )

    def action_open_join_suggestions(self):
        """Who else this customer may be."""
        return self.partner_id.action_open_messaging_suggestions()

    def action_join_customer(self):
        """Compare the case's customer with another one."""
        self.ensure_one()
        return self.partner_id.action_messaging_join()
