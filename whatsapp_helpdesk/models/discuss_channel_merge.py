"""Two contacts turn out to be one person: their conversations become one.

Messages stay where they were said. The conversation that steps back is marked as
merged into the one that goes on: it takes no further messages, stays readable, and the
survivor's panel links to it.
"""

from odoo import fields, models


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    helpdesk_merged_ids = fields.One2many(
        "discuss.channel", "helpdesk_merged_into_id", "Merged Conversations"
    )

    def helpdesk_get_panel(self):
        """Name the conversations that went into this one, where one may see them."""
        panel = super().helpdesk_get_panel()
        merged = (
            self.with_user(self.env.user)
            .sudo(False)
            .search([("helpdesk_merged_into_id", "=", self.id)])
        )
        panel["merged"] = [{"id": m.id, "name": m.display_name} for m in merged]
        return panel

    def _helpdesk_merge_customers(self, sources, target):
        """Give the conversations of some contacts to another one."""
        conversations = self.with_context(active_test=False).search(
            [
                ("channel_type", "=", "helpdesk"),
                ("helpdesk_partner_id", "in", (sources | target).ids),
                ("helpdesk_merged_into_id", "=", False),
            ],
            order="id",
        )
        key = ["messaging_inbox_id", "helpdesk_private_team_id"]
        for same in conversations.grouped(
            lambda c: tuple(c[name] for name in key)
        ).values():
            own = same.filtered(lambda c: c.helpdesk_partner_id == target)
            survivor = (own or same)[0]
            for merged in same - survivor:
                merged._helpdesk_merge_into(survivor)
        self._helpdesk_move_to_customer(sources, target)

    def _helpdesk_merge_into(self, survivor):
        """Step back for the conversation that goes on."""
        self.ensure_one()
        self.messaging_identity_ids.write({"conversation_id": survivor.id})
        open_case = self.helpdesk_ticket_id.filtered(lambda case: not case.closed)
        self.with_context(active_test=False).helpdesk_ticket_ids.write(
            {"conversation_id": survivor.id}
        )
        self.helpdesk_merged_ids.write({"helpdesk_merged_into_id": survivor.id})
        values = {}
        if open_case and (
            not survivor.helpdesk_ticket_id or survivor.helpdesk_ticket_id.closed
        ):
            values = self._prepare_current_case_values()
        if self.helpdesk_waiting_since and not survivor.helpdesk_waiting_since:
            values["helpdesk_waiting_since"] = self.helpdesk_waiting_since
        if not survivor.messaging_identity_id:
            values["messaging_identity_id"] = self.messaging_identity_id.id
        agent = open_case and self.helpdesk_agent_id
        self._helpdesk_remove_agents()
        self.write(
            {
                "helpdesk_merged_into_id": survivor.id,
                "helpdesk_ticket_id": False,
                # Nobody holds it any more, so the whole team reads what was said.
                "helpdesk_agent_id": False,
                "helpdesk_waiting_since": False,
                "messaging_identity_id": False,
            }
        )
        if values:
            survivor.write(values)
        if agent and survivor.helpdesk_agent_id == agent:
            survivor._helpdesk_add_agent(agent)

    def _prepare_current_case_values(self):
        return {
            "helpdesk_ticket_id": self.helpdesk_ticket_id.id,
            "helpdesk_team_id": self.helpdesk_team_id.id,
            "helpdesk_agent_id": self.helpdesk_agent_id.id,
        }

    def _helpdesk_move_to_customer(self, sources, target):
        """Move the conversations ourselves: core uses SQL and deletes on conflict.

        Identities, consents and cases have no such key, so core moves them.
        """
        conversations = self.with_context(active_test=False).search(
            [("helpdesk_partner_id", "in", sources.ids)]
        )
        conversations.write({"helpdesk_partner_id": target.id})
        self.env.flush_all()
