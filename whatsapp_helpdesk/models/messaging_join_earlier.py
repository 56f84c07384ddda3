"""Conversations that stepped back without their contents."""

from odoo import api, fields, models
from odoo.tools import SQL

from .messaging_join_move import Move


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    @api.model
    def _helpdesk_find_left_behind(self):
        """Return conversations that stepped back and still have something."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT place.id FROM discuss_channel place
                 WHERE place.helpdesk_merged_into_id IS NOT NULL
                   AND place.helpdesk_erase_id IS NULL
                   AND (EXISTS (SELECT FROM mail_message
                                 WHERE model = 'discuss.channel'
                                   AND res_id = place.id)
                     OR EXISTS (SELECT FROM messaging_message
                                 WHERE conversation_id = place.id)
                     OR EXISTS (SELECT FROM helpdesk_ticket
                                 WHERE conversation_id = place.id)
                     OR EXISTS (SELECT FROM ir_attachment
                                 WHERE res_model = 'discuss.channel'
                                   AND res_id = place.id))
                 ORDER BY place.id
                """
            )
        )
        return self.sudo().browse(row[0] for row in self.env.cr.fetchall())


class MessagingJoin(models.Model):
    _inherit = "messaging.join"

    @api.model
    def _move_contents(self, source, target):
        """Move everything of a conversation that stepped back; return the move."""
        self._lock(target.helpdesk_partner_id, self.env["messaging.identity"])
        source._helpdesk_touch()
        move = Move(
            identities=self._find_writers(source),
            source=source,
            target=target,
            source_partner=source.helpdesk_partner_id,
            partner=target.helpdesk_partner_id,
            whole=True,
        )
        unread = target._helpdesk_get_unread()
        self.env["helpdesk.ticket"].sudo()._decide_cases(move)
        for model in self._get_followers():
            self.env[model].sudo()._follow_identities(move)
        target._helpdesk_settle()
        target._helpdesk_settle_unread(unread)
        return move

    @api.model
    def _find_writers(self, conversation):
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT messaging_identity_id FROM mail_message "
                "WHERE model = 'discuss.channel' AND res_id = %s "
                "AND messaging_identity_id IS NOT NULL",
                conversation.id,
            )
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        return self.env["messaging.identity"].sudo().browse(ids)

    @api.model
    def _adopt_earlier_merges(self):
        """Upgrade: contacts merged by earlier versions left their messages behind.

        They get a place in the journal, so that they can be undone like others.
        """
        for source in self.env["discuss.channel"]._helpdesk_find_left_behind():
            target = source._helpdesk_get_survivor()
            identities = self._find_writers(source)
            move = self._move_contents(source, target)
            if not identities:
                continue
            join = self.sudo().create(
                {
                    **self._prepare_join_values(
                        "merge",
                        identities,
                        target.helpdesk_partner_id,
                        proof="contact_merge",
                    ),
                    "source_partner_id": False,
                    "source_name": source.name,
                    "company_id": target.helpdesk_company_id.id,
                }
            )
            join._note_line(move)
            join._finish()
            join.done_at = source.write_date or fields.Datetime.now()
