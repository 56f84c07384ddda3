"""tx2 of the sender: what came out of each try, and what follows from it."""

import logging
from datetime import timedelta

from psycopg2 import InterfaceError, OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

from ..gateway import delivery
from ..gateway.errors import Retry
from .messaging_message import RANK

_logger = logging.getLogger(__name__)

#: Longest text of a provider that is kept.
DETAIL_CHARS = 300


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    @api.model
    def _store_outcomes(self, outcomes):
        """Store what the provider said to each try.

        The usual batch needs one savepoint; when a value is refused, the outcomes are
        stored one by one, and the one that cannot be stored is in doubt.

        :param list outcomes: ``gateway.delivery.Outcome``.
        :return: the parts, for the progress of the job.
        """
        self._lock_for_outcomes(outcomes)
        try:
            with self.env.cr.savepoint():
                parts = self._store_together(outcomes)
                self.env.flush_all()
                return parts
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 - one bad value stops no other
            _logger.error("Outcomes stored one by one: %s", type(error).__name__)  # noqa: TRY400
        stored = (self._store_outcome_safely(one) for one in outcomes)
        return self.browse().union(*stored)

    @api.model
    def _lock_for_outcomes(self, outcomes):
        """A status of the provider may just be changing the same rows: wait for it
        here, where a conflict costs nothing yet."""
        self.env.cr.execute(
            SQL(
                "SELECT id FROM messaging_message WHERE id = ANY(%s) "
                "ORDER BY id FOR NO KEY UPDATE",
                [outcome.key for outcome in outcomes],
            ),
            log_exceptions=False,  # a conflict is no error: it is done again
        )

    def _store_outcome_safely(self, outcome):
        try:
            with self.env.cr.savepoint():
                part = self._store_together([outcome])
                self.env.flush_all()
                return part
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 - one bad value stops no other
            _logger.error("Outcome of part %s: %s", outcome.key, type(error).__name__)  # noqa: TRY400
        part = self.browse(outcome.key)
        part._set_state("unknown", failure_reason="unknown")
        return part

    @api.model
    def _store_together(self, outcomes):
        """Store outcomes; what follows from being accepted is done for all at once."""
        parts = self.browse(outcome.key for outcome in outcomes).exists()
        attempts = self.env["messaging.attempt"].browse(
            outcome.attempt for outcome in outcomes
        )
        known, newest = attempts.exists(), parts._get_newest_attempts()
        accepted = []
        for outcome, attempt in zip(outcomes, attempts, strict=False):
            part = self.browse(outcome.key).with_prefetch(parts.ids)
            if part not in parts or attempt not in known:
                continue
            attempt.write(self._prepare_outcome_values(outcome))
            if part._is_mark():
                part.unlink()
            elif not part._is_current_attempt(attempt, newest):
                continue  # somebody decided in the meantime and tried again
            elif outcome.error:
                part._handle_error(outcome.error)
            else:
                accepted.append((part, outcome.result))
        self._accept(accepted)
        return parts.exists()

    def _prepare_outcome_values(self, outcome):
        values = {"ended_at": fields.Datetime.now()}
        if outcome.error:
            doubt = outcome.error.retry is Retry.IN_DOUBT
            return {
                **values,
                "outcome": "doubt" if doubt else "refused",
                "failure_reason": outcome.error.reason,
                "failure_code": outcome.error.code,
                "failure_detail": outcome.error.details[:DETAIL_CHARS],
            }
        if outcome.result:
            values["external_id"] = outcome.result.external_id
        return {**values, "outcome": "accepted"}

    # -- accepted ---------------------------------------------------------------------

    @api.model
    def _accept(self, accepted):
        """The provider has them. A status may have told us more already.

        :param list accepted: pairs of a part and its ``SendResult``.
        """
        now = fields.Datetime.now()
        moved = self.browse()
        for part, result in accepted:
            values = {
                "external_id": result.external_id,
                "accepted_at": now,
                "lease_until": False,
            }
            if RANK["accepted"] > RANK.get(part.state, 0):
                values.update(part._prepare_accepted_values(now))
                moved |= part
            part.write(values)
            # The provider may have told us another spelling or id of the customer.
            if result.addresses:
                part.identity_id._learn_addresses(result.addresses)
        moved._after_state_change()
        # Statuses that came before we knew their message.
        parts = self.browse().union(*(part for part, _result in accepted))
        for account, sent in parts.grouped("account_id").items():
            self.env["messaging.update"]._release_waiting(
                account, sent.mapped("external_id")
            )

    def _prepare_accepted_values(self, moment):
        return self._prepare_advance_values("accepted")

    # -- refused ----------------------------------------------------------------------

    def _handle_error(self, error):
        """Do what the policy of an error says."""
        if self.state not in ("sending", "unknown"):
            return  # a status settled it while the answer was on its way
        if error.retry is Retry.IN_DOUBT:
            self._set_state("unknown", **self._prepare_failure_values(error))
        elif error.retry is Retry.STOP_ACCOUNT:
            self._set_state("held", **self._prepare_failure_values(error))
            self._stop_account(error)
        elif delivery.may_retry(error, self.attempts):
            self._postpone(error)
        else:
            self._fail(error.reason, error)
            self._follow_policy(error)

    def _postpone(self, error):
        """Try again later; a limit of the account makes everything on it wait."""
        delay = timedelta(seconds=delivery.retry_delay(error, self.attempts))
        next_try_at = fields.Datetime.now() + delay
        self._set_state(
            "queued",
            next_try_at=next_try_at,
            **self._prepare_failure_values(error),
        )
        if error.reason == "throttled" and not error.only_recipient:
            self.env["messaging.pace"]._pause_account(
                self.account_id, delay.total_seconds()
            )

    def _prepare_failure_values(self, error):
        known = dict(self._get_failure_reasons())
        return {
            "failure_reason": error.reason if error.reason in known else "unknown",
            "failure_code": error.code,
            "failure_detail": error.details[:DETAIL_CHARS],
        }

    def _follow_policy(self, error):
        """What an error means beyond its part; also for failed statuses."""
        if error.retry is Retry.STOP_ACCOUNT:
            self._stop_account(error)
        elif error.retry is Retry.OPTED_OUT:
            self._record_opt_out(error)

    def _stop_account(self, error):
        user = self.account_id._get_responsible_user()
        labels = dict(self.with_context(lang=user.lang)._get_failure_reasons())
        text = labels.get(error.reason, error.reason)
        details = f" ({error.details[:DETAIL_CHARS]})" if error.details else ""
        self.account_id._stop(f"{text}{details}")
        conversations = self.env["discuss.channel"].search(
            [
                ("channel_type", "=", "helpdesk"),
                ("messaging_identity_id.account_id", "=", self.account_id.id),
                ("helpdesk_agent_id", "!=", False),
            ]
        )
        conversations._broadcast_helpdesk_state()

    def _record_opt_out(self, error):
        """The platform says that the customer wants no advertising."""
        self.env["messaging.consent"]._record(
            self.identity_id,
            ["marketing"],
            "out",
            "platform",
            error.details[:DETAIL_CHARS],
            mail_message_id=self.mail_message_id.id,
        )

    # -- states -----------------------------------------------------------------------

    def _advance(self, state):
        """Go forward to a state; a lower one changes nothing.

        :return: whether the state changed.
        """
        self.ensure_one()
        if RANK.get(state, 0) <= RANK.get(self.state, 0):
            return False
        self._set_state(**self._prepare_advance_values(state))
        return True

    @api.model
    def _prepare_advance_values(self, state):
        return {
            "state": state,
            "failure_reason": False,
            "failure_code": 0,
            "failure_detail": False,
        }

    def _set_state(self, state, **values):
        """Write a state and tell whoever looks at the message."""
        if not self:
            return
        self.write({"state": state, "lease_until": False, **values})
        self._after_state_change()

    def _after_state_change(self):
        self._broadcast_ticks()
        self._update_facts()

    def _fail(self, reason, error=None):
        """A part will not arrive. Told to the assignee when nobody may be looking."""
        self.ensure_one()
        known = dict(self._get_failure_reasons())
        values = (
            self._prepare_failure_values(error)
            if error
            else {"failure_reason": reason if reason in known else "unknown"}
        )
        self._set_state("failed", failed_at=fields.Datetime.now(), **values)
        self._after_failure()

    def _broadcast_ticks(self):
        self.mail_message_id._broadcast_messaging_state()

    def _update_facts(self):
        messages = self.mail_message_id
        if messages:
            self.env["helpdesk.message.fact"]._update_from_parts(messages)

    def _is_current_attempt(self, attempt, newest=None):
        """Whether no person asked for another send since this one.

        :param dict newest: what ``_get_newest_attempts`` said, where it was asked.
        """
        newest = newest or self._get_newest_attempts()
        return (
            attempt.id == newest.get(self.id)
            and attempt.correlation == self.correlation
        )

    def _get_newest_attempts(self):
        """Return ``{part id: id of its newest attempt}``."""
        rows = self.env["messaging.attempt"]._read_group(
            [("message_id", "in", self.ids)], ["message_id"], ["id:max"]
        )
        return {part.id: attempt_id for part, attempt_id in rows}

    def _get_last_attempt(self):
        self.ensure_one()
        return self.env["messaging.attempt"].browse(
            self._get_newest_attempts().get(self.id)
        )
