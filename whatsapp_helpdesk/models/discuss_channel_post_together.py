"""Storing many messages of customers at once.

``message_post`` stores one message with a dozen queries, which limits how many
customers can be served. Here the same rows, hooks and bus messages come from a few
queries for all. ``tests/test_inbound_bulk.py`` compares both ways.
"""

from odoo import api, fields, models

from odoo.addons.mail.tools.discuss import Store

from .discuss_channel_access import POSTING

#: Steps of core that are done here in another way.
REPLACED = (
    "_add_members",
    "message_post",
    "_notify_thread",
    "_notify_thread_by_email",
    "_notify_thread_by_inbox",
    "_notify_thread_with_out_of_office",
)
#: Addons whose versions of these steps do nothing for a customer's message.
HARMLESS = {
    "im_livechat",
    "mail",
    "mail_bot",
    "mail_gateway",
    "rating",
    "sms",
    "snailmail",
    "website_livechat",
    "whatsapp_helpdesk",
}


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    @api.model
    def _helpdesk_may_post_together(self):
        """Whether no other addon changes a step of posting that is left out here."""
        return all(
            _get_addon(definer) in self._helpdesk_get_harmless_addons()
            for definer in type(self).__mro__
            if any(name in definer.__dict__ for name in REPLACED)
        )

    @api.model
    def _helpdesk_get_harmless_addons(self):
        """Hook: addons whose posting is no different for a customer's message."""
        return HARMLESS

    @api.model
    def _helpdesk_post_together(self, posts):
        """Store what customers wrote, as :meth:`_helpdesk_post_inbound` does with one.

        :param list posts: (conversation, arguments of ``_helpdesk_post_inbound``).
        :return: the messages in the same order.
        """
        channels = self.union(*(channel for channel, _values in posts))
        channels.last_interest_dt = fields.Datetime.now()
        rows = [channel._prepare_message_row(**values) for channel, values in posts]
        posting = self.with_context(
            helpdesk_posting=POSTING,
            helpdesk_counts_later=True,
            mail_post_autofollow=False,
            mail_post_autofollow_author_skip=True,
        )
        messages = posting._message_create(rows).with_env(self.env)
        for (channel, _values), message, row in zip(posts, messages, rows, strict=True):
            channel.with_env(posting.env)._message_post_after_hook(message, row)
        self._helpdesk_count_together(posts, messages)
        self._helpdesk_notify_together(posts, messages, rows)
        return messages

    def _prepare_message_row(self, identity, ticket, body, **values):
        """Return what ``message_post`` would give to ``_message_create``."""
        row = self._prepare_inbound_post(identity, ticket, body)
        subtype = row.pop("subtype_xmlid")
        row["subtype_id"] = self.env["ir.model.data"]._xmlid_to_res_id(subtype)
        return {
            "attachment_ids": [],
            "author_guest_id": False,
            "incoming_email_cc": False,
            "incoming_email_to": False,
            "model": self._name,
            "outgoing_email_to": False,
            "parent_id": False,
            "partner_ids": [],
            "res_id": self.id,
            "subject": False,
            **row,
            **values,
        }

    @api.model
    def _helpdesk_count_together(self, posts, messages):
        """Count the messages, then bring each conversation in line once."""
        pairs = []
        for (channel, _values), message in zip(posts, messages, strict=True):
            # sudo: discuss.channel - the case of a conversation that is posted in
            case = message.helpdesk_ticket_id or channel.sudo().helpdesk_ticket_id
            pairs.append((message.sudo(), case.sudo()))
        facts = self.env["helpdesk.message.fact"]._count_messages(pairs)
        self.browse(facts.conversation_id.ids).with_prefetch(
            facts.conversation_id._prefetch_ids
        )._helpdesk_sync_cases()

    # -- who joins -------------------------------------------------------------------

    def _helpdesk_add_members_together(self, user, first_ids):
        """Make a user member of many conversations, as ``_add_members`` does with one.

        Called as this user, who is in none of them yet.

        :param dict first_ids: where the unread messages of each begin.
        """
        members = self.env["discuss.channel.member"].create(
            [
                {
                    "channel_id": channel.id,
                    "new_message_separator": first_ids[channel.id],
                    "partner_id": user.partner_id.id,
                }
                for channel in self
            ]
        )
        target = members[0]._bus_channel()
        fields_of_channel = self._to_store_defaults(Store(bus_channel=target).target)
        for member in members:
            channel = member.channel_id
            store = Store(bus_channel=target)
            store.add(channel, fields_of_channel).add(member, "unpin_dt")
            payload = {
                "channel_id": channel.id,
                "invite_to_rtc_call": False,
                "data": store.get_result(),
            }
            member._bus_send("discuss.channel/joined", payload)
            if not self.env.context.get("helpdesk_announces_later"):
                # Nobody listens yet to a conversation that was just created.
                Store(bus_channel=channel).add(channel, "member_count").add(
                    member
                ).bus_send()
        return members

    # -- who is told -----------------------------------------------------------------

    @api.model
    def _helpdesk_notify_together(self, posts, messages, rows):
        """Tell members' devices and everybody's screens."""
        reachable = self._helpdesk_get_channels_with_devices(posts)
        recipients = {}
        for (channel, _values), message, row in zip(posts, messages, rows, strict=True):
            if channel in reachable:
                if channel not in recipients:
                    recipients[channel] = channel._notify_get_recipients(message, row)
                channel._notify_thread_by_web_push(
                    message, recipients[channel], msg_vals=row
                )
            store = Store(bus_channel=channel).add(message, msg_vals=row)
            channel._bus_send(
                "discuss.channel/new_message",
                {"data": store.get_result(), "id": channel.id},
            )

    @api.model
    def _helpdesk_get_channels_with_devices(self, posts):
        """Return conversations with a member who gets notices on a device."""
        channels = self.union(*(channel for channel, _values in posts))
        partners = channels.channel_member_ids.partner_id
        # sudo: mail.push.device - only whether there is any
        devices = (
            self.env["mail.push.device"]
            .sudo()
            .search([("partner_id", "in", partners.ids)])
        )
        return channels.filtered(
            lambda channel: channel.channel_member_ids.partner_id & devices.partner_id
        )


def _get_addon(definer):
    """Return the addon of a class; Odoo's own and its base classes count as mail."""
    parts = definer.__module__.split(".")
    return parts[2] if parts[:2] == ["odoo", "addons"] else "mail"
