from odoo import api, fields, models
from odoo.tools import SQL


class DiscussChannel(models.Model):
    """The conversation of one customer in one inbox.

    It lasts for years and has many cases (tickets) over time. Agents are members only
    while they hold an open case; everybody else sees it through record rules.
    """

    _inherit = "discuss.channel"

    channel_type = fields.Selection(
        selection_add=[("helpdesk", "Customer Conversation")],
        # The uninstall hook turns conversations into ordinary channels first, so that
        # nothing is left for this policy to delete.
        ondelete={"helpdesk": "set default"},
    )
    messaging_inbox_id = fields.Many2one(
        "messaging.inbox", index="btree_not_null", ondelete="restrict"
    )
    messaging_identity_id = fields.Many2one(
        "messaging.identity",
        "Current Identity",
        ondelete="restrict",
        help="Where the customer wrote last; answers go there.",
    )
    messaging_identity_ids = fields.One2many("messaging.identity", "conversation_id")
    helpdesk_partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="restrict"
    )
    helpdesk_private_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        "Private Team",
        index="btree_not_null",
        ondelete="restrict",
        help="The private team this conversation belongs to alone.",
    )
    helpdesk_is_private = fields.Boolean(
        compute="_compute_helpdesk_is_private", store=True
    )
    helpdesk_company_id = fields.Many2one(
        "res.company",
        "Inbox Company",
        related="messaging_inbox_id.company_id",
        store=True,
        index=True,
    )
    helpdesk_sales_readable = fields.Boolean(
        help="The account lets the contact's salesperson read along."
    )
    helpdesk_ticket_id = fields.Many2one(
        "helpdesk.ticket",
        "Current Case",
        index="btree_not_null",
        ondelete="set null",
        help="The open case, or the last one when all are closed.",
    )
    helpdesk_ticket_ids = fields.One2many("helpdesk.ticket", "conversation_id")
    helpdesk_team_id = fields.Many2one(
        "helpdesk.ticket.team", "Team", index="btree_not_null", ondelete="set null"
    )
    helpdesk_agent_id = fields.Many2one(
        "res.users", "Agent", index="btree_not_null", ondelete="set null"
    )
    helpdesk_waiting_since = fields.Datetime(
        "Waiting Since",
        help="First message of the customer that nobody answered yet.",
    )
    helpdesk_merged_into_id = fields.Many2one(
        "discuss.channel", index="btree_not_null", ondelete="restrict"
    )

    _helpdesk_one_per_customer = models.UniqueIndex(
        "(messaging_inbox_id, helpdesk_partner_id, "
        "COALESCE(helpdesk_private_team_id, 0))"
        " WHERE channel_type = 'helpdesk' AND helpdesk_merged_into_id IS NULL"
    )
    _helpdesk_complete = models.Constraint(
        "CHECK(channel_type != 'helpdesk' OR "
        "(messaging_inbox_id IS NOT NULL AND helpdesk_partner_id IS NOT NULL))",
        "A customer conversation needs an inbox and a customer.",
    )

    @api.depends("helpdesk_private_team_id")
    def _compute_helpdesk_is_private(self):
        for channel in self:
            channel.helpdesk_is_private = bool(channel.helpdesk_private_team_id)

    @property
    def is_helpdesk(self):
        """Whether this record is a customer conversation."""
        return self.channel_type == "helpdesk"

    @api.model
    def _get_or_create_conversation(self, inbox, partner, private_team=None):
        """Return the one conversation of a customer in an inbox.

        A unique index decides when two deliveries meet: the loser's transaction is
        retried by the worker and finds the winner's row.
        """
        team = private_team or self.env["helpdesk.ticket.team"]
        conversation = self.search(
            [
                ("channel_type", "=", "helpdesk"),
                ("messaging_inbox_id", "=", inbox.id),
                ("helpdesk_partner_id", "=", partner.id),
                ("helpdesk_private_team_id", "=", team.id),
                ("helpdesk_merged_into_id", "=", False),
            ],
            limit=1,
        )
        return conversation or self._create_conversations(
            [self._prepare_conversation_values(inbox, partner, team)]
        )

    @api.model
    def _create_conversations(self, vals_list):
        """Create without members: ``install_mode`` keeps the current user out."""
        return self.with_context(install_mode=True).create(vals_list).with_env(self.env)

    def _prepare_conversation_values(self, inbox, partner, team):
        return {
            "channel_type": "helpdesk",
            "name": partner.name or self.env._("Customer"),
            "messaging_inbox_id": inbox.id,
            "helpdesk_partner_id": partner.id,
            "helpdesk_private_team_id": team.id,
        }

    def _helpdesk_lock_row(self):
        """Take the conversation's row, so that assignments do not race."""
        self.env.cr.execute(
            SQL(
                "SELECT id FROM discuss_channel WHERE id IN %s ORDER BY id "
                "FOR NO KEY UPDATE",
                tuple(self.ids),
            )
        )

    def action_open_conversation(self):
        """Open Discuss with this conversation."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "mail.action_discuss",
            "name": self.display_name,
            "params": {"active_id": f"discuss.channel_{self.id}"},
            "context": {"active_id": f"discuss.channel_{self.id}"},
        }
