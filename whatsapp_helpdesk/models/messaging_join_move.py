"""Moving what belongs to identities from one contact's conversations to another's.

Of a conversation that two transactions change at the same time, one has to start over:
whoever adds something to it updates its row (``discuss.channel._helpdesk_touch``), and
so does a move, before it reads. Under REPEATABLE READ the second of them fails with a
serialization error and is run again in a new transaction, where it sees what the first
one did. So a message is moved, or it is posted where the customer is now.
"""

from dataclasses import dataclass, field
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

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
    #: ``discuss.channel``: where they are, and where they go; the same one when the
    #: conversation as such changes its contact.
    source: Any
    target: Any
    #: ``res.partner``
    source_partner: Any
    partner: Any
    #: Everything of the source moves, whoever it is of.
    whole: bool = False
    #: For an undo: when the join was done, and the newest message of that moment.
    since: Any = None
    after_id: int = 0
    #: ``helpdesk.ticket``: cases that move, decided before anybody follows.
    cases: Any = None
    #: Ids of messages without identity and case that move.
    note_ids: list = field(default_factory=list)
    #: Ids of cases of which no message tells whose they are, that move.
    case_ids: list = field(default_factory=list)
    #: Ids of all messages that moved, for those who follow them.
    message_ids: list = field(default_factory=list)
    #: What the journal's line counts and keeps.
    counts: dict = field(default_factory=dict)
    details: dict = field(default_factory=dict)
    #: (record, sentence) of what cannot be decided.
    undecided: list = field(default_factory=list)

    @property
    def stays(self):
        """Whether the conversation itself changes hands, with all that is in it."""
        return self.source == self.target


