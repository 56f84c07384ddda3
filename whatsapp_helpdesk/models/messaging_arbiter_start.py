"""Who opens the chat is welcomed, once a day, unless a talk is going on."""

from odoo import api, fields, models

from .messaging_arbiter import PRIORITY, Candidate


class MessagingArbiter(models.AbstractModel):
    _inherit = "messaging.arbiter"

    @api.model
    def _is_swallowed(self, entry):
        """Override: it opens no case and is answered all the same."""
        return entry.consumer != "start" and super()._is_swallowed(entry)

    @api.model
    def _get_candidates(self, burst):
        candidates = super()._get_candidates(burst)
        if burst.stored and self._should_welcome(burst):
            candidates.append(self._get_welcome(burst))
        return candidates

    @api.model
    def _should_welcome(self, burst):
        """Not who also wrote something: that is answered by a person."""
        is_talking = burst.case and burst.case._is_open()
        return not is_talking and burst.stored[-1].consumer == "start"

    @api.model
    def _get_welcome(self, burst):
        return Candidate(
            kind="welcome",
            priority=PRIORITY["greeting"],
            text=self.env._(
                "Hello, nice to see you here! 👋\n"
                "Write to us what you need. Our team answers in this chat."
            ),
            once_per=burst.per_period(f"start:{fields.Date.today()}"),
        )
