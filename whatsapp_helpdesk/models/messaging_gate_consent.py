"""What the customer wants: opted out, agreed; advertising the platform holds back."""

from odoo import api, fields, models
from odoo.tools import SQL


class MessagingGate(models.AbstractModel):
    _inherit = "messaging.gate"

    @api.model
    def _get_purpose(self, intent):
        """Return the purpose whose consent counts for an intent.

        Advertising is never service, and neither is what nobody asked for. What an
        agent writes in a talk is an answer, also by a template.
        """
        if intent.purpose == "marketing":
            return "marketing"
        if intent.template and intent.template.category == "marketing":
            return "marketing"
        if intent.unasked or intent.bulk:
            return "utility"
        return "service" if intent.author_kind == "agent" else intent.purpose

    def _check_consent(self, intent):
        return self._get_consent_refusal(
            intent.identity, intent.author_kind, self._get_purpose(intent)
        )

    def _get_consent_refusal(self, identity, author_kind, purpose):
        """An agent may always answer; nothing else reaches who opted out of it."""
        if author_kind == "agent" and purpose == "service":
            return None
        if self._has_opted_out(identity, purpose):
            return self._because("opted_out")
        return None

    def _check_opt_in(self, intent):
        """A template needs a recorded yes where the account says so."""
        purpose = self._get_purpose(intent)
        if not intent.template or not self._needs_opt_in(intent, purpose):
            return None
        if self._get_consents(intent.identity, purpose).get(intent.identity.id) == "in":
            return None
        return self._because("no_opt_in")

    def _needs_opt_in(self, intent, purpose):
        """Hook: whether a template reaches only customers who agreed before.

        What answers a customer's own question is service and needs no agreement.
        """
        policy = intent.identity.account_id.opt_in_policy
        if policy == "all":
            return purpose != "service"
        return policy == "marketing" and purpose == "marketing"

    def _has_opted_out(self, identity, purpose):
        return bool(self._get_opted_out(identity, purpose))

    def _get_opted_out(self, identities, purpose):
        """Return those who opted out; the newest word of a customer counts."""
        if not identities:
            return identities
        states = self._get_consents(identities, purpose)
        return identities.filtered(lambda identity: states.get(identity.id) == "out")

    @api.model
    def _get_consents(self, identities, purpose):
        """Return ``{identity id: "in" or "out"}`` of those who said something.

        It asks past the rules of the user: what a customer wants holds for everybody.
        """
        Consent = self.env["messaging.consent"]
        Consent.flush_model(["identity_id", "purpose", "state", "given_at"])
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ON (identity_id) identity_id, state "
                "FROM messaging_consent WHERE identity_id = ANY(%s) AND purpose = %s "
                "ORDER BY identity_id, given_at DESC, id DESC",
                list(identities.ids),
                purpose,
            )
        )
        return dict(rows)

    # -- advertising that the platform does not deliver -------------------------------

    def _check_marketing_hold(self, intent):
        """The platform limits advertising per person: for a day it is not tried."""
        if self._get_purpose(intent) != "marketing":
            return None
        if not self._is_marketing_held(intent.identity):
            return None
        return self._because("marketing_hold")

    def _is_marketing_held(self, identity):
        until = identity.marketing_hold_until
        return bool(until) and until > fields.Datetime.now()
