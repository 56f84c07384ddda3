from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    conversation_id = fields.Many2one(
        "discuss.channel",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        help="Where this case is talked about with the customer.",
    )
    messaging_account_id = fields.Many2one(
        "messaging.account", index="btree_not_null", ondelete="restrict", copy=False
    )
    messaging_identity_id = fields.Many2one(
        "messaging.identity", ondelete="restrict", copy=False
    )
    is_private = fields.Boolean(
        related="team_id.is_private",
        store=True,
        help="Belongs to a private team: only its members and leader see it.",
    )
    is_test = fields.Boolean(
        copy=False, help="From a test channel, left out of figures."
    )
    customer_language = fields.Char(copy=False)
    last_customer_message_at = fields.Datetime(copy=False, index=True)
    last_agent_message_at = fields.Datetime(copy=False)
    first_response_at = fields.Datetime(
        copy=False, help="First answer of a person; automatic messages do not count."
    )
    waiting_on = fields.Selection(
        [("agent", "Agent"), ("customer", "Customer")], copy=False
    )
    waiting_since = fields.Datetime(
        copy=False, help="First unanswered message of the customer."
    )
    reopen_count = fields.Integer(copy=False)
    first_closed_at = fields.Datetime(copy=False)

    _partner_id_idx = models.Index("(partner_id)")
    _number_idx = models.Index("(number)")
    _company_create_date_idx = models.Index("(company_id, create_date)")
    _closed_date_idx = models.Index("(closed_date)")
    _channel_id_idx = models.Index("(channel_id)")
    _category_id_idx = models.Index("(category_id)")
    _duplicate_id_idx = models.Index("(duplicate_id)")

    @api.model
    def _get_closed_states_domain(self):
        return [("stage_id.closed", "=", True)]
