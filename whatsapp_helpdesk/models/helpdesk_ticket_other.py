"""Older cases of the same conversation, one click away."""

from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    other_case_count = fields.Integer(compute="_compute_other_case_count")

    @api.depends("conversation_id")
    def _compute_other_case_count(self):
        counts = dict(
            self._read_group(
                [("conversation_id", "in", self.conversation_id.ids)],
                ["conversation_id"],
                ["__count"],
            )
        )
        for ticket in self:
            others = counts.get(ticket.conversation_id, 0) - 1
            ticket.other_case_count = max(others, 0)

    def _get_other_cases_domain(self):
        return [
            ("conversation_id", "=", self.conversation_id.id),
            ("id", "!=", self.id),
        ]

    def action_open_other_cases(self):
        """Open the customer's other cases, the newest first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "helpdesk_mgmt.helpdesk_ticket_action"
        )
        return {
            **action,
            "name": self.env._("Other Cases"),
            "domain": self._get_other_cases_domain(),
            "context": {"create": False},
        }
