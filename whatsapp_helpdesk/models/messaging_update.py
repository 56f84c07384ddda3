from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

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
#: Customers are spread over this many queues; one worker at a time serves a queue, so
#: what one customer sends stays in order.
PARTITIONS = 64
#: Workers we ship. Whoever needs another one copies its record.
WORKERS = 4
#: How long a status waits for the message it belongs to.
KEEP_WAITING = timedelta(days=7)


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
    occurred_at = fields.Datetime(
        help="Provider time, corrected when it cannot be true."
    )
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("done", "Done"),
            ("waiting", "Waiting for Its Message"),
            ("parked", "Parked"),
            ("ignored", "Ignored"),
        ],
        required=True,
        default="pending",
    )
    attempts = fields.Integer(default=0)
    next_try_at = fields.Datetime(
        help="When a parked update is tried again; empty: when a person replays it."
    )
    reason = fields.Char(help="Why it was ignored, waits or is parked.")
    error = fields.Text(help="What went wrong, without secrets.")
    mail_message_id = fields.Many2one(
        "mail.message", index="btree_not_null", ondelete="set null"
    )

    _connection_key_unique = models.Constraint(
        "UNIQUE(connection_id, key)", "This update was already received."
    )
    _state_partition = models.Index("(state, partition, id)")
    _waiting_ref = models.Index("(account_id, external_ref) WHERE state = 'waiting'")
    _retry = models.Index(
        "(next_try_at) WHERE state IN ('parked', 'waiting') AND next_try_at IS NOT NULL"
    )

    def action_replay(self):
        """Process parked, waiting and ignored updates again; finished ones stay.

        :raise UserError: when there is nothing to replay.
        """
        self._check_may_replay()
        again = self.filtered(lambda u: u.state in ("parked", "waiting", "ignored"))
        if not again:
            raise UserError(self.env._("These updates are finished already."))
        again_sudo = again.sudo()  # sudo: messaging.update - managers only replay them
        again_sudo.write(self._prepare_replay_values())
        self._wake_workers()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s updates are processed again, %(skipped)s were already "
                    "finished.",
                    count=len(again),
                    skipped=len(self) - len(again),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_may_replay(self):
        """:raise AccessError: for all but helpdesk managers and administrators."""
        self.check_access("read")
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            self.check_access("write")

    @api.model
    def _prepare_replay_values(self):
        return {
            "state": "pending",
            "attempts": 0,
            "next_try_at": False,
            "reason": False,
            "error": False,
        }

    @api.autovacuum
    def _gc_waiting(self):
        """Give up on updates whose message never came, sent by another app perhaps."""
        old = fields.Datetime.now() - KEEP_WAITING
        waiting = self.search([("state", "=", "waiting"), ("create_date", "<", old)])
        waiting.write(
            {
                "state": "ignored",
                "next_try_at": False,
                "reason": self.env._("The message it is about never came."),
            }
        )

    @api.model
    def _release_waiting(self, account, external_ids):
        """Let updates go on that waited for messages which are known now."""
        external_ids = [value for value in external_ids if value]
        if not external_ids:
            return
        waiting = self.search(
            [
                ("state", "=", "waiting"),
                ("account_id", "in", account.ids),
                ("external_ref", "in", external_ids),
            ]
        )
        if waiting:
            waiting.write(self._prepare_replay_values())
            self._wake_workers()

    @api.model
    def _wake_workers(self):
        """Start every job that processes updates."""
        # sudo: ir.cron - webhooks and replaying users may start the workers
        self.env["ir.cron"].sudo().browse(self._get_worker_ids())._wake_once()

    @api.model
    @tools.ormcache()
    def _get_worker_ids(self):
        """Return the active jobs that process updates, copies of ours included.

        From memory: every delivery asks. ``ir.cron`` forgets it when a job changes.
        """
        # sudo: ir.cron - as above
        jobs = self.env["ir.cron"].sudo()
        domain = [
            ("model_id.model", "=", self._name),
            ("code", "like", "_cron_process"),
        ]
        return tuple(jobs.search(domain, order="id").ids)