class MessagingJoin(models.Model):
    _inherit = "messaging.join"

    @api.model
    def _get_followers(self):
        """Hook: models with ``_follow_identities(move)``, in order.

        A feature that keeps rows about a conversation adds its model here; the guard
        test ``test_join_guard`` fails for one that is in no list. Cases come last: who
        becomes a member by them is told from the first unanswered message.
        """
        return [
            "mail.message",
            "messaging.message",
            "helpdesk.message.fact",
            "messaging.automatic",
            "ir.attachment",
            "mail.activity",
            "helpdesk.ticket",
        ]

    # -- interface --------------------------------------------------------------------

    @api.model
    def _join(self, identities, partner, proof, user=None, cases="apart"):
        """Make these identities addresses of a contact, now and in this transaction.

        :param identities: ``messaging.identity``; of any contacts.
        :param partner: ``res.partner`` they are of from now on.
        :param str proof: see the field.
        :param user: ``res.users`` who decided, empty for what the customer proved.
        :param str cases: ``apart`` or ``together``.
        :return: the journal's record, ``state`` done; one for each contact they had.
        :raise UserError: these can never be one.
        """
        identities, partner = identities.sudo(), partner.sudo()
        moving = identities.filtered(lambda identity: identity.partner_id != partner)
        if not moving:
            raise UserError(self.env._("These are addresses of this contact already."))
        joins = self.sudo().create(
            [
                self._prepare_join_values(
                    "join", mine, partner, proof=proof, user=user, cases=cases
                )
                for mine in moving.grouped(self._get_join_key).values()
            ]
        )
        for join in joins:
            join._perform()
        return joins

    @api.model
    def _split(self, identities, user):
        """Give these identities a new contact of their own, made from their profile.

        :return: the journal's record.
        """
        identities = identities.sudo()
        if len(identities.partner_id) != 1 or not all(identities.mapped("partner_id")):
            raise UserError(self.env._("Choose addresses of one contact."))
        partner = self._create_own_partner(identities)
        join = self.sudo().create(
            self._prepare_join_values("split", identities, partner, user=user)
        )
        join._perform()
        return join

    @api.model
    def _get_join_key(self, identity):
        return (identity.partner_id, identity.company_id)

    @api.model
    def _prepare_join_values(
        self, kind, identities, partner, proof="agent", user=None, cases="apart"
    ):
        source = identities.partner_id
        return {
            "kind": kind,
            "identity_ids": [(6, 0, identities.ids)],
            "source_partner_id": source.id,
            "source_name": source.name or identities[:1].display_name,
            "partner_id": partner.id,
            "partner_name": partner.name,
            "company_id": identities[:1].company_id.id,
            "proof": proof,
            "cases": cases,
            "user_id": user.id if user else False,
        }

    # -- doing it ---------------------------------------------------------------------

    def _perform(self):
        """Do what the record says, in this transaction."""
        self.ensure_one()
        partner = self.partner_id
        identities = self.identity_ids.filtered(lambda i: i.partner_id != partner)
        source_partner = identities.partner_id
        if not partner or len(source_partner) > 1:
            raise UserError(self.env._("The contact has changed meanwhile."))
        self._check_possible(identities, partner)
        self._lock(source_partner | partner, identities)
        self._move_identities(identities, source_partner, partner)
        self._settle_contacts(source_partner, partner)
        self._finish()

    def _finish(self):
        now = fields.Datetime.now()
        self.write(
            {
                "state": "done",
                "done_at": now,
                "undo_until": fields.Datetime.add(now, days=UNDO_DAYS),
            }
        )

    @api.model
    def _lock(self, partners, identities):
        """Take contacts, identities and conversations, in this order and by id.

        Whoever changed one of them since our snapshot makes us start over.
        """
        self.env.flush_all()
        for records in (partners, identities):
            if records:
                self.env.cr.execute(
                    SQL(
                        "SELECT id FROM %s WHERE id IN %s ORDER BY id "
                        "FOR NO KEY UPDATE",
                        SQL.identifier(records._table),
                        tuple(records.ids),
                    ),
                    log_exceptions=False,  # a conflict with others is no error
                )
        self._get_conversations_of(partners)._helpdesk_touch()

    @api.model
    def _get_conversations_of(self, partners):
        return (
            self.env["discuss.channel"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("channel_type", "=", "helpdesk"),
                    ("helpdesk_partner_id", "in", partners.ids),
                    ("helpdesk_merged_into_id", "=", False),
                ],
                order="id",
            )
        )

    def _move_identities(self, identities, source_partner, partner):
        """Give identities and all that is theirs to another contact."""
        if self._is_everything(identities, source_partner):
            places = self._get_conversations_of(source_partner)
        else:
            places = self._get_places(identities, source_partner)
        self._carry_hold(source_partner, partner)
        identities.write({"partner_id": partner.id})
        for source in places:
            move = self._plan_move(source, identities, source_partner, partner)
            self._execute(move)
            self._note_line(move)

    @api.model
    def _get_places(self, identities, partner):
        """Return conversations of a contact in which something of identities is."""
        found = set()
        self.env.flush_all()
        for table, place, who in (
            ("messaging_identity", "conversation_id", "id"),
            ("messaging_message", "conversation_id", "identity_id"),
            ("helpdesk_ticket", "conversation_id", "messaging_identity_id"),
            ("mail_message", "res_id", "messaging_identity_id"),
        ):
            found |= self._get_places_in(table, place, who, identities)
        mine = self._get_conversations_of(partner)
        return mine.filtered(lambda channel: channel.id in found)

    @api.model
    def _is_everything(self, identities, partner):
        """Whether a contact has no other identity, in any company."""
        # sudo: messaging.identity - only whether there is one
        others = self.env["messaging.identity"].sudo()
        return not others.search_count(
            [("partner_id", "=", partner.id), ("id", "not in", identities.ids)], limit=1
        )

    @api.model
    def _get_places_in(self, table, place, who, identities):
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT %s FROM %s WHERE %s IN %s",
                SQL.identifier(place),
                SQL.identifier(table),
                SQL.identifier(who),
                tuple(identities.ids),
            )
        )
        return {row[0] for row in self.env.cr.fetchall()}

    def _plan_move(self, source, identities, source_partner, partner):
        """Decide where the contents of one conversation go, and whether all of them."""
        whole = source._helpdesk_is_only_of(identities)
        target = source._helpdesk_find_other(partner)
        if not target:
            target = source if whole else source._helpdesk_create_other(partner)
        return Move(
            identities=identities,
            source=source,
            target=target,
            source_partner=source_partner,
            partner=partner,
            whole=whole,
        )

    def _execute(self, move):
        """Move everything, then bring both conversations in line with it."""
        unread = (move.source | move.target)._helpdesk_get_unread()
        self.env["helpdesk.ticket"].sudo()._decide_cases(move)
        if move.stays:
            move.source._helpdesk_change_hands(move.partner)
        else:
            landing = move.identities.filtered(
                lambda identity: identity.conversation_id == move.source
            )
            landing.write({"conversation_id": move.target.id})
        self.env.flush_all()
        for model in self._get_followers():
            self.env[model].sudo()._follow_identities(move)
        if move.stays:
            move.source._helpdesk_settle()
            return
        if self.kind != "split" and self.state != "done" and move.whole:
            move.details["merged"] = move.source.helpdesk_merged_ids.ids
            move.source._helpdesk_step_back(move.target)
        if self.cases == "together":
            move.target._helpdesk_join_cases(move)
        (move.source | move.target)._helpdesk_settle()
        move.target._helpdesk_settle_unread(unread)
        self._join_or_split_state(move)
        move.source._helpdesk_announce_move(move.target)

    def _join_or_split_state(self, move):
        """Let flows and surveys that run go on where the customer is now."""
        if move.whole:
            move.target._helpdesk_join_running_state(move.source, move.target)
        else:
            move.target._helpdesk_split_running_state(
                move.source, move.target, move.identities
            )

    def _note_line(self, move):
        """Keep what no identity will tell, and list what nobody can tell."""
        self.env["messaging.join.line"].sudo().create(
            {
                "join_id": self.id,
                "source_conversation_id": move.source.id,
                "conversation_id": move.target.id,
                "inbox_id": move.target.messaging_inbox_id.id,
                "private_team_id": move.target.helpdesk_private_team_id.id,
                "whole": move.whole,
                "message_count": len(move.message_ids),
                "case_count": len(move.cases),
                "file_count": move.counts.get("files", 0),
                "details": move.details,
            }
        )
        if move.target.helpdesk_private_team_id:
            self.private_team_ids |= move.target.helpdesk_private_team_id
        self._list_undecided(move)

    def _list_undecided(self, move, here=None, there=None):
        self.env["messaging.join.open"].sudo().create(
            [
                {
                    "join_id": self.id,
                    "model": record._name,
                    "res_id": record.id,
                    "record_name": record.display_name,
                    "reason": sentence,
                    "conversation_id": (here or move.source).id,
                    "other_conversation_id": (there or move.target).id,
                }
                for record, sentence in move.undecided
            ]
        )
