"""While it is not certain who reads, nothing automatic tells anything older."""

from odoo import api, models
from odoo.tools import LazyTranslate

from .messaging_gate import Intent

_lt = LazyTranslate(__name__)

UNVERIFIED = _lt(
    "It is not certain who reads this chat now, so nothing automatic with personal "
    "data is sent. Verify the customer first."
)


class MessagingGate(models.AbstractModel):
    _inherit = "messaging.gate"

    @api.model
    def _get_checks(self):
        return [*super()._get_checks(), "verified"]

    @api.model
    def _get_reasons(self):
        return [*super()._get_reasons(), ("unverified", self.env._(UNVERIFIED))]

    def _check_verified(self, intent):
        """Only what no person decided to say to this very customer."""
        if intent.author_kind != "automatic" and not intent.bulk:
            return None
        if not self._is_personal(intent) or intent.identity._is_trusted():
            return None
        return self._because("unverified")

    def _is_personal(self, intent):
        """Hook: whether it tells something that was said or done before."""
        return intent.personal or bool(
            intent.template and intent.template._tells_about_records()
        )

    def _recheck(self, part, news):
        """Override: the doubt may have come while it waited."""
        return (
            super()._recheck(part, news)
            or self._recheck_verified(part)
            or self._recheck_code(part)
        )

    def _recheck_verified(self, part):
        if part.identity_id._is_trusted():
            return None
        policy = self._prepare_part_policy(part)
        return self._check_verified(
            Intent(part.identity_id, part.author_kind, **policy)
        )

    def _recheck_code(self, part):
        """A code that is over is not sent any more, by whomever."""
        # sudo: messaging.proof - only whether there still is a code
        if part.proof_id and not part.proof_id.sudo().code:
            return self._because("expired")
        return None
