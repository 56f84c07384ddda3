"""One arbiter decides what is said automatically: at most one message per burst.

A feature that answers by itself overrides ``_get_candidates`` and adds a
:class:`Candidate`; it never posts. The arbiter composes, keeps the limits, watches for
other programs and posts through the one gate, in the transaction of what it answers.
"""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import psycopg2
from markupsafe import Markup

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..gateway import bots
from ..gateway.outgoing import Part
from ..gateway.redact import redact_traceback

_logger = logging.getLogger(__name__)

#: What goes first in a composed message, and wins where only one can be sent.
PRIORITY = {
    "flow": 10,
    "greeting": 20,
    "out_of_hours": 30,
    "promise": 40,
    "waiting": 50,
}
#: What the customer adds so soon after an automatic message belongs to the same burst.
BURST = timedelta(seconds=30)
#: Automatic messages to one customer, after which the talk is looked at.
TRUSTED = 2


@dataclass(frozen=True)
class Burst:
    """What one customer wrote at once.

    :ivar stored: ``Stored`` messages that may be answered, in order; empty when
        something is said that answers nothing.
    """

    identity: Any
    conversation: Any
    case: Any
    stored: tuple = ()

    @property
    def unasked(self):
        """Whether something is said that answers nothing."""
        return not self.stored

    @property
    def opened(self):
        """Whether it started a new case; one that is opened again is no new one."""
        return any(s.opened and not s.case.reopen_count for s in self.stored)

    def per_case(self):
        """Scope of what is said once while a case lasts."""
        return f"case:{self.case.id}"

    def per_period(self, name):
        """Scope of what is said once to this customer in a period that has a name."""
        return f"conversation:{self.conversation.id}:{name}"


@dataclass(frozen=True, eq=False)
class Fallback:
    """A template for a closed window.

    :ivar template: ``messaging.template`` record.
    :ivar values: texts by the key of their variable.
    """

    template: Any
    values: dict


@dataclass(frozen=True)
class Candidate:
    """What a feature would like to say.

    :ivar kind: value of ``messaging.automatic.kind``; one candidate of a kind.
    :ivar priority: lower goes first, see ``PRIORITY``.
    :ivar text: plain text in the customer's language, complete without a part.
    :ivar part: the same with buttons or a list, a ``gateway.outgoing`` part with a
        ``body``; sent where the channel has it.
    :ivar once_per: scope in which the kind is said once, see ``Burst``; "" is none.
    :ivar joins: whether it shares a message with others.
    :ivar replies: it answers what the customer just did (a step, a stop word), so it
        may follow another automatic message at once.
    :ivar fallback: what is sent instead when the window is closed.
    :ivar personal: it tells something about the customer that was said or done before;
        not said while it is uncertain who reads it.
    """

    kind: str
    priority: int
    text: str
    part: Part | None = None
    once_per: str = ""
    joins: bool = True
    replies: bool = False
    fallback: Fallback | None = None
    personal: bool = False


