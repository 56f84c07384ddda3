"""Who may write to a customer whose window is closed, and how often in a day."""

from odoo import models


class MessagingGate(models.AbstractModel):
    _inherit = "messaging.gate"

    def _get_checks(self):
        return [*super()._get_checks(), "starts"]

    def _check_starts(self, intent):
        """Only for persons: what automations may say is decided elsewhere."""
        if not intent.user or not intent.template:
            return None
        if intent.bulk and not intent.user._may_start_conversations():
            return self._get_start_refusal()
        if not intent.identity._is_outside_window():
            return None
        return self._get_start_right_refusal(intent) or self._get_start_limit_refusal(
            intent
        )

    def _get_start_right_refusal(self, intent):
        """Whoever holds the open case goes on with a talk; others need the right."""
        user = intent.user
        if user._may_start_conversations():
            return None
        # sudo: discuss.channel - only who holds its open case
        conversation = intent.identity.sudo().conversation_id
        if conversation and any(
            user in (case.user_id | case.team_id.user_id)
            for case in conversation._helpdesk_get_open_cases()
        ):
            return None
        return self._get_start_refusal()

    def _get_start_refusal(self):
        return self._because("no_start_right")

    def _get_start_limit_refusal(self, intent):
        if intent.user._get_starts_left() != 0:
            return None
        return (
            "start_limit",
            self.env._(
                "You have written to %(limit)s customers outside of their window in "
                "the last 24 hours. More is possible tomorrow.",
                limit=intent.user._get_start_limit(),
            ),
        )
