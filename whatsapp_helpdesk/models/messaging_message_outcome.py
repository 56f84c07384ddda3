"""tx2 of the sender: what came out of each try, and what follows from it."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
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
        try:
            with self.env.cr.savepoint():
                parts = self.browse()
                for outcome in outcomes:
                    parts |= self._store_outcome_of(outcome)
                self.env.flush_all()
                return parts
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001 - one bad value stops no other
            _logger.error("Outcomes stored one by one: %s", type(error).__name__)  # noqa: TRY400
        return self.union(*(self._store_outcome_safely(one) for one in outcomes))

    def _store_outcome_safely(self, outcome):
        try:
            with self.env.cr.savepoint():
                part = self._store_outcome_of(outcome)
                self.env.flush_all()
                return part
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001 - one bad value stops no other
            _logger.error("Outcome of part %s: %s", outcome.key, type(error).__name__)  # noqa: TRY400
        part = self.browse(outcome.key)
        part._set_state("unknown", failure_reason="unknown")
        return part

    def _store_outcome_of(self, outcome):
        part = self.browse(outcome.key).exists()
        attempt = self.env["messaging.attempt"].browse(outcome.attempt).exists()
        if part and attempt:
            part._store_outcome(attempt, outcome)
        return part.exists()

    def _store_outcome(self, attempt, outcome):
        self.ensure_one()
        error = outcome.error
        attempt.write(self._prepare_outcome_values(outcome))
        if self.kind == "read":
            self.unlink()
        elif not self._is_current_attempt(attempt):
            return  # somebody decided in the meantime and tried again
        elif error:
            self._handle_error(error)
        else:
            self._accept(outcome.result)

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

    def _accept(self, result):
        """The provider has it. A status may have told us more already."""
        now = fields.Datetime.now()
        self.write(
            {
                "external_id": result.external_id,
                "accepted_at": now,
                "lease_until": False,
            }
        )
        self._advance("accepted")
        # The provider may have told us another spelling or id of the customer.
        self.identity_id._learn_addresses(result.addresses)
        # Statuses that came before we knew their message.
        self.env["messaging.update"]._release_waiting(
            self.account_id, [self.external_id]
        )

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
        """Try again later; a limit of the account makes all its parts wait."""
        delay = timedelta(seconds=delivery.retry_delay(error, self.attempts))
        next_try_at = fields.Datetime.now() + delay
        self._set_state(
            "queued",
            next_try_at=next_try_at,
            **self._prepare_failure_values(error),
        )
        if error.retry is Retry.SLOW and not error.only_recipient:
            self.flush_model(["state", "next_try_at"])
            self.env.cr.execute(
                SQL(
                    "UPDATE messaging_message SET next_try_at = %(at)s "
                    "WHERE account_id = %(account)s AND next_try_at < %(at)s "
                    "AND state IN ('queued', 'held') AND kind != 'read'",
                    at=next_try_at,
                    account=self.account_id.id,
                )
            )
            self.invalidate_model(["next_try_at"])

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
        self.env["messaging.consent"].create(
            {
                "identity_id": self.identity_id.id,
                "purpose": "marketing",
                "state": "out",
                "source": "platform",
                "wording": error.details[:DETAIL_CHARS],
                "mail_message_id": self.mail_message_id.id,
            }
        )

    # -- states -----------------------------------------------------------------------

    def _advance(self, state):
        """Go forward to a state; a lower one changes nothing.

        :return: whether the state changed.
        """
        self.ensure_one()
        if RANK.get(state, 0) <= RANK.get(self.state, 0):
            return False
        self._set_state(
            state, failure_reason=False, failure_code=0, failure_detail=False
        )
        return True

    def _set_state(self, state, **values):
        """Write a state and tell whoever looks at the message."""
        if not self:
            return
        self.write({"state": state, "lease_until": False, **values})
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

    def _is_current_attempt(self, attempt):
        """Whether no person asked for another send since this one."""
        return (
            attempt == self._get_last_attempt()
            and attempt.correlation == self.correlation
        )

    def _get_last_attempt(self):
        self.ensure_one()
        return self.env["messaging.attempt"].search(
            [("message_id", "=", self.id)], order="id desc", limit=1
        )
