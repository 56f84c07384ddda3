"""What a conversation does when its contents go to another one, or come from there."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.mail.tools.discuss import Store

#: More unread messages than this are no news to anybody: they come from a join.
MOST_UNREAD = 99


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    # -- one at a time ----------------------------------------------------------------

    def _helpdesk_touch(self):
        """Update the rows, by id, though nothing changes.

        Who moves a conversation's contents does the same. The later one of two
        transactions fails and starts over, instead of leaving a message behind.
        """
        if not self.ids:
            return
        self.env["discuss.channel"].flush_model(["last_interest_dt"])
        self.env.cr.execute(
            SQL(
                "UPDATE discuss_channel SET last_interest_dt = last_interest_dt "
                "WHERE id IN (SELECT id FROM discuss_channel WHERE id IN %s "
                "ORDER BY id FOR NO KEY UPDATE)",
                tuple(self.ids),
            ),
            log_exceptions=False,  # a conflict with another worker is no error
        )

    def message_post(self, **kwargs):
        """A conversation that stepped back has nobody in it: the other one goes on."""
        # sudo: discuss.channel - where it goes on; rights are checked there
        survivor = self.sudo()._helpdesk_get_survivor().with_env(self.env)
        if survivor != self:
            return survivor.message_post(**kwargs)
        return super().message_post(**kwargs)

    def _message_post_after_hook(self, message, msg_vals):
        if self.is_helpdesk and not self.env.context.get("helpdesk_counts_later"):
            self._helpdesk_touch()
        return super()._message_post_after_hook(message, msg_vals)

    @api.model
    def _helpdesk_post_together(self, posts):
        self.union(*(channel for channel, _values in posts))._helpdesk_touch()
        return super()._helpdesk_post_together(posts)

    def _helpdesk_get_survivor(self):
        """Return the conversation that goes on, itself when it did not step back.

        One that is being erased is merged into itself: nobody writes there any more.
        """
        survivor = self
        seen = self.browse()
        while survivor[:1].helpdesk_merged_into_id - survivor - seen:
            seen |= survivor
            survivor = survivor.helpdesk_merged_into_id
        return survivor

    def _helpdesk_post_system_line(self, body):
        """A line about a case goes where the case does."""
        message = super()._helpdesk_post_system_line(body)
        # sudo: mail.message - the server's own line
        message.sudo().helpdesk_ticket_id = self.sudo().helpdesk_ticket_id
        return message

    # -- whose it is ------------------------------------------------------------------

    def _helpdesk_is_only_of(self, identities):
        """Whether nobody else's message, part, case or landing is here."""
        return not self._helpdesk_find_any("NOT IN", identities)

    def _helpdesk_has_any_of(self, identities):
        return self._helpdesk_find_any("IN", identities)

    def _helpdesk_find_any(self, operator, identities):
        self.ensure_one()
        self.env.flush_all()
        whom = tuple(identities.ids) or (0,)
        condition = SQL("IN %s", whom)
        if operator == "NOT IN":
            condition = SQL("NOT IN %s", whom)
        self.env.cr.execute(
            SQL(
                """
                SELECT EXISTS (SELECT FROM messaging_identity
                                WHERE conversation_id = %(here)s AND id %(who)s)
                    OR EXISTS (SELECT FROM messaging_message
                                WHERE conversation_id = %(here)s
                                  AND identity_id %(who)s)
                    OR EXISTS (SELECT FROM helpdesk_ticket
                                WHERE conversation_id = %(here)s
                                  AND messaging_identity_id %(who)s)
                    OR EXISTS (SELECT FROM mail_message
                                WHERE model = 'discuss.channel' AND res_id = %(here)s
                                  AND messaging_identity_id %(who)s)
                """,
                here=self.id,
                who=condition,
            )
        )
        return self.env.cr.fetchone()[0]

    def _helpdesk_get_own(self):
        """Return the address of its customer that wrote here last, or none."""
        mine = self.messaging_identity_ids.filtered(
            lambda identity: identity.partner_id == self.helpdesk_partner_id
        )
        return mine.sorted(lambda i: i.last_inbound_at or i.create_date)[-1:]

    def _helpdesk_find_other(self, partner):
        """Return a contact's conversation in the same inbox and private team."""
        self.ensure_one()
        return self.with_context(active_test=False).search(
            Domain(
                [
                    ("channel_type", "=", "helpdesk"),
                    ("messaging_inbox_id", "=", self.messaging_inbox_id.id),
                    ("helpdesk_partner_id", "=", partner.id),
                    (
                        "helpdesk_private_team_id",
                        "=",
                        self.helpdesk_private_team_id.id,
                    ),
                    ("helpdesk_merged_into_id", "=", False),
                ]
            ),
            limit=1,
        )

    def _helpdesk_create_other(self, partner):
        return self._get_or_create_conversation(
            self.messaging_inbox_id, partner, self.helpdesk_private_team_id
        )

    def _helpdesk_change_hands(self, partner):
        """Be the conversation of another contact; a name of its own is kept."""
        values = {"helpdesk_partner_id": partner.id}
        if self.name == self.helpdesk_partner_id.name and partner.name:
            values["name"] = partner.name
        self.write(values)

    # -- stepping back and forward ----------------------------------------------------

    def _helpdesk_step_back(self, survivor):
        """Take no more messages; who has this one open is led to the other."""
        self.ensure_one()
        self.helpdesk_merged_ids.write({"helpdesk_merged_into_id": survivor.id})
        self.write(
            {
                "helpdesk_merged_into_id": survivor.id,
                "helpdesk_partner_id": survivor.helpdesk_partner_id.id,
                "helpdesk_ticket_id": False,
                "helpdesk_agent_id": False,
                "helpdesk_waiting_since": False,
                "messaging_identity_id": False,
            }
        )

    def _helpdesk_step_forward(self, partner, merged_ids):
        """Be a contact's conversation again, with those that stepped back for it."""
        self.ensure_one()
        survivor = self.helpdesk_merged_into_id
        self.write(
            {"helpdesk_merged_into_id": False, "helpdesk_partner_id": partner.id}
        )
        mine = survivor.helpdesk_merged_ids.filtered(lambda c: c.id in merged_ids)
        mine.write(
            {"helpdesk_merged_into_id": self.id, "helpdesk_partner_id": partner.id}
        )

    def _prepare_case_state(self):
        """Override: its team still opens one that stepped back, and is led on."""
        if not self.helpdesk_merged_into_id:
            return super()._prepare_case_state()
        return {
            "helpdesk_ticket_id": False,
            "helpdesk_agent_id": False,
            "helpdesk_waiting_since": False,
        }

    def _helpdesk_settle(self):
        """Bring sender, readers and members in line with what is here now."""
        for channel in self:
            here = channel.messaging_identity_ids or channel._helpdesk_get_elsewhere()
            here = here.sorted(
                lambda i: (bool(i.last_inbound_at), i.last_inbound_at or i.create_date)
            )
            values = {"helpdesk_sales_readable": channel._helpdesk_may_sales_read()}
            sender = channel.messaging_identity_id
            if not channel.helpdesk_merged_into_id and (
                channel.messaging_identity_ids
                or sender.partner_id != channel.helpdesk_partner_id
            ):
                values["messaging_identity_id"] = here[-1:].id
            changes = channel._helpdesk_get_changes(values)
            if changes:
                channel.write(changes)
        self._helpdesk_sync_cases()
        for channel in self:
            channel._broadcast_helpdesk_state()

    def _helpdesk_get_elsewhere(self):
        """Return the customer's addresses that land with a private team just now."""
        return self.helpdesk_partner_id.messaging_identity_ids.filtered(
            lambda identity: identity.account_id.inbox_id == self.messaging_inbox_id
        )

    def _helpdesk_may_sales_read(self):
        """Salespeople read what every account of this customer lets them read."""
        accounts = self.helpdesk_partner_id.messaging_identity_ids.account_id
        mine = accounts.filtered(lambda a: a.inbox_id == self.messaging_inbox_id)
        return bool(mine) and all(mine.mapped("sales_can_read"))

    def _helpdesk_get_changes(self, values):
        """Override: one account does not open what another one closes."""
        if (
            values.get("helpdesk_sales_readable")
            and self.is_helpdesk
            and not self.helpdesk_sales_readable
            and self.helpdesk_partner_id.messaging_identity_ids
        ):
            allowed = self._helpdesk_may_sales_read()
            values = {**values, "helpdesk_sales_readable": allowed}
        return super()._helpdesk_get_changes(values)

    # -- members ----------------------------------------------------------------------

    def _helpdesk_get_unread(self):
        """Return ``{partner: first unread message}`` of members, None without any."""
        members = self.channel_member_ids
        members.invalidate_recordset(["message_unread_counter"])
        firsts = {}
        for member in members:
            known = firsts.get(member.partner_id)
            first = member.message_unread_counter and member.new_message_separator
            both = filter(None, (known, first))
            firsts[member.partner_id] = min(both, default=None)
        return firsts

    def _helpdesk_settle_unread(self, unread):
        """Unread is what was unread before, never the history that came along."""
        self.ensure_one()
        newest = self._helpdesk_get_newest_ids(MOST_UNREAD)
        for member in self.channel_member_ids:
            if member.partner_id not in unread:
                continue  # a new one, who starts at the first unanswered message
            first = unread[member.partner_id]
            if not first:
                first = newest[0] + 1
            elif len(newest) == MOST_UNREAD:
                first = max(first, newest[-1])
            if member.new_message_separator != first:
                member.new_message_separator = first

    def _helpdesk_get_newest_ids(self, limit):
        self.env.cr.execute(
            SQL(
                "SELECT id FROM mail_message WHERE model = 'discuss.channel' "
                "AND res_id = %s ORDER BY id DESC LIMIT %s",
                self.id,
                limit,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()] or [0]

    # -- news -------------------------------------------------------------------------

    def _get_helpdesk_state_fields(self):
        return [
            *super()._get_helpdesk_state_fields(),
            Store.Attr(
                "helpdesk_merged_into_id",
                lambda channel: channel.helpdesk_merged_into_id.id or False,
                predicate=lambda channel: channel.channel_type == "helpdesk",
            ),
        ]

    def _helpdesk_announce_move(self, target):
        """Tell who looks at either conversation to read its messages again."""
        for channel in self | target:
            channel._bus_send(
                "helpdesk/conversation_moved",
                {"source_id": self.id, "target_id": target.id},
            )

    # -- hooks for what runs ----------------------------------------------------------

    @api.model
    def _helpdesk_join_running_state(self, source, target):
        """Hook: let flows, surveys and the like of the source go on in the target."""

    @api.model
    def _helpdesk_split_running_state(self, source, target, identities):
        """Hook: take out of the source what runs for these identities."""
