"""Set-up of the tests of the flow out: a customer, a case, a scripted provider."""

import base64
import itertools
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields

from ..gateway.updates import Kind, Update
from .common import MessagingCase
from .fakes import Script, scripted_provider

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
_numbers = itertools.count(1)


class OutboundMixin:
    """A conversation without the flow in: records are made directly."""

    @classmethod
    def _create_conversation(cls, name="Sara Customer", phone=None, agent=None):
        number = next(_numbers)
        phone = phone or f"+9647701{number:06d}"
        identity = cls._create_identity(name, phone)
        partner = identity.partner_id
        Channel = cls.env["discuss.channel"]
        conversation = Channel._get_or_create_conversation(
            cls.account.inbox_id, partner
        )
        identity.conversation_id = conversation
        agent = cls.agent if agent is None else agent
        case = cls.env["helpdesk.ticket"].create(
            {
                "name": "Order is late",
                "description": "Where is it?",
                "partner_id": partner.id,
                "team_id": cls.team.id,
                "user_id": agent.id if agent else False,
                "company_id": cls.company.id,
                "conversation_id": conversation.id,
                "messaging_account_id": cls.account.id,
                "messaging_identity_id": identity.id,
                "waiting_on": "customer",
                "last_customer_message_at": fields.Datetime.now()
                - timedelta(minutes=5),
            }
        )
        conversation.write(
            {
                "messaging_identity_id": identity.id,
                "helpdesk_ticket_id": case.id,
                "helpdesk_team_id": cls.team.id,
                "helpdesk_agent_id": case.user_id.id,
            }
        )
        if case.user_id:
            conversation._helpdesk_add_agent(case.user_id)
        return conversation

    @classmethod
    def _create_identity(cls, name, phone):
        partner = cls.env["res.partner"].create({"name": name, "phone": phone})
        return cls.env["messaging.identity"].create(
            {
                "account_id": cls.account.id,
                "name": name,
                "partner_id": partner.id,
                "last_inbound_at": fields.Datetime.now() - timedelta(minutes=5),
                "address_ids": [
                    Command.create(
                        {
                            "kind": "phone",
                            "value": phone,
                            "scope": f"account:{cls.account.id}",
                            "reach": "provider:whatsapp",
                        }
                    )
                ],
            }
        )

    def _customer_says(self, conversation, text="Hello?", external_id=None):
        """Store a received message with its part; return the mail.message."""
        identity = conversation.messaging_identity_id
        message = conversation._helpdesk_post_inbound(
            identity=identity, ticket=conversation.helpdesk_ticket_id, body=text
        )
        self.env["messaging.message"].create(
            {
                "account_id": identity.account_id.id,
                "identity_id": identity.id,
                "conversation_id": conversation.id,
                "mail_message_id": message.id,
                "direction": "in",
                "kind": "text",
                "external_id": external_id or f"wamid.in.{next(_numbers)}",
                "author_kind": "customer",
                "state": "received",
            }
        )
        identity.last_inbound_at = fields.Datetime.now()
        return message

    def _reply(self, conversation, body="We look into it.", user=None, **values):
        """Answer as a person does in the composer."""
        return (
            conversation.with_user(user or self.agent)
            .message_post(
                body=body,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                **values,
            )
            .sudo()
        )

    def _note(self, conversation, body="Look at this", user=None, **values):
        return (
            conversation.with_user(user or self.agent)
            .message_post(
                body=body,
                message_type="comment",
                subtype_xmlid="mail.mt_note",
                **values,
            )
            .sudo()
        )

    def _create_file(self, name="photo.png", mimetype=None, content=None, user=None):
        """A file as the composer uploads it: pending, of the person who writes."""
        types = {"png": "image/png", "pdf": "application/pdf", "mp3": "audio/mpeg"}
        return (
            self.env["ir.attachment"]
            .with_user(user or self.agent)
            .create(
                {
                    "name": name,
                    "raw": content or PNG,
                    "mimetype": mimetype or types.get(name.rpartition(".")[2]),
                    "res_model": "mail.compose.message",
                    "res_id": 0,
                }
            )
        )

    def _get_parts(self, message):
        return message.messaging_part_ids.sorted("sequence")

    def _get_outbox(self, conversation=None):
        domain = [("direction", "=", "out")]
        if conversation:
            domain.append(("conversation_id", "=", conversation.id))
        return self.env["messaging.message"].search(domain, order="id")

    def _send(self):
        """Run the sender once, without committing or waiting."""
        outbox_class = self.env.registry["messaging.message"]
        no_nap = patch.object(outbox_class, "_nap_until_due", lambda outbox: False)
        with self._without_commit(), no_nap:
            self.env["messaging.message"]._cron_send()
        self.env.flush_all()

    def _status(self, part, state, **values):
        """Apply a status of the provider to a part."""
        update = Update(
            Kind.STATUS,
            f"status:{part.id}:{state}",
            **{"target": part.external_id or "", "state": state, **values},
        )
        return self.env["messaging.message"]._apply_status(part.account_id, update)


class OutboundCase(OutboundMixin, MessagingCase):
    """ORM tests of the flow out, with a scripted provider instead of the network."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.conversation = cls._create_conversation()
        cls.case = cls.conversation.helpdesk_ticket_id
        cls.identity = cls.conversation.messaging_identity_id

    def setUp(self):
        super().setUp()
        self.script = Script()
        provider_class = scripted_provider(self.script)
        self.startPatcher(
            patch.object(
                self.env.registry["messaging.connection"],
                "_get_provider_class",
                lambda connection: provider_class,
            )
        )
