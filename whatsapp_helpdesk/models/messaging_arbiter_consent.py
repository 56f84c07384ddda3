"""A stop or start word is confirmed, once, in the customer's language."""

from odoo import api, models

from .messaging_arbiter import Candidate

#: Before everything else, and alone: nothing is added to a confirmation.
PRIORITY = 5


class MessagingArbiter(models.AbstractModel):
    _inherit = "messaging.arbiter"

    @api.model
    def _is_swallowed(self, entry):
        """Override: these two are swallowed, and answered."""
        if entry.consumer in ("opt_out", "opt_in"):
            return False
        return super()._is_swallowed(entry)

    @api.model
    def _get_candidates(self, burst):
        """Override: what was decided last is confirmed."""
        candidates = super()._get_candidates(burst)
        words = [
            entry.consumer
            for entry in burst.stored
            if entry.consumer in ("opt_out", "opt_in")
        ]
        if words:
            candidates.append(self._get_consent_confirmation(burst, words[-1]))
        return candidates

    @api.model
    def _get_consent_confirmation(self, burst, word):
        account = burst.identity.account_id.with_context(lang=self.env.lang)
        text = account[f"{word}_reply"] or account._get_standard_reply(word)
        return Candidate(
            kind=f"{word}_confirmation",
            priority=PRIORITY,
            text=text,
            once_per=self._get_consent_scope(burst, word),
            joins=False,
            replies=True,
        )

    @api.model
    def _get_consent_scope(self, burst, word):
        """One confirmation for each decision: who repeats it made no new one."""
        newest = (
            self.env["messaging.consent"]
            .sudo()  # sudo: messaging.consent - only its id
            ._get_newest(burst.identity, ["marketing"])
        )
        row = newest.get((burst.identity.id, "marketing"))
        return f"consent:{row.id if row else burst.identity.id}:{word}"
