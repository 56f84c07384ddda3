"""The one gate: nothing reaches the outbox, and nothing leaves it, except through here.

A refusal is a reason code, which is stored with a part, and a sentence for a person.
Each concern has a file ``messaging_gate_<concern>.py``.
"""

from dataclasses import dataclass
from typing import Any

from odoo import api, models
from odoo.exceptions import UserError

from .messaging_message_queue import BULK


@dataclass(frozen=True)
class Intent:
    """What somebody or something wants to send, as the gate judges it.

    :ivar identity: ``messaging.identity`` to write to, the chosen one.
    :ivar author_kind: ``agent`` or ``automatic``.
    :ivar template: ``messaging.template`` record; empty or None for free content.
    :ivar purpose: of the consent it needs, see ``messaging.gate._get_purpose``.
    :ivar user: ``res.users`` who wants it; None when nobody does.
    :ivar unasked: it answers nothing that the customer just did.
    :ivar bulk: one of many of a campaign.
    :ivar personal: it tells something about the customer that was said or done before.
    """

    identity: Any
    author_kind: str
    template: Any = None
    purpose: str = "service"
    user: Any = None
    unasked: bool = False
    bulk: bool = False
    personal: bool = False


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
            return self._because("case_closed")
        return "", ""

    @api.model
    def _check_message(self, identity, author_kind, values):
        """Refuse a message before it is stored.

        :param dict values: what is posted: ``body``, ``attachment_ids``; fields of
            :class:`Intent` for other senders.
        :return: a ``Pass`` for the context of who puts the parts into the outbox.
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
        :return: a ``Pass``.
        :raise UserError: a sentence for the person who wants to send.
        """
        passed = self._pass(identity, author_kind)
        self.env["messaging.message"]._check_sendable(identity, part)
        return passed

    @api.model
    def _pass(self, identity, author_kind, **policy):
        """Return a ``Pass``, or refuse.

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
        """Return a ``Pass`` for a part that a person sends once more.

        :raise UserError: why it may not leave now.
        """
        policy = self._prepare_part_policy(part)
        return self._pass(part.identity_id, part.author_kind, **policy)

    def _prepare_part_policy(self, part):
        """Fields of :class:`Intent` that a stored part remembers.

        What an agent sent unasked needed another consent than an answer: it does again.
        """
        purpose = part.consent_purpose or "service"
        return {
            "template": part.template_id,
            "bulk": part.priority >= BULK,
            "purpose": purpose,
            "unasked": part.author_kind == "agent" and purpose != "service",
            "personal": part.is_personal,
        }

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
        return [
            "address",
            "account",
            "author",
            "template",
            "window",
            "consent",
            "opt_in",
            "marketing_hold",
            "portfolio_limit",
            "budget",
            "quiet_hours",
        ]

    def _get_policy(self, values):
        names = ("template", "purpose", "user", "unasked", "bulk", "personal")
        return {name: values[name] for name in names if values.get(name)}

    # -- who and from where -----------------------------------------------------------

    def _check_address(self, intent):
        return self._get_address_refusal(intent.identity)

    def _check_account(self, intent):
        return self._get_account_refusal(intent.identity)

    def _check_author(self, intent):
        return self._get_author_refusal(intent.identity, intent.author_kind)

    def _get_author_refusal(self, identity, author_kind):
        """Nothing that no person wrote, where automatic messages are switched off."""
        if author_kind == "automatic" and not identity.account_id.automatic_answers:
            return self._because("automatic_off")
        return None

    def _get_address_refusal(self, identity):
        """Somebody to write to, who is not blocked and not of another world."""
        if not identity:
            return self._because("no_identity")
        if identity.blocked:
            return self._because("blocked")
        if not identity.address:
            return self._because("no_address")
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

    # -- refusing ---------------------------------------------------------------------

    @api.model
    def _refuse(self, code, sentence):
        """:raise UserError: with the reason code as ``gate_reason``."""
        error = UserError(sentence)
        error.gate_reason = code
        raise error
