"""The one gate: nothing reaches the outbox, and nothing leaves it, except through here.

A refusal is a reason code, which is stored with a part, and a sentence for a person.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError

from .messaging_message_queue import BULK


@dataclass(frozen=True)
class Intent:
    """What somebody or something wants to send, as the gate judges it.

    :ivar identity: ``messaging.identity`` to write to, the chosen one.
    :ivar author_kind: ``agent`` or ``automatic``.
    :ivar template: ``messaging.template`` record; empty or None for free content.
    :ivar purpose: of the consent it needs, see ``messaging.consent``.
    :ivar user: ``res.users`` who wants it; None when nobody does.
    :ivar unasked: it answers nothing that the customer just did.
    :ivar bulk: one of many of a campaign.
    """

    identity: Any
    author_kind: str
    template: Any = None
    purpose: str = "service"
    user: Any = None
    unasked: bool = False
    bulk: bool = False


class MessagingGate(models.AbstractModel):
    _name = "messaging.gate"
    _description = "Gate of Outgoing Messages"

    # -- questions of the rest of the app ---------------------------------------------

    @api.model
    def _get_lock(self, conversation):
        """Return ``(code, sentence)`` why nobody can write now, or two empty strings.

        The service window is not part of it: the client knows when it ends and says so
        itself while time passes.
        """
        identity = conversation.messaging_identity_id
        case = conversation.helpdesk_ticket_id
        lock = self._get_address_refusal(identity) or self._get_account_refusal(
            identity
        )
        if lock:
            return lock
        if not case or case.closed:
            return (
                "case_closed",
                self.env._("This case is closed. Reopen it to write to the customer."),
            )
        return "", ""

    @api.model
    def _check_message(self, identity, author_kind, values):
        """Refuse a message before it is stored.

        :param dict values: what is posted: ``body``, ``attachment_ids``; fields of
            :class:`Intent` for other senders.
        :return: a :class:`Pass` for the context of who puts the parts into the outbox.
        :raise UserError: a sentence for the person who wants to send.
        """
        passed = self._pass(identity, author_kind, **self._get_policy(values))
        attachments = self.env["ir.attachment"].browse(
            values.get("attachment_ids") or []
        )
        self.env["messaging.message"]._build_parts(
            identity, values.get("body"), attachments
        )
        return passed

    @api.model
    def _check_part(self, identity, author_kind, part):
        """Refuse a part that is no message: a reaction.

        :param part: a ``gateway.outgoing`` part.
        :return: a :class:`Pass`.
        :raise UserError: a sentence for the person who wants to send.
        """
        passed = self._pass(identity, author_kind)
        self.env["messaging.message"]._check_sendable(identity, part)
        return passed

    @api.model
    def _pass(self, identity, author_kind, **policy):
        """Return a pass, or refuse.

        :param policy: other fields of :class:`Intent`.
        :raise UserError: the first reason against sending.
        """
        intent = Intent(identity, author_kind, **policy)
        refusal = self._find_refusal(intent)
        if refusal:
            self._refuse(*refusal)
        return self._make_pass(intent)

    @api.model
    def _pass_again(self, part):
        """Return a pass for a part that a person sends once more.

        :raise UserError: what it may not do now.
        """
        policy = self._get_policy(self._prepare_part_policy(part))
        return self._pass(part.identity_id, part.author_kind, **policy)

    def _prepare_part_policy(self, part):
        """Fields of :class:`Intent` that a stored part remembers."""
        return {"template": part.template_id, "bulk": part.priority >= BULK}

    @api.model
    def _recheck(self, part, opted_out):
        """Look again when a part is about to leave: the world may have changed.

        :param opted_out: what ``_get_opted_out_to_recheck`` said of these parts.
        :return: ``(code, sentence)``, or None when it may leave.
        """
        identity = part.identity_id
        if part.expires_at and part.expires_at <= fields.Datetime.now():
            return "expired", self.env._("It waited too long to be sent.")
        return (
            self._get_address_refusal(identity)
            or self._get_account_refusal(identity)
            or self._get_window_refusal(identity, part.template_name)
            or self._get_consent_recheck(part, opted_out)
        )

    @api.model
    def _get_opted_out_to_recheck(self, parts):
        """Return the customers of parts about to leave who opted out, in one query."""
        asking = parts.filtered(lambda part: part.author_kind != "agent")
        return self._get_opted_out(asking.identity_id, "service")

    def _get_consent_recheck(self, part, opted_out):
        if part.author_kind != "agent" and part.identity_id in opted_out:
            return self._get_opted_out_refusal()
        return None

    # -- the checks, in their order ---------------------------------------------------

    @api.model
    def _get_refusal(self, identity, author_kind, **policy):
        """Return ``(code, sentence)`` of the first reason against sending, or None.

        :param policy: other fields of :class:`Intent`.
        """
        return self._find_refusal(Intent(identity, author_kind, **policy))

    @api.model
    def _find_refusal(self, intent):
        for name in self._get_checks():
            if refusal := getattr(self, f"_check_{name}")(intent):
                return refusal
        return None

    @api.model
    def _get_checks(self):
        """Hook: names of checks in their order; ``_check_<name>(intent)`` returns
        ``(code, sentence)`` or None."""
        return ["address", "account", "window", "consent", "budget"]

    def _check_address(self, intent):
        return self._get_address_refusal(intent.identity)

    def _check_account(self, intent):
        return self._get_account_refusal(intent.identity)

    def _check_window(self, intent):
        return self._get_window_refusal(intent.identity, intent.template)

    def _check_consent(self, intent):
        return self._get_consent_refusal(
            intent.identity, intent.author_kind, intent.purpose
        )

    def _check_budget(self, intent):
        return self._get_budget_refusal(intent.identity, intent.author_kind)

    def _get_policy(self, values):
        names = ("template", "purpose", "user", "unasked", "bulk")
        return {name: values[name] for name in names if values.get(name)}

    def _get_address_refusal(self, identity):
        """Somebody to write to, who is not blocked and not of another world."""
        if not identity:
            return (
                "no_identity",
                self.env._("There is no address of this customer to write to."),
            )
        if identity.blocked:
            return "blocked", self.env._("This customer is blocked.")
        if not identity.address:
            return "no_address", self.env._("There is no address to send to.")
        if self._is_test_contact_elsewhere(identity):
            return (
                "no_address",
                self.env._("A test contact can only be written to on a test channel."),
            )
        return None

    def _is_test_contact_elsewhere(self, identity):
        return identity.partner_id.is_messaging_test and not identity.is_test

    def _get_account_refusal(self, identity):
        account = identity.account_id
        if account.state != "active" or not account.active:
            return (
                "account_stopped",
                self.env._(
                    "Sending is stopped for %(account)s: %(reason)s",
                    account=account.name,
                    reason=account.stop_reason or self.env._("it is archived"),
                ),
            )
        return None

    def _get_window_refusal(self, identity, template):
        """Free text only while the window of the chosen identity is open."""
        features = identity.account_id._get_features()
        if template or not features.window:
            return None
        if identity.window_end and fields.Datetime.now() < identity.window_end:
            return None
        if not identity.last_inbound_at:
            return (
                "window_closed",
                self.env._("The customer has not written on this channel yet."),
            )
        return (
            "window_closed",
            self.env._(
                "The customer wrote last more than %(hours)s hours ago. Now only an "
                "approved template can be sent.",
                hours=int(features.window.total_seconds() // 3600),
            ),
        )

    def _get_consent_refusal(self, identity, author_kind, purpose):
        """An agent may always answer; nothing else reaches who opted out of it."""
        if author_kind == "agent" and purpose == "service":
            return None
        if self._has_opted_out(identity, purpose):
            return self._get_opted_out_refusal()
        return None

    def _get_opted_out_refusal(self):
        return "opted_out", self.env._("The customer does not want such messages.")

    def _has_opted_out(self, identity, purpose):
        return bool(self._get_opted_out(identity, purpose))

    def _get_opted_out(self, identities, purpose):
        """Return those who opted out; the newest word of a customer counts."""
        if not identities:
            return identities
        consents = self.env["messaging.consent"].search(
            [("identity_id", "in", identities.ids), ("purpose", "=", purpose)]
        )
        newest = {}
        for consent in consents:
            newest.setdefault(consent.identity_id, consent)
        return identities.filtered(
            lambda identity: identity in newest and newest[identity].state == "out"
        )

    def _get_budget_refusal(self, identity, author_kind):
        """A hard stop for automatic messages: two bots must not talk for ever."""
        if author_kind != "automatic":
            return None
        since = fields.Datetime.now() - timedelta(days=1)
        [[sent]] = self.env["messaging.message"]._read_group(
            [
                ("identity_id", "=", identity.id),
                ("author_kind", "=", "automatic"),
                ("direction", "=", "out"),
                ("mail_message_id", "!=", False),
                ("create_date", ">", since),
            ],
            aggregates=["mail_message_id:count_distinct"],
        )
        if sent < self._get_automatic_cap(identity):
            return None
        return (
            "automatic_budget",
            self.env._("No more automatic messages to this customer today."),
        )

    def _get_automatic_cap(self, identity):
        """Hook: automatic messages to one customer in 24 hours."""
        return 20

    # -- refusing ---------------------------------------------------------------------

    @api.model
    def _refuse(self, code, sentence):
        """:raise UserError: with the reason code as ``gate_reason``."""
        error = UserError(sentence)
        error.gate_reason = code
        raise error
