"""From a message in Discuss to the parts that leave, in order.

A long text is several parts, every file is one. What cannot be sent is refused with a
sentence before anything is stored; nothing is ever cut off.
"""

from datetime import timedelta

from markupsafe import escape

from odoo import api, fields, models
from odoo.tools import human_size

from ..gateway import markup, phones
from ..gateway.errors import UnsupportedPart
from ..gateway.outgoing import OutMedia, OutReaction, OutText

#: Lower leaves first.
PRIORITY = {"agent": 10, "automatic": 20}
#: From here on a part is bulk, such as a campaign: it gets only a share of the slots
#: and of the account's pace, and never holds up what has a better priority.
BULK = 30
#: Kinds of parts that tell the customer's app something and are no messages: nothing
#: waits for them and nothing is left of them.
MARKS = ("read", "typing", "acknowledge")


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    # -- a message of Discuss ---------------------------------------------------------

    @api.model
    def _queue_message(self, mail_message):
        """Cut a message into parts and put them into the outbox.

        The gate was passed in the same transaction, see ``discuss.channel``.
        """
        ready = self._get_ready_part()
        if ready:
            return self._queue_parts(mail_message, [(ready.part, ready.attachment)])
        parts = self._build_parts(
            mail_message.messaging_identity_id,
            mail_message.body,
            mail_message.attachment_ids.sorted("id"),
        )
        return self._queue_parts(mail_message, parts)

    @api.model
    def _get_ready_part(self):
        """Hook: what leaves instead of the text of the message that is posted."""

    @api.model
    def _queue_parts(self, mail_message, parts):
        """Put the parts of a message into the outbox.

        :param list parts: pairs of a ``gateway.outgoing`` part and its attachment.
        """
        vals_list = [
            self._prepare_part_values(mail_message, part, attachment, sequence)
            for sequence, (part, attachment) in enumerate(parts)
        ]
        # sudo: messaging.message - users never write the outbox themselves
        queued = self.sudo().create(vals_list)
        self._wake_sender()
        return queued

    def _prepare_part_values(self, mail_message, part, attachment, sequence):
        author_kind = mail_message.helpdesk_author_kind or "automatic"
        return {
            **self._prepare_outbox_values(
                mail_message.messaging_identity_id, part, author_kind
            ),
            "mail_message_id": mail_message.id,
            "conversation_id": mail_message.res_id,
            "ticket_id": mail_message.helpdesk_ticket_id.id,
            "sequence": sequence,
            "attachment_id": attachment.id,
            "reply_to_ref": not sequence and self._get_quoted_ref(mail_message),
            "template_name": getattr(part, "name", False)
            if part.kind == "template"
            else False,
            "template_language": getattr(part, "language", False),
        }

    def _prepare_outbox_values(self, identity, part, author_kind):
        return {
            "account_id": identity.account_id.id,
            "identity_id": identity.id,
            "direction": "out",
            "kind": part.kind,
            "payload": part.to_payload(),
            "author_kind": author_kind,
            "priority": PRIORITY.get(author_kind, 20),
            "expires_at": fields.Datetime.now() + self._get_time_to_live(author_kind),
            "recipient_country_id": self._get_recipient_country(identity).id,
        }

    def _get_time_to_live(self, author_kind):
        """Hook: how long a part may wait; an answer that is days old confuses."""
        return timedelta(hours=24) if author_kind == "agent" else timedelta(hours=1)

    def _get_recipient_country(self, identity):
        phone = identity.address_ids.filtered(lambda a: a.kind == "phone")[:1].value
        code = phone and phones.country(phone)
        Country = self.env["res.country"]
        return Country.search([("code", "=", code)], limit=1) if code else Country

    def _get_quoted_ref(self, mail_message):
        """External id of the quoted message, when this account knows it."""
        account = mail_message.messaging_identity_id.account_id
        if not account._get_features().reply_quotes:
            return False
        # sudo: messaging.message - the quoted message is readable, its part is not
        parts = mail_message.parent_id.sudo().messaging_part_ids
        known = parts.filtered(lambda p: p.account_id == account and p.external_id)
        return known[:1].external_id

    # -- cutting ----------------------------------------------------------------------

    @api.model
    def _build_parts(self, identity, body, attachments):
        """Return ``(part, attachment)`` pairs in the order they leave.

        One file with a short text is one part with a caption; else the text goes first.

        :param body: HTML, or plain text as ``str``.
        :raise UserError: the channel cannot send it.
        """
        text = markup.to_markup(str(escape(body or "")))
        if not text and not attachments:
            self.env["messaging.gate"]._refuse(
                "invalid", self.env._("There is nothing to send.")
            )
        files = [(self._build_media(identity, file), file) for file in attachments]
        if text and len(files) == 1:
            [(media, attachment)] = files
            captioned = self._add_caption(identity, media, text)
            if captioned:
                return [(captioned, attachment)]
        nothing = self.env["ir.attachment"]
        return [(part, nothing) for part in self._build_texts(identity, text)] + files

    def _build_texts(self, identity, text):
        limit = identity.account_id._get_limits().text
        parts = [OutText(piece) for piece in markup.split_text(text, limit)]
        for part in parts:
            self._check_sendable(identity, part)
        return parts

    def _add_caption(self, identity, media, text):
        """Return the media with the text on it, or None where that is not possible."""
        limit = identity.account_id._get_limits().caption
        if markup.length(text, limit.unit) > limit.size:
            return None
        part = OutMedia(**{**vars(media), "caption": text})
        return part if not self._get_unsendable(identity, part) else None

    def _build_media(self, identity, attachment):
        """Return the part of a file, as the best kind that the channel accepts."""
        part = None
        for media_type in self._get_media_types(identity, attachment):
            candidate = OutMedia(
                media_type=media_type,
                mime_type=attachment.mimetype or "application/octet-stream",
                filename=attachment.name or "",
                voice=self._is_voice(identity, media_type, attachment),
            )
            if not self._get_unsendable(identity, candidate):
                part = candidate
                break
        if not part:
            self._refuse_file_type(identity, attachment)
        self._check_file_size(identity, attachment)
        return part

    def _get_media_types(self, identity, attachment):
        accepted = identity.account_id._get_features().media_types
        main, _slash, sub = (attachment.mimetype or "").partition("/")
        natural = [main] if main in ("image", "video", "audio") else []
        sticker = ["sticker"] if sub == "webp" else []
        return [t for t in (*natural, *sticker, "document") if t in accepted]

    def _is_voice(self, identity, media_type, attachment):
        """A recording that the channel plays as a voice message: never an mp3."""
        return (
            media_type == "audio"
            and identity.account_id._get_features().voice
            and attachment.mimetype == "audio/ogg"
            # sudo: discuss.voice.metadata - only whether the file was recorded here
            and bool(attachment.sudo().voice_ids)
        )

    # -- refusing ---------------------------------------------------------------------

    @api.model
    def _get_unsendable(self, identity, part):
        """Return the reason code why the channel can never send a part, or ''."""
        try:
            identity.account_id.connection_id._get_provider_class().check(part)
        except UnsupportedPart as error:
            return error.reason
        return ""

    @api.model
    def _check_sendable(self, identity, part):
        """:raise UserError: the channel can never send a part."""
        reason = self._get_unsendable(identity, part)
        if reason:
            labels = dict(self._get_failure_reasons())
            self.env["messaging.gate"]._refuse(
                reason, labels.get(reason) or labels["unsupported"]
            )

    def _refuse_file_type(self, identity, attachment):
        self.env["messaging.gate"]._refuse(
            "media",
            self.env._(
                "%(file)s cannot be sent: %(channel)s does not accept files of the "
                "type %(type)s.",
                file=attachment.name,
                channel=identity.account_id.connection_id._get_provider_class().label,
                type=attachment.mimetype,
            ),
        )

    def _check_file_size(self, identity, attachment):
        """:raise UserError: larger than the provider takes."""
        limits = identity.account_id._get_limits()
        limit = limits.media.get(attachment.mimetype, limits.any_media)
        if limit and attachment.file_size > limit:
            self.env["messaging.gate"]._refuse(
                "media",
                self.env._(
                    "%(file)s is too large (%(size)s). %(channel)s takes files of this "
                    "type up to %(limit)s.",
                    file=attachment.name,
                    size=human_size(attachment.file_size),
                    channel=identity.account_id.connection_id._get_provider_class().label,
                    limit=human_size(limit),
                ),
            )

    # -- what is no message -----------------------------------------------------------

    @api.model
    def _queue_reaction(self, target_part, emoji):
        """Put a reaction on a message of the customer into the outbox.

        :param target_part: the received ``messaging.message``.
        :param str emoji: '' takes the reaction back.
        :raise UserError: when the gate refuses.
        """
        identity = target_part.identity_id
        part = OutReaction(target=target_part.external_id, emoji=emoji)
        passed = self.env["messaging.gate"]._check_part(identity, "agent", part)
        # sudo: messaging.message - users never write the outbox themselves
        queued = (
            self.sudo()
            .with_context(messaging_pass=passed)
            .create(
                {
                    **self._prepare_outbox_values(identity, part, "agent"),
                    "conversation_id": target_part.conversation_id.id,
                    "ticket_id": target_part.ticket_id.id,
                }
            )
        )
        self._wake_sender()
        return queued

    # -- waking -----------------------------------------------------------------------

    @api.model
    def _get_sender_crons(self):
        # sudo: ir.cron - users who write wake the sender
        refs = ("cron_sender_1", "cron_sender_2")
        Cron = self.env["ir.cron"].sudo()
        return Cron.union(
            *(self.env.ref(f"whatsapp_helpdesk.{ref}").sudo() for ref in refs)
        )

    @api.model
    def _wake_sender(self):
        """Start a sender soon, once however many messages wait."""
        self._get_sender_crons()[:1]._wake_once()
