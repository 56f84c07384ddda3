"""From a gateway update to records: one small method per kind of update.

``_handle_<kind>`` gets an :class:`Inbound` and returns an :class:`Outcome`. They are
spread over files by concern; another addon extends or replaces any of them.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from odoo import api, fields, models

from ..gateway.updates import Update
from ..gateway.window import clamp, is_late, naive_utc

#: The client shows this type as a mark in the conversation, not as somebody's line.
GAP_MARKER = Markup(
    '<div class="o_mail_notification" data-oe-type="helpdesk_gap">%s</div>'
)


@dataclass(frozen=True)
class Inbound:
    """An update on its way in, with what every handler needs.

    :ivar update: ``messaging.update`` record.
    :ivar parsed: the gateway's update.
    :ivar account: ``messaging.account`` it belongs to; empty for some kinds.
    :ivar occurred_at: believable provider time, naive UTC.
    :ivar late: too old for an automatic answer.
    :ivar batch: the :class:`Batch` it is handled in.
    """

    update: Any
    parsed: Update
    account: Any
    occurred_at: datetime
    late: bool = False
    batch: Any = None


@dataclass(frozen=True)
class Outcome:
    """How an update ended. ``reason`` says why, unless it is simply done."""

    state: str
    reason: str = ""
    message: Any = None  # mail.message
    account: Any = None


@dataclass(frozen=True)
class Stored:
    """A message of a customer that was stored.

    :ivar ctx: the :class:`Inbound` it came with.
    :ivar opened: it opened or reopened its case.
    :ivar consumer: who consumed it, "" when it is a plain real message.
    """

    ctx: Inbound
    identity: Any
    conversation: Any
    case: Any
    message: Any
    opened: bool = False
    consumer: str = ""


@dataclass(frozen=True)
class Post:
    """A message of a customer that is ready to be stored.

    :ivar values: of ``discuss.channel._helpdesk_post_inbound``.
    """

    ctx: Inbound
    identity: Any
    conversation: Any
    case: Any
    opened: bool
    consumer: str
    values: dict


@dataclass
class Batch:
    """Updates handled in one transaction, and what their handling shares.

    :ivar together: messages may wait to be stored with others.
    :ivar stored: the :class:`Stored` messages in order.
    :ivar waiting: the :class:`Post` values that wait, in order.
    :ivar waiting_ids: (account, external id) of those.
    :ivar new_ids: (account, external id) that are certainly not stored yet.
    :ivar accounts: accounts by what an update says about them.
    :ivar identities: known customers by (scope, kind, value) of their addresses.
    :ivar opened: the case that was opened beforehand for a customer's first update.
    :ivar erased: when persons of this batch were erased, by hash; None: not asked.
    :ivar statuses: (part, gateway update) of the statuses that were applied, in order.
    :ivar codes: a typed code by the id of its update; nothing else has it any more.
    :ivar answers: what is said to a message about a proof, by the message's id.
    """

    together: bool = False
    stored: list[Stored] = field(default_factory=list)
    waiting: list[Post] = field(default_factory=list)
    waiting_ids: set = field(default_factory=set)
    new_ids: set = field(default_factory=set)
    accounts: dict = field(default_factory=dict)
    identities: dict = field(default_factory=dict)
    opened: dict = field(default_factory=dict)
    erased: dict | None = None
    statuses: list = field(default_factory=list)
    codes: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)


class MessagingInbound(models.AbstractModel):
    _name = "messaging.inbound"
    _description = "Handling of Webhook Updates"

    # -- outcomes ---------------------------------------------------------------------

    @api.model
    def _done(self, ctx, message=None, reason=""):
        return Outcome("done", reason, message, ctx.account)

    @api.model
    def _ignored(self, ctx, reason):
        return Outcome("ignored", reason, None, ctx.account)

    @api.model
    def _waiting(self, ctx, reason):
        """What it is about is not known yet; tried again when it becomes known."""
        return Outcome("waiting", reason, None, ctx.account)

    @api.model
    def _parked(self, reason):
        return Outcome("parked", reason)

    # -- dispatch ---------------------------------------------------------------------

    @api.model
    def _handle(self, update, parsed, batch=None):
        """Handle one update.

        :param update: ``messaging.update`` record.
        :param parsed: the gateway's update, or None when the body has none any more.
        :param batch: the ``Batch`` it belongs to.
        :return: an :class:`Outcome`.
        """
        if parsed is None:
            return self._parked(
                self.env._("The stored body no longer contains this update.")
            )
        batch = batch or Batch()
        account = self._get_account(update.connection_id, parsed, batch)
        kind = parsed.kind.value
        if not account and kind in self._get_kinds_of_one_account():
            return self._park_without_account(update, parsed)
        if account and not account.active:
            return self._parked(self.env._("The account is archived."))
        handler = self._for_account(account or update.connection_id, account)
        ctx = handler._prepare_inbound(update, parsed, account, batch)
        return getattr(handler, f"_handle_{kind}")(ctx)

    @api.model
    def _for_account(self, owner, account):
        """Return the handler that works in the company and language of an account.

        :param owner: account, or connection, whose company it is.
        """
        return self.with_company(owner.company_id).with_context(
            lang=self._get_language(account)
        )

    @api.model
    def _get_language(self, account):
        """Return the account's language, unless it was switched off since.

        Odoo refuses to work in a language that is not active, and a message must not
        wait for somebody to correct a setting.
        """
        installed = dict(self.env["res.lang"].get_installed())
        if account.language in installed:
            return account.language
        return self._get_default_language()

    @api.model
    def _get_default_language(self):
        return self.env.context.get("lang") or self.env.user.lang

    @api.model
    def _get_kinds_of_one_account(self):
        """Kinds that mean nothing without knowing the account they came to."""
        return {
            "message",
            "status",
            "reaction",
            "edit",
            "revoke",
            "echo",
            "identity",
            "call",
            "consent",
            "unsupported",
        }

    @api.model
    def _prepare_inbound(self, update, parsed, account, batch):
        received = update.event_id.received_at
        occurred = clamp(parsed.timestamp, received, self._get_first_possible())
        return Inbound(
            update=update,
            parsed=parsed,
            account=account.with_env(self.env),
            occurred_at=naive_utc(occurred),
            late=is_late(occurred, fields.Datetime.now()),
            batch=batch,
        )

    @api.model
    def _get_first_possible(self):
        """Hook: before this moment no provider had anything to report."""
        return datetime(2009, 1, 1)

    @api.model
    def _note_gap(self, update, parsed):
        """Mark the place of a parked message in the customer's conversation."""
        if parsed is None or update.kind not in ("message", "unsupported", "echo"):
            return
        account = self._find_account(update.connection_id, parsed)
        self = self.with_context(lang=self._get_language(account))
        identity = self.env["messaging.identity"]._find(account, parsed.addresses)
        if identity.conversation_id:
            text = self.env._(
                "A message of the customer is missing here because of an error. It "
                "is tried again and then shown below."
            )
            identity.conversation_id._messaging_note(GAP_MARKER % text)

    @api.model
    def _finish_batch(self, batch):
        """Hook: what follows from all that a batch handled, see `_after_batch`."""
        if batch.stored:
            self._after_batch(batch.stored)

    @api.model
    def _after_batch(self, stored):
        """Hook: once for each batch, in its transaction, after messages were stored.

        An error undoes the batch, which is then handled update by update; there the
        hook gets one message at a time, and an error is only logged: what follows from
        a message never costs the message.

        :param list stored: :class:`Stored` values in order, never empty.
        """

    # -- account ----------------------------------------------------------------------

    @api.model
    def _get_account(self, connection, parsed, batch):
        """Return the account of an update, looked up once for each batch."""
        key = (connection.id, parsed.account, parsed.account_address)
        if key not in batch.accounts:
            batch.accounts[key] = self._find_account(connection, parsed)
        return batch.accounts[key]

    @api.model
    def _find_account(self, connection, parsed):
        """Return the account an update names; never another one."""
        accounts = self.env["messaging.account"].with_context(active_test=False)
        domain = [("connection_id", "=", connection.id)]
        if parsed.account:
            return accounts.search([*domain, ("external_id", "=", parsed.account)])
        if not parsed.account_address:
            return self._find_only_account(connection)
        number = _digits(parsed.account_address)
        return accounts.search(domain).filtered(
            lambda account: number and _digits(account.display_address) == number
        )[:1]

    @api.model
    def _find_only_account(self, connection):
        """Return the account of a connection whose deliveries name none."""
        accounts = self.env["messaging.account"].with_context(active_test=False)
        if not connection._get_provider_class().features.single_account:
            return accounts
        found = accounts.search([("connection_id", "=", connection.id)])
        found = found.filtered("active") or found
        return found if len(found) == 1 else accounts

    @api.model
    def _park_without_account(self, update, parsed):
        """Keep an update for a number that is not set up, and tell somebody once."""
        if not parsed.account and not parsed.account_address:
            return self._parked(self.env._("It names no account."))
        known = self.env["messaging.update"].search_count(
            [
                ("connection_id", "=", update.connection_id.id),
                ("account_ref", "=", parsed.account or False),
                ("state", "=", "parked"),
                ("attempts", ">", 0),
            ],
            limit=1,
        )
        if not known:
            self._alert_unknown_account(update.connection_id, parsed)
        return self._parked(
            self.env._("Unknown account: no number of ours has its ID.")
        )

    @api.model
    def _alert_unknown_account(self, connection, parsed):
        user = self.env["messaging.account"]._get_administrator(connection.company_id)
        self = self.with_context(lang=user.lang)
        self._alert(
            connection.company_id,
            self.env._("Messages arrive for a number that is not set up"),
            self.env._(
                "%(connection)s receives messages for account %(account)s. Add an "
                "account with this ID, then replay the parked updates.",
                connection=connection.name,
                account=parsed.account or parsed.account_address,
            ),
        )

    @api.model
    def _alert(self, company, summary, note):
        """Give an administrator something to do, without an email."""
        user = self.env["messaging.account"]._get_administrator(company)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            {
                "activity_type_id": self.env.ref("mail.mail_activity_data_warning").id,
                "summary": summary,
                "note": note,
                "user_id": user.id,
            }
        )


def _digits(address):
    return "".join(char for char in address or "" if char.isdigit())
