"""A message of a customer: identity, contact, conversation, case, message, part."""

from dataclasses import asdict

from markupsafe import Markup

from odoo import api, models

from ..gateway.graphemes import shorten
from ..gateway.markup import plain
from ..gateway.outgoing import OutText
from ..gateway.text import clean_name
from .messaging_inbound import Post, Stored

#: Characters of a ticket's title, as people count them.
TITLE_LENGTH = 80


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    # -- kinds ------------------------------------------------------------------------

    @api.model
    def _handle_message(self, ctx):
        return self._receive_message(ctx)

    @api.model
    def _handle_unsupported(self, ctx):
        """The customer wrote something the platform does not hand over."""
        return self._receive_message(ctx)

    # -- who --------------------------------------------------------------------------

    @api.model
    def _get_identity(self, ctx):
        """Return who an update is from; created when they are new."""
        parsed = ctx.parsed
        known = self._find_known_identity(ctx)
        if known:
            known._update_profile(
                self._clean_name(parsed.name), self._clean_name(parsed.username)
            )
            return known
        # A note about a conflict comes after what the customer wrote before.
        self._store_waiting(ctx.batch)
        return self.env["messaging.identity"]._find_or_create(
            ctx.account,
            parsed.addresses,
            name=self._clean_name(parsed.name),
            username=self._clean_name(parsed.username),
        )

    @api.model
    def _clean_name(self, name):
        return clean_name(name or "")

    @api.model
    def _get_reason_to_ignore(self, identity):
        """Hook: why nothing of this identity becomes a conversation, or ""."""
        if identity.is_internal:
            return self.env._("The number of an employee; employees are no customers.")
        if identity.blocked:
            return self.env._("This customer is blocked.")
        return ""

    # -- message ----------------------------------------------------------------------

    @api.model
    def _receive_message(self, ctx):
        """Store one message of a customer; the usual way of everything inbound."""
        if not ctx.parsed.addresses:
            return self._parked(self.env._("It does not say who wrote."))
        if self._is_known(ctx):
            return self._ignored(ctx, self.env._("This message was received before."))
        identity = self._get_identity(ctx)
        partner = self.env["messaging.contact"]._get_or_create_partner(identity)
        reason = self._get_reason_to_ignore(identity)
        if reason:
            return self._ignore_identity(ctx, identity, reason)
        conversation = self.env["discuss.channel"]._get_for_identity(identity, partner)
        self._open_window(ctx, identity)
        message = self._store_message(ctx, identity, conversation)
        return self._done(ctx, message)

    @api.model
    def _ignore_identity(self, ctx, identity, reason):
        """Tell once on the account when an employee writes to it."""
        if identity.is_internal and not identity.last_inbound_at:
            ctx.account._messaging_note(
                self.env._(
                    "%(name)s is an employee's number: messages from it make no case.",
                    name=identity.display_name,
                )
            )
        self._open_window(ctx, identity)
        return self._ignored(ctx, reason)

    @api.model
    def _is_known(self, ctx):
        return bool(self._find_part(ctx, ctx.parsed.external_id))

    @api.model
    def _find_part(self, ctx, external_id):
        """Return the part with an external id, by any attempt to send it."""
        Part = self.env["messaging.message"]
        key = (ctx.account.id, external_id)
        if not external_id or key in ctx.batch.new_ids:
            return Part
        if key in ctx.batch.waiting_ids:
            self._store_waiting(ctx.batch)
        domain = [
            ("account_id", "=", ctx.account.id),
            ("external_id", "=", external_id),
        ]
        part = Part.search(domain)
        return part or self.env["messaging.attempt"].search(domain).message_id

    @api.model
    def _open_window(self, ctx, identity):
        """The service window counts from the customer's last message or call."""
        last = identity.last_inbound_at
        if not last or last < ctx.occurred_at:
            identity.last_inbound_at = ctx.occurred_at

    @api.model
    def _store_message(self, ctx, identity, conversation):
        """Find or start the case, then post into its conversation.

        :return: the message, or None when it waits to be stored with others.
        """
        quoted = self._find_part(ctx, ctx.parsed.reply_to).mail_message_id
        body = self._build_body(ctx, quoted)
        consumer = self._find_consumer(ctx, identity, conversation, quoted)
        swallowed = consumer if consumer in self._get_swallowers() else ""
        case, opened = self._get_case(
            ctx, identity, conversation, quoted, body, swallowed
        )
        if case.conversation_id and case.conversation_id != conversation:
            conversation = case.conversation_id  # of a private team
            conversation._helpdesk_set_sender(identity)
        values = {
            "identity": identity,
            "ticket": case,
            "body": body,
            **self._prepare_post_values(ctx, conversation, quoted, swallowed),
        }
        post = Post(ctx, identity, conversation, case, opened, consumer, values)
        if self._may_wait(post, quoted):
            self._let_wait(post)
            return None
        return self._store_post(post)

    @api.model
    def _store_post(self, post):
        """Store one message at once, by the ordinary way of posting."""
        self._store_waiting(post.ctx.batch)
        message = post.conversation._helpdesk_post_inbound(**post.values)
        self._create_part(post.ctx, post.identity, message)
        self._create_media(post.ctx, message)
        self._note_stored(post, message)
        return message

    @api.model
    def _note_stored(self, post, message):
        if post.consumer:
            self._after_consumed(post.ctx, post.identity, message, post.consumer)
        post.ctx.batch.stored.append(
            Stored(
                post.ctx,
                post.identity,
                post.conversation,
                post.case,
                message,
                post.opened,
                post.consumer,
            )
        )

    @api.model
    def _prepare_post_values(self, ctx, conversation, quoted, swallowed=""):
        values = {
            "helpdesk_late": ctx.late,
            "helpdesk_occurred_at": ctx.occurred_at,
        }
        if swallowed:
            values["helpdesk_swallowed_by"] = swallowed
        if quoted.model == conversation._name and quoted.res_id == conversation.id:
            values["parent_id"] = quoted.id
        return values

    @api.model
    def _create_part(self, ctx, identity, message, **values):
        part_values = self._prepare_part_values(ctx, identity, message)
        ctx.batch.new_ids.discard((ctx.account.id, ctx.parsed.external_id))
        return self.env["messaging.message"].create({**part_values, **values})

    @api.model
    def _prepare_part_values(self, ctx, identity, message):
        parsed = ctx.parsed
        return {
            "account_id": ctx.account.id,
            "identity_id": identity.id,
            "conversation_id": message.res_id,
            "mail_message_id": message.id,
            "ticket_id": message.helpdesk_ticket_id.id,
            "direction": "in",
            "author_kind": "customer",
            "kind": parsed.type or parsed.kind.value,
            "payload": OutText(body=parsed.text).to_payload() if parsed.text else False,
            "reply_to_ref": parsed.reply_to or False,
            # A call or another thing without an id has none to repeat.
            "external_id": parsed.external_id or False,
            "state": "received",
            "next_try_at": False,
            "occurred_at": ctx.occurred_at,
            "occurred_raw": parsed.raw_timestamp or False,
            "referral": asdict(parsed.referral) if parsed.referral else False,
        }

    # -- case -------------------------------------------------------------------------

    @api.model
    def _get_case(self, ctx, identity, conversation, quoted, body, swallowed=""):
        """Return the case of a message: an open one, one reopened, or a new one.

        :return: the case, and whether this message opened or reopened it.
        """
        Ticket = self.env["helpdesk.ticket"]
        case = Ticket._find_open_case(conversation, quoted)
        if case:
            return case, ctx.batch.opened.get(ctx.update) == case
        last = Ticket._find_last_closed_case(conversation)
        if swallowed:
            return last, False
        if last and last._is_reopened_at(ctx.occurred_at):
            last._reopen_case()
            return last, True
        case = Ticket._create_case(
            identity, conversation, self._prepare_first_values(ctx, identity, body)
        )
        return case, True

    @api.model
    def _prepare_first_values(self, ctx, identity, body):
        title = Markup("<p>%s</p>") % self._get_type_title(ctx, identity)
        if ctx.parsed.media:  # the conversation has the file, its placeholder goes
            body = title + self._render_text(ctx.parsed)
        return {
            "name": self._get_title(ctx, identity),
            "description": body or title,
        }

    @api.model
    def _get_title(self, ctx, identity):
        """The first words of the message, or what it is and from whom."""
        words = " ".join(plain(ctx.parsed.text).split())
        return shorten(words, TITLE_LENGTH) or self._get_type_title(ctx, identity)

    @api.model
    def _get_type_title(self, ctx, identity):
        name = identity.partner_id.name or identity.display_name
        titles = {
            "image": self.env._("Photo from %(name)s", name=name),
            "sticker": self.env._("Sticker from %(name)s", name=name),
            "video": self.env._("Video from %(name)s", name=name),
            "audio": self.env._("Voice message from %(name)s", name=name),
            "document": self.env._("Document from %(name)s", name=name),
            "location": self.env._("Location from %(name)s", name=name),
            "contacts": self.env._("Contact from %(name)s", name=name),
            "order": self.env._("Order from %(name)s", name=name),
            "flow": self.env._("Form from %(name)s", name=name),
            "call": self.env._("Missed call from %(name)s", name=name),
        }
        kind = ctx.parsed.type
        return titles.get(kind) or self.env._("Message from %(name)s", name=name)
