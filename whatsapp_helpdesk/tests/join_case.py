"""Two customers of one inbox who turn out to be one."""

import itertools

from odoo import Command

from .outbound_case import OutboundCase

_files = itertools.count(1)

#: Where everything of customers is; system lines left out.
SNAPSHOT = (
    (
        "messages",
        "SELECT id, res_id, author_id, helpdesk_ticket_id, "
        "messaging_identity_id FROM mail_message "
        "WHERE model = 'discuss.channel' AND message_type != 'notification'",
    ),
    (
        "parts",
        "SELECT id, conversation_id, ticket_id, mail_message_id, state "
        "FROM messaging_message",
    ),
    (
        "facts",
        "SELECT id, conversation_id, ticket_id FROM helpdesk_message_fact",
    ),
    (
        "cases",
        "SELECT id, conversation_id, partner_id, stage_id, user_id, "
        "waiting_on, waiting_since FROM helpdesk_ticket",
    ),
    (
        "identities",
        "SELECT id, partner_id, conversation_id FROM messaging_identity",
    ),
    (
        "conversations",
        "SELECT id, helpdesk_partner_id, helpdesk_merged_into_id, "
        "helpdesk_ticket_id, helpdesk_agent_id, helpdesk_team_id, "
        "messaging_identity_id, helpdesk_sales_readable "
        "FROM discuss_channel WHERE channel_type = 'helpdesk'",
    ),
    (
        "files",
        "SELECT id, res_id FROM ir_attachment WHERE res_model = 'discuss.channel'",
    ),
    (
        "members",
        "SELECT m.channel_id, m.partner_id FROM discuss_channel_member m "
        "JOIN discuss_channel c ON c.id = m.channel_id "
        "WHERE c.channel_type = 'helpdesk'",
    ),
    ("contacts", "SELECT id, active, phone, email FROM res_partner"),
)


class JoinCase(OutboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.closed_stage = cls.env["helpdesk.ticket.stage"].search(
            [("closed", "=", True)], limit=1
        )
        cls.first = cls._create_conversation(name="Ana")
        cls.second = cls._create_conversation(name="Ana on the other phone")
        (cls.first | cls.second).helpdesk_sales_readable = cls.account.sales_can_read
        cls.ana = cls.first.helpdesk_partner_id
        cls.double = cls.second.helpdesk_partner_id
        cls.first_identity = cls.first.messaging_identity_id
        cls.second_identity = cls.second.messaging_identity_id
        cls.first_case = cls.first.helpdesk_ticket_id
        cls.second_case = cls.second.helpdesk_ticket_id

    @property
    def journal(self):
        return self.env["messaging.join"]

    def _join(self, identities=None, partner=None, **values):
        join = self.journal._join(
            identities or self.second_identity,
            partner or self.ana,
            values.pop("proof", "agent"),
            user=values.pop("user", self.leader),
            **values,
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return join

    def _undo(self, join):
        join._undo(self.leader)
        self.env.flush_all()
        self.env.invalidate_all()

    def _write_as(self, identity, text="Hello?", case=None):
        """A message of an identity, where it lands now."""
        place = identity.conversation_id
        place.messaging_identity_id = identity
        message = self._customer_says(place, text)
        if case:
            message.helpdesk_ticket_id = case
        return message

    def _note(self, conversation, text="A note", user=None):
        return (
            conversation.with_user(user or self.agent)
            .message_post(
                body=text, message_type="comment", subtype_xmlid="mail.mt_note"
            )
            .sudo()
        )

    def _attach(self, message):
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"file-{next(_files)}.txt",
                "raw": b"content",
                "res_model": "discuss.channel",
                "res_id": message.res_id,
            }
        )
        message.attachment_ids = [Command.link(attachment.id)]
        return attachment

    def _close(self, case):
        case.stage_id = self.closed_stage

    def _get_messages(self, conversation):
        return self.env["mail.message"].search(
            [("model", "=", "discuss.channel"), ("res_id", "=", conversation.id)],
            order="id",
        )

    def _get_parts(self, conversation):
        return self.env["messaging.message"].search(
            [("conversation_id", "=", conversation.id)], order="id"
        )

    def _get_snapshot(self):
        """Return where everything of these customers is."""
        self.env.flush_all()
        snapshot = {}
        for name, query in SNAPSHOT:
            self.env.cr.execute(query)
            snapshot[name] = sorted(self.env.cr.fetchall(), key=repr)
        return snapshot
