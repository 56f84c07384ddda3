"""Templates of an account, fetched daily and whenever somebody asks."""

import logging
from datetime import timedelta

from odoo import api, fields, models

from ..gateway.errors import GatewayError

_logger = logging.getLogger(__name__)

#: Accounts asked between two commits; when they are asked again.
BATCH = 5
INTERVAL = timedelta(hours=24)
AFTER_FAILURE = timedelta(hours=1)


class MessagingAccount(models.Model):
    _inherit = "messaging.account"

    template_ids = fields.One2many("messaging.template", "account_id", "Templates")
    template_count = fields.Integer(compute="_compute_template_count")
    has_templates = fields.Boolean(compute="_compute_has_templates")
    has_template_list = fields.Boolean(compute="_compute_has_templates")
    templates_at = fields.Datetime("Templates Fetched", readonly=True, copy=False)
    templates_due_at = fields.Datetime(readonly=True, copy=False)
    templates_error = fields.Char(readonly=True, copy=False)

    @api.depends("template_ids")
    def _compute_template_count(self):
        counts = dict(
            self.env["messaging.template"]._read_group(
                [("account_id", "in", self.ids)], ["account_id"], ["__count"]
            )
        )
        for account in self:
            account.template_count = counts.get(account, 0)

    @api.depends("connection_id.channel")
    def _compute_has_templates(self):
        for account in self:
            features = account.connection_id and account._get_features()
            account.has_templates = bool(features and features.templates)
            account.has_template_list = bool(features and features.template_list)

    def action_open_templates(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "whatsapp_helpdesk.action_messaging_template"
        )
        return {
            **action,
            "domain": [("account_id", "=", self.id)],
            "context": {"default_account_id": self.id},
        }

    # -- asked by a person -----------------------------------------------------------

    def action_fetch_templates(self):
        """Fetch now, while the person waits."""
        self.check_access("write")
        accounts = self.filtered("has_template_list")
        counts = [0, 0, 0]
        for account in accounts:
            asked_at = fields.Datetime.now()
            definitions = self.env["messaging.network"]._call_for_person(
                account, "list_templates"
            )
            found = account._keep_templates(definitions, asked_at)
            counts = [sum(pair) for pair in zip(counts, found, strict=True)]
        return self._notify_templates(accounts, counts)

    def _notify_templates(self, accounts, counts):
        if not accounts:
            message = self.env._("These accounts keep no templates at a provider.")
        else:
            message = self.env._(
                "Templates: %(added)s new, %(changed)s changed, %(gone)s archived.",
                added=counts[0],
                changed=counts[1],
                gone=counts[2],
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success" if accounts else "warning",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _keep_templates(self, definitions, asked_at=None):
        """Store a list of the provider.

        :param asked_at: when it was asked for; what was handed in later is not in it.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        account_sudo = self.sudo()  # sudo: messaging.account - times of the system
        account_sudo.write(
            {
                "templates_at": now,
                "templates_due_at": now + INTERVAL,
                "templates_error": False,
            }
        )
        return self.env["messaging.template"]._store_definitions(
            self, definitions, asked_at
        )

    # -- by itself -------------------------------------------------------------------

    def _ask_for_templates(self):
        """Have them fetched in a moment."""
        # sudo: messaging.account, ir.cron - news of the provider, no user asks
        self.sudo().write({"templates_due_at": False})
        self.env.ref("whatsapp_helpdesk.cron_template_sync").sudo()._wake_once()

    @api.model
    def _get_templates_due_domain(self):
        return [
            ("state", "=", "active"),
            "|",
            ("templates_due_at", "=", False),
            ("templates_due_at", "<=", fields.Datetime.now()),
        ]

    @api.model
    def _cron_fetch_templates(self):
        """Ask for the templates of a few accounts at a time, outside a transaction."""
        asker = self.sudo()  # sudo: a job has no user
        while accounts := asker.search(self._get_templates_due_domain(), limit=BATCH):
            # Claimed: another run passes over them, and a crash is tried again.
            accounts.templates_due_at = fields.Datetime.now() + AFTER_FAILURE
            asked = accounts.filtered("has_template_list")
            (accounts - asked).templates_due_at = fields.Datetime.now() + INTERVAL
            providers = {account.id: account._get_template_asker() for account in asked}
            asked_at = fields.Datetime.now()
            self.env["ir.cron"]._commit_progress(len(accounts - asked))
            answers = {key: _list_templates(one) for key, one in providers.items()}
            for account in asked.exists():
                account._take_template_answer(answers[account.id], asked_at)
            if self.env["ir.cron"]._commit_progress(len(asked)) <= 0:
                # Else it would count as done, and the others wait for an hour.
                self.env["ir.cron"]._commit_progress(remaining=1)
                return

    def _get_template_asker(self):
        """Return the provider, or the error of an account that is set up wrong."""
        try:
            return self._get_provider()
        except GatewayError as error:
            return error

    def _take_template_answer(self, answer, asked_at=None):
        self.ensure_one()
        if isinstance(answer, GatewayError):
            self.templates_error = self.env["messaging.network"]._get_failure_text(
                answer
            )
            return
        self._keep_templates(answer, asked_at)


def _list_templates(provider):
    if isinstance(provider, GatewayError):
        return provider
    try:
        return provider.list_templates()
    except GatewayError as error:
        return error
    except Exception as error:  # noqa: BLE001 - one account stops no other
        _logger.error("Templates not read: %s", type(error).__name__)  # noqa: TRY400
        return GatewayError("unknown")
