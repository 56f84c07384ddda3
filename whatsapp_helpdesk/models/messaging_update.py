from odoo import fields, models

UPDATE_KINDS = [
    ("message", "Message"),
    ("status", "Status"),
    ("reaction", "Reaction"),
    ("edit", "Edit"),
    ("revoke", "Deletion"),
    ("echo", "Phone App Message"),
    ("identity", "Identity Change"),
    ("template", "Template"),
    ("account", "Account"),
    ("call", "Call"),
    ("consent", "Consent"),
    ("history", "History"),
    ("contact_sync", "Contact Sync"),
    ("group", "Group"),
    ("unsupported", "Unsupported"),
    ("unknown", "Unknown"),
    ("malformed", "Malformed"),
]


class MessagingUpdate(models.Model):
    """One thing inside a webhook body, with a processing state of its own.

    Its content is parsed again from the body when it is processed, so that a replay
    profits from a corrected parser.
    """

    _name = "messaging.update"
    _description = "Webhook Update"
    _order = "id desc"
    _rec_name = "key"

    event_id = fields.Many2one(
        "messaging.event", required=True, index=True, ondelete="cascade"
    )
    connection_id = fields.Many2one(
        "messaging.connection", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id")
    key = fields.Char(required=True)
    kind = fields.Selection(UPDATE_KINDS, required=True)
    account_ref = fields.Char("Account ID")
    account_id = fields.Many2one("messaging.account", index="btree_not_null")
    external_ref = fields.Char(
        help="External id of the message a waiting status belongs to."
    )
    partition = fields.Integer(required=True, default=0)
    occurred_at = fields.Datetime(help="Provider time.")
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("done", "Done"),
            ("waiting", "Waiting for its Message"),
            ("parked", "Parked"),
            ("ignored", "Ignored"),
        ],
        required=True,
        default="pending",
    )
    attempts = fields.Integer(default=0)
    next_try_at = fields.Datetime()
    error = fields.Text(help="What went wrong, without secrets.")
    mail_message_id = fields.Many2one(
        "mail.message", index="btree_not_null", ondelete="set null"
    )

    _connection_key_unique = models.Constraint(
        "UNIQUE(connection_id, key)", "This update was already received."
    )
    _state_partition = models.Index("(state, partition, id)")
    _waiting_ref = models.Index("(account_id, external_ref) WHERE state = 'waiting'")

    def action_replay(self):
        """Process again whatever did not finish; finished updates are skipped."""
        self.check_access("write")
        waiting = self.filtered(lambda u: u.state not in ("done", "pending"))
        waiting.write({"state": "pending", "attempts": 0, "next_try_at": False})
