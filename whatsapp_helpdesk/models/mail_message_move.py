"""Messages follow the identity they were exchanged with, notes their case."""

from odoo import api, models
from odoo.tools import SQL


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model
    def _follow_identities(self, move):
        """Move the messages; ids stay, so their order does."""
        self._note_unclear_messages(move)
        move.message_ids = self._find_moving_messages(move)
        if move.message_ids:
            self._move_messages(move)
            self._move_reactions(move)
        self.env.invalidate_all()

    @api.model
    def _find_moving_messages(self, move):
        here = SQL("m.model = 'discuss.channel' AND m.res_id = %s", move.source.id)
        condition = SQL("TRUE") if move.whole else self._get_moving_condition(move)
        self.env.cr.execute(
            SQL(
                "SELECT m.id FROM mail_message m "
                "LEFT JOIN helpdesk_message_fact f ON f.mail_message_id = m.id "
                "WHERE %s AND (%s) ORDER BY m.id",
                here,
                condition,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _get_moving_condition(self, move):
        case = SQL("COALESCE(m.helpdesk_ticket_id, f.ticket_id)")
        return SQL(
            "m.messaging_identity_id IN %s OR m.messaging_identity_id IS NULL "
            "AND (%s IN %s OR m.id IN %s)",
            tuple(move.identities.ids),
            case,
            tuple(move.cases.ids) or (0,),
            tuple(move.note_ids) or (0,),
        )

    @api.model
    def _note_unclear_messages(self, move):
        """Keep for the journal what only the place of a message tells."""
        self.env.cr.execute(
            SQL(
                "SELECT m.id, m.message_type FROM mail_message m "
                "LEFT JOIN helpdesk_message_fact f ON f.mail_message_id = m.id "
                "WHERE m.model = 'discuss.channel' AND m.res_id = %s "
                "AND m.messaging_identity_id IS NULL "
                # None, or one that is with a private team by now.
                "AND NOT EXISTS (SELECT FROM helpdesk_ticket t "
                "WHERE t.id = COALESCE(m.helpdesk_ticket_id, f.ticket_id) "
                "AND t.conversation_id = %s) ORDER BY m.id",
                move.source.id,
                move.source.id,
            )
        )
        unclear = self.env.cr.fetchall()
        move.details["newest"] = self._get_newest_id()
        if move.whole:
            move.details["notes"] = [row[0] for row in unclear]
            return
        written = [row[0] for row in unclear if row[1] == "comment"]
        known = set(move.note_ids)
        for note in self.browse([i for i in written if i not in known]):
            if note.id <= move.after_id:
                continue  # it was here before the join
            move.undecided.append(
                (
                    note,
                    self.env._(
                        "The note belongs to no case, so nothing tells whose it is."
                    ),
                )
            )

    @api.model
    def _get_newest_id(self):
        self.env.cr.execute("SELECT max(id) FROM mail_message")
        return self.env.cr.fetchone()[0] or 0

    @api.model
    def _move_messages(self, move):
        """What the customer wrote was written by the contact they are now."""
        self.env.cr.execute(
            SQL(
                "UPDATE mail_message SET res_id = %s, author_id = "
                "CASE WHEN author_id = %s THEN %s ELSE author_id END "
                "WHERE id = ANY(%s)",
                move.target.id,
                move.source_partner.id or None,
                move.partner.id,
                move.message_ids,
            )
        )
        if move.stays or move.whole:
            return
        # A quotation must not show what was said in a conversation of somebody else.
        both = (move.source.id, move.target.id)
        self.env.cr.execute(
            SQL(
                "UPDATE mail_message m SET parent_id = NULL FROM mail_message p "
                "WHERE p.id = m.parent_id AND m.model = 'discuss.channel' "
                "AND p.model = 'discuss.channel' AND m.res_id != p.res_id "
                "AND m.res_id IN %s AND p.res_id IN %s",
                both,
                both,
            )
        )

    @api.model
    def _move_reactions(self, move):
        if not move.source_partner:
            return
        self.env.cr.execute(
            SQL(
                "UPDATE mail_message_reaction r SET partner_id = %(after)s "
                "WHERE message_id = ANY(%(messages)s) AND partner_id = %(before)s "
                "AND NOT EXISTS (SELECT FROM mail_message_reaction o "
                "WHERE o.message_id = r.message_id AND o.content = r.content "
                "AND o.partner_id = %(after)s)",
                after=move.partner.id,
                before=move.source_partner.id,
                messages=move.message_ids,
            )
        )
