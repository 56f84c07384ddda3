"""The same rules again when a part is about to leave: the world may have changed.

A sender claims many parts at once, so what needs a query is asked once for all of them.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .messaging_gate_limits import LIMIT_SPAN
from .messaging_message_queue import BULK


@dataclass
class News:
    """What is true now for the parts that are about to leave.

    :ivar opted_out: ids of identities by the purpose that they opted out of.
    :ivar reached: how many customers of an account's limit were written to, by account
        id; only where the limit matters.
    :ivar known: ids of identities that are among them.
    :ivar spent: ids of accounts whose budget is spent.
    """

    opted_out: dict = field(default_factory=dict)
    reached: dict = field(default_factory=dict)
    known: set = field(default_factory=set)
    spent: set = field(default_factory=set)


class MessagingGate(models.AbstractModel):
    _inherit = "messaging.gate"

    @api.model
    def _recheck(self, part, news):
        """Look again at one part.

        :param News news: what ``_get_news`` said of these parts.
        :return: ``(code, sentence)``, or None when it may leave.
        """
        identity, template = part.identity_id, part.template_id
        if part.expires_at and part.expires_at <= fields.Datetime.now():
            return self._because("expired")
        return (
            self._get_address_refusal(identity)
            or self._get_account_refusal(identity)
            or self._get_author_refusal(identity, part.author_kind)
            or self._get_template_refusal(identity, template)
            or self._get_window_refusal(identity, template)
            or self._recheck_consent(part, news)
            or self._recheck_limit(part, news)
            or self._recheck_quiet_hours(part)
        )

    @api.model
    def _get_news(self, parts):
        """Return the :class:`News` of parts about to leave; usually a query or none."""
        news = News()
        for purpose, asking in parts.grouped(self._get_part_purpose).items():
            if purpose:
                opted_out = self._get_opted_out(asking.identity_id, purpose)
                news.opted_out[purpose] = set(opted_out.ids)
        starting = parts.filtered(
            lambda p: p.starts_conversation and p.account_id.messaging_limit
        )
        for account, started in starting.grouped("account_id").items():
            reached, known = self._count_reached(account, started.identity_id)
            news.reached[account.id] = reached
            news.known |= known
        return news

    def _get_part_purpose(self, part):
        """Return the purpose whose opt-out stops a part; "" when nothing does."""
        purpose = part.consent_purpose or "service"
        if purpose == "service" and part.author_kind == "agent":
            return ""
        return purpose

    def _recheck_consent(self, part, news):
        purpose = self._get_part_purpose(part)
        if part.identity_id.id in news.opted_out.get(purpose, ()):
            return self._because("opted_out")
        if purpose == "marketing" and self._is_marketing_held(part.identity_id):
            return self._because("marketing_hold")
        return None

    def _recheck_limit(self, part, news):
        account, identity = part.account_id, part.identity_id
        if not part.starts_conversation or not account.messaging_limit:
            return None
        if identity.id in news.known:
            return None
        if news.reached.get(account.id, 0) >= account.messaging_limit:
            return self._because("portfolio_limit")
        news.known.add(identity.id)
        news.reached[account.id] = news.reached.get(account.id, 0) + 1
        return None

    def _recheck_quiet_hours(self, part):
        if part.priority >= BULK and self._get_quiet_until(part.identity_id):
            return self._because("quiet_hours")
        return None

    @api.model
    def _count_reached(self, account, identities):
        """Return how many customers were really written to first in 24 hours, and the
        ids of those among them.

        Here only what left counts, or is leaving: what waits must not stop itself.
        """
        now = fields.Datetime.now()
        [(reached, known)] = self.env.execute_query(
            SQL(
                "SELECT COUNT(DISTINCT identity_id), ARRAY_AGG(DISTINCT identity_id) "
                "FILTER (WHERE identity_id = ANY(%s)) FROM messaging_message "
                "WHERE starts_conversation AND account_id = ANY(%s) "
                "AND create_date > %s "
                "AND (accepted_at > %s OR state IN ('sending', 'unknown'))",
                list(identities.ids),
                self._get_portfolio(account).ids,
                now - LIMIT_SPAN - timedelta(days=1),
                now - LIMIT_SPAN,
            )
        )
        return reached, set(known or ())
