"""Statuses of the provider: forward only, matched with any of our attempts."""

from odoo import api, fields, models

from ..gateway import window
from ..gateway.updates import ErrorInfo
from .messaging_message import RANK

#: Field with the time of each state.
TIMES = {
    "sent": "sent_at",
    "delivered": "delivered_at",
    "read": "read_at",
    "played": "read_at",
}


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    @api.model
    def _apply_status(self, account, update):
        """Apply what the provider says about something we sent.

        The correlation we attached settles a send in doubt, even before its answer.

        :param update: a ``gateway.updates.Update`` of kind status.
        :return: the part, empty when no attempt of the account is known by it.
        """
        # sudo: messaging.message - a job of the system
        part, attempt = self.sudo()._find_by_status(account, update)
        if part:
            part._learn_external_id(attempt, update)
            part._store_status_details(update)
            part._apply_status_state(attempt, update)
        return part

    def _find_by_status(self, account, update):
        Attempt = self.env["messaging.attempt"]
        attempt = Attempt
        if update.correlation:
            attempt = Attempt.search(
                [
                    ("correlation", "=", update.correlation),
                    ("account_id", "=", account.id),
                ],
                order="id desc",
                limit=1,
            )
        known = [("external_id", "=", update.target), ("account_id", "=", account.id)]
        if not attempt and update.target:
            attempt = Attempt.search(known, limit=1)
        if attempt or not update.target:
            return attempt.message_id, attempt
        # Without attempt: what the business wrote on its phone app.
        return self.search([*known, ("direction", "=", "out")], limit=1), attempt

    def _learn_external_id(self, attempt, update):
        if not update.target:
            return
        if attempt and not attempt.external_id:
            attempt.external_id = update.target
        if not self.external_id:
            self.external_id = update.target

    def _store_status_details(self, update):
        """What the provider tells once and never again."""
        values = self._prepare_pricing_values(update)
        country = not self.recipient_country_id and self._get_status_country(update)
        if country:
            values["recipient_country_id"] = country.id
        name = TIMES.get(update.state)
        if name and not self[name]:
            values[name] = self._get_status_time(update)
        if values:
            self.write(values)

    def _prepare_pricing_values(self, update):
        """Later states know better: one that arrives late changes nothing."""
        told = RANK.get(self.pricing_state, -1)
        if not update.pricing or RANK.get(update.state, -1) < told:
            return {}
        return {
            "pricing_type": update.pricing.type or self.pricing_type,
            "pricing_category": update.pricing.category or self.pricing_category,
            "pricing_model": update.pricing.model or self.pricing_model,
            "pricing_state": update.state,
        }

    def _get_status_country(self, update):
        provider_class = self.account_id.connection_id._get_provider_class()
        codes = (provider_class.get_country(entry) for entry in update.addresses)
        code = next((code for code in codes if code), "")
        return self.env["messaging.rate"]._get_country(code)

    def _get_status_time(self, update):
        return window.naive_utc(
            window.clamp(update.timestamp, fields.Datetime.now(), self.create_date)
        )

    def _apply_status_state(self, attempt, update):
        if update.state == "failed":
            self._apply_failed_status(attempt, update)
        elif update.state in TIMES:
            was_accepted = self.state == "accepted"
            if self._advance(update.state) and was_accepted:
                self._wake_follower()

    def _apply_failed_status(self, attempt, update):
        """A failure of the current attempt; earlier attempts are history."""
        if attempt and not self._is_current_attempt(attempt):
            return
        if RANK.get(self.state, 0) >= RANK["failed"]:
            return
        provider_class = self.account_id.connection_id._get_provider_class()
        error = provider_class.classify(update.error or ErrorInfo())
        if attempt:
            attempt.write(
                {
                    "outcome": "refused",
                    "failure_reason": error.reason,
                    "failure_code": error.code,
                    "failure_detail": self._prepare_failure_values(error)[
                        "failure_detail"
                    ],
                }
            )
        self._fail(error.reason, error)
        self._follow_policy(error)

    def _wake_follower(self):
        """The next part waited for this one, a file, to be on its way.

        Whether there is one is not asked: one that is queued right now is not seen in
        this transaction, and the sender it woke did not see what this one changes.
        """
        if self.kind == "media":
            self._wake_sender()

    # -- failure seen by people -------------------------------------------------------

    def _after_failure(self):
        """Bring a message that did not arrive back to the assignee."""
        self.ensure_one()
        if self.kind == "reaction":
            self._withdraw_reaction()
        if self.mail_message_id and self.ticket_id and self.author_kind != "phone_app":
            self._schedule_failure_activity()

    def _schedule_failure_activity(self):
        """One activity for each message, however many of its parts fail."""
        message, ticket = self.mail_message_id, self.ticket_id
        failed_before = message.messaging_part_ids.filtered(
            lambda part: part.state == "failed" and part != self
        )
        user = ticket.user_id or message.author_id.user_ids[:1]
        if failed_before or not user:
            return
        reader = self.with_context(lang=user.lang)
        ticket.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=reader.env._("A message to the customer was not delivered"),
            note=reader.failure_text,
            user_id=user.id,
        )

    def _withdraw_reaction(self):
        """Show what the customer sees: a reaction that did not arrive is taken off."""
        target = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("external_id", "=", self.payload.get("target")),
            ],
            limit=1,
        ).mail_message_id
        emoji = self.payload.get("emoji")
        reactions = target.reaction_ids.filtered(
            lambda r: r.content == emoji and not r.partner_id.partner_share
        )
        if reactions:
            reactions.unlink()
            target._bus_send_reaction_group(emoji)