class MessagingArbiter(models.AbstractModel):
    _name = "messaging.arbiter"
    _description = "Arbiter of Automatic Messages"

    # -- what features use ------------------------------------------------------------

    @api.model
    def _get_candidates(self, burst):
        """Hook: what could be said to a burst; ``self.env.lang`` is the customer's.

        :return: list of :class:`Candidate`.
        """
        candidates = []
        if greeting := self._get_greeting(burst):
            candidates.append(greeting)
        return candidates

    @api.model
    def _answer(self, stored):
        """Answer the messages of a batch; what goes wrong here costs no message.

        :param list stored: ``Stored`` values of ``messaging.inbound``, in order.
        """
        for burst in self._get_bursts(stored):
            if candidates := self._collect(burst):
                self._safely(self._say, burst, candidates)

    @api.model
    def _tell(self, conversation, candidate, case=None):
        """Say something that answers nothing: a survey, a warning.

        :param Candidate candidate: its text in ``_get_language`` of the burst.
        :return: the message, empty when it must not be sent.
        """
        # sudo: messaging.automatic, messaging.message - whoever made it happen
        self, conversation = self.sudo(), conversation.sudo()
        burst = Burst(
            conversation.messaging_identity_id,
            conversation,
            case or conversation.helpdesk_ticket_id,
        )
        if not burst.identity.account_id.automatic_answers:
            return self.env["mail.message"]
        return self._safely(self._say, burst, [candidate]) or self.env["mail.message"]

    @api.model
    def _get_language(self, identity):
        """Return the customer's language: as they wrote, of the contact, the account's.

        One that is not installed gives way to a sister (``ar`` to ``ar_001``) or to the
        next one.
        """
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        for wanted in (
            identity.language,
            identity.partner_id.lang,
            identity.account_id.language,
            self.env.user.lang,
        ):
            wanted = (wanted or "").replace("-", "_")
            sisters = [c for c in installed if c.split("_")[0] == wanted.split("_")[0]]
            if wanted in installed:
                return wanted
            if sisters:
                return sisters[0]
        return installed[0]

    # -- greeting, the first user -----------------------------------------------------

    @api.model
    def _get_greeting(self, burst):
        """Return a greeting for who starts a new case, or None."""
        account = burst.identity.account_id
        if not burst.opened or not account.greeting_enabled:
            return None
        return Candidate(
            kind="greeting",
            priority=PRIORITY["greeting"],
            text=account.with_context(lang=self.env.lang)._get_greeting(),
            once_per=burst.per_case(),
        )

    # -- what may be answered ---------------------------------------------------------

    @api.model
    def _get_bursts(self, stored):
        """Return the bursts of a batch that may be answered."""
        groups = {}
        for entry in stored:
            place = self.env["discuss.channel"].browse(entry.message.res_id)
            groups.setdefault((entry.identity, place), []).append(entry)
        bursts = []
        for (identity, conversation), entries in groups.items():
            if not self._should_answer(identity, entries):
                continue
            fresh = tuple(entry for entry in entries if not entry.ctx.late)
            bursts.append(
                Burst(
                    identity.with_env(self.env),
                    conversation,
                    fresh[-1].case.with_env(self.env),
                    fresh,
                )
            )
        return bursts

    @api.model
    def _should_answer(self, identity, entries):
        """Hook: never what came late, was swallowed or says that it is automatic.

        The newest message decides whether it was swallowed: who writes STOP after a
        question wants no greeting. A feature that answers what it swallows (a flow, a
        survey, a stop word) lets its consumer pass in ``_is_swallowed``.
        """
        account = identity.account_id
        if not account.automatic_answers or identity.is_internal or identity.blocked:
            return False
        newest = entries[-1]
        if newest.ctx.late or self._is_swallowed(newest):
            return False
        return not any(bots.looks_automatic(e.ctx.parsed.text or "") for e in entries)

    @api.model
    def _is_swallowed(self, entry):
        """Hook: whether a message was consumed by something that says nothing."""
        return bool(entry.message.helpdesk_swallowed_by)

    @api.model
    def _collect(self, burst):
        """Return candidates, the best first; usually none, so without a savepoint.

        After an error of the database the worker redoes the batch one by one.
        """
        arbiter = self.with_context(lang=self._get_language(burst.identity))
        try:
            candidates = arbiter._get_candidates(burst)
        except psycopg2.Error:
            raise
        except Exception as error:  # noqa: BLE001 - the message is worth more
            self._log_failure(error)
            return []
        return sorted(candidates, key=lambda candidate: candidate.priority)

    # -- saying it --------------------------------------------------------------------

    @api.model
    def _say(self, burst, candidates):
        """Post one message made of those candidates that may be said.

        :return: the ``mail.message``, or None.
        """
        sent = self._get_sent_times(burst.identity)
        if not self._is_person(burst, sent):
            return None
        candidates = self._choose(self._drop_follow_ups(candidates, sent))
        claims = self.env["messaging.automatic"]._claim(burst, candidates)
        if not claims:
            return None
        rows = self.env["messaging.automatic"].union(*claims.values())
        refusal = self._get_refusal(burst)
        if refusal and refusal[0] == "window_closed":
            refusal, message = self._say_fallback(burst, claims, refusal)
            if message:
                return message
        if refusal:
            rows.refusal = self._get_known_refusal(refusal[0])
            _logger.info("Automatic message refused: %s", refusal[0])
            return None
        text, part = self._compose(burst.identity, list(claims))
        rows.mail_message_id = message = self._post(burst, text, part)
        return message

    @api.model
    def _get_sent_times(self, identity):
        """Return when automatic messages went to a customer today, oldest first."""
        since = fields.Datetime.now() - timedelta(days=1)
        return self.env["messaging.automatic"]._get_sent_times(identity, since)

    @api.model
    def _is_person(self, burst, sent):
        """Look at a talk that has automatic messages in it; pause it for a program."""
        identity = burst.identity
        if identity._is_automatic_paused():
            return False
        if len(sent) < TRUSTED or not bots.seems_a_program(identity._get_talk()):
            return True
        identity._pause_automatic(burst.conversation)
        return False

    @api.model
    def _drop_follow_ups(self, candidates, sent):
        """An automatic message just now covers what the customer adds to a burst."""
        if not sent or sent[-1] < fields.Datetime.now() - BURST:
            return candidates
        return [candidate for candidate in candidates if candidate.replies]

    @api.model
    def _choose(self, candidates):
        """The best one, and those that share its message.

        Texts are joined; a message has one part with buttons at most.
        """
        chosen = []
        for candidate in candidates:
            alone = not (candidate.joins and all(other.joins for other in chosen))
            parts = [other.part for other in [*chosen, candidate] if other.part]
            if not chosen or not (alone or len(parts) > 1):
                chosen.append(candidate)
        return chosen

    @api.model
    def _get_refusal(self, burst, template=None):
        """Ask as it will be posted; a refusal afterwards would leave no trace."""
        return self.env["messaging.gate"]._get_refusal(
            burst.identity,
            "automatic",
            template=template,
            purpose=template._get_purpose() if template else "service",
            unasked=burst.unasked,
        )

    @api.model
    def _get_known_refusal(self, code):
        known = dict(self.env["messaging.automatic"]._get_refusals())
        return code if code in known else "other"

    @api.model
    def _compose(self, identity, candidates):
        """Return the text of a message, and a part instead of it or None."""
        text = "\n\n".join(candidate.text.strip() for candidate in candidates)
        rich = next((c for c in candidates if c.part), None)
        if not rich:
            return text, None
        bodies = [c.part.body if c is rich else c.text.strip() for c in candidates]
        part = replace(rich.part, body="\n\n".join(bodies))
        unsendable = self.env["messaging.message"]._get_unsendable(identity, part)
        return text, None if unsendable else part

    @api.model
    def _post(self, burst, text, part):
        """Post in the company's name: OdooBot is nobody a customer talks to."""
        conversation = burst.conversation.with_context(messaging_part=part)
        return conversation._helpdesk_post_outbound(
            author=conversation.helpdesk_company_id.partner_id,
            author_kind="automatic",
            identity=burst.identity,
            ticket=burst.case,
            unasked=burst.unasked,
            body=Markup("<br/>").join(text.split("\n")),
        )

    @api.model
    def _safely(self, method, *args):
        """Call a method; undo what it did and return None when it fails."""
        try:
            with self.env.cr.savepoint():
                return method(*args)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001 - the message is worth more
            self._log_failure(error)
            return None

    @api.model
    def _log_failure(self, error):
        _logger.error("Automatic message failed: %s", redact_traceback(error))
