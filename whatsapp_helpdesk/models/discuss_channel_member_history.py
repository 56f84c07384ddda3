from odoo import models
from odoo.tools import SQL


class DiscussChannelMember(models.Model):
    _inherit = "discuss.channel.member"

    def _compute_message_unread(self):
        """Imported history is old: it never counts as unread."""
        result = super()._compute_message_unread()
        members = self.filtered(
            lambda m: m.message_unread_counter and m.channel_id.is_helpdesk
        )
        imported = members._count_imported_unread()
        for member in members:
            if member.id in imported:
                member.message_unread_counter -= imported[member.id]
        return result

    def _count_imported_unread(self):
        if not self.ids:
            return {}
        self.env.cr.execute(
            SQL(
                "SELECT member.id, count(*) FROM discuss_channel_member member "
                "JOIN mail_message message ON message.res_id = member.channel_id "
                "AND message.model = 'discuss.channel' AND message.helpdesk_is_history "
                "AND message.id >= member.new_message_separator "
                "WHERE member.id IN %s GROUP BY member.id",
                tuple(self.ids),
            )
        )
        return dict(self.env.cr.fetchall())
