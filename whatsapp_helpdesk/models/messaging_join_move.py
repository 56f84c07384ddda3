"""Moving what belongs to identities from one contact's conversations to another's."""

from dataclasses import dataclass, field
from typing import Any

from odoo import api, models

#: How long a join can be taken back.
UNDO_DAYS = 30


@dataclass
class Move:
    """One conversation's part of a join, a split or an undo.

    Records are of ``sudo``; every model that ``_get_followers`` names takes what is
    its own in ``_follow_identities(move)``.
    """

    #: ``messaging.identity``: whose things move.
    identities: Any
    #: ``discuss.channel``: where they are, and where they go.
    source: Any
    target: Any
    #: ``res.partner``
    source_partner: Any
    partner: Any
    #: Everything of the source moves, whoever it is of.
    whole: bool = False
    #: For an undo: when the join was done. What is older was there before it.
    since: Any = None
    #: ``helpdesk.ticket``: cases that move, decided before anybody follows.
    cases: Any = None
    #: ``mail.message``: ids of those without identity and case that move.
    note_ids: list = field(default_factory=list)
    #: What the journal's line counts and keeps.
    counts: dict = field(default_factory=dict)
    details: dict = field(default_factory=dict)


class MessagingJoin(models.Model):
    _inherit = "messaging.join"

    @api.model
    def _get_followers(self):
        """Hook: models with ``_follow_identities(move)``, in order.

        A feature that keeps rows about a conversation adds its model here; the guard
        test ``test_join_guard`` fails for one that is in no list.
        """
        return []

    @api.model
    def _join(self, identities, partner, proof, user=None, cases="apart"):
        """Make these identities addresses of a contact, now and in this transaction.

        :param identities: ``messaging.identity``; of any contacts.
        :param partner: ``res.partner`` they are of from now on.
        :param str proof: see the field.
        :param user: ``res.users`` who decided, empty for what the customer proved.
        :param str cases: ``apart`` or ``together``.
        :return: the journal's record, ``state`` done.
        :raise UserError: these can never be one.
        """
        raise NotImplementedError

    @api.model
    def _request(self, identities, partner, proof):
        """Ask for a join within seconds, from a transaction that shall stay short.

        :return: the journal's record, ``state`` waiting; an equal one that waits
            already is returned instead.
        """
        raise NotImplementedError

    @api.model
    def _split(self, identities, user):
        """Give these identities a new contact of their own, made from their profile.

        :return: the journal's record.
        """
        raise NotImplementedError

    def _undo(self, user):
        """Take a join back: everything follows its identity to where that was before.

        :return: self; what could not be decided is in ``open_ids``.
        """
        raise NotImplementedError
