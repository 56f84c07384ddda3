"""From a fetched file to an attachment that is safe to show."""

import re

from markupsafe import Markup

from odoo import api, models

from odoo.addons.mail.tools.discuss import Store

from ..gateway.filetypes import OCTETS, safe_type
from ..gateway.text import clean_filename

#: Placeholders in a message's body, one per file in order.
PLACEHOLDER = re.compile(r'<p class="o-helpdesk-media[^"]*">.*?</p>', re.DOTALL)
#: Audio that Discuss's voice player can play.
VOICE_TYPES = {"audio/mpeg", "audio/ogg", "audio/mp4", "audio/aac"}


class MessagingMedia(models.Model):
    _inherit = "messaging.media"

    def _store_file(self, blob):
        """Attach a file with the type it really has, after the scanner saw it."""
        self.ensure_one()
        verdict = self._scan(blob.content)
        if verdict:
            self.write({"state": "refused", "lease_until": False, "error": verdict})
            self._show_failure()
            return
        mime_type, inline = safe_type(blob.content, blob.mime_type or self.mime_type)
        attachment = self._create_attachment(blob, mime_type, inline)
        self.write(
            {
                "state": "done",
                "lease_until": False,
                "error": False,
                "attachment_id": attachment.id,
                "mime_type": mime_type,
                "size": len(blob.content),
            }
        )
        self._show_file(attachment, mime_type)

    @api.model
    def _scan(self, content):
        """Hook: why a file must not be stored, or "" when it may.

        :param bytes content: never to be unpacked or run here.
        """
        return ""

    def _create_attachment(self, blob, mime_type, inline):
        """Whatever a browser could run or choke on is only offered as a download."""
        message = self.message_id.mail_message_id
        # image_no_postprocess: decoding a stranger's picture is work for a browser
        Attachment = self.env["ir.attachment"].with_context(image_no_postprocess=True)
        attachment = Attachment.create(
            {
                "name": self._get_filename(blob, mime_type),
                "raw": blob.content,
                "mimetype": mime_type,
                "res_model": message.model,
                "res_id": message.res_id,
            }
        )
        # On creation Odoo replaces "unknown" by its own guess.
        stored = mime_type if inline else OCTETS
        if attachment.mimetype != stored:
            attachment.mimetype = stored
        return attachment.with_env(self.env)

    def _get_filename(self, blob, mime_type):
        return clean_filename(self.filename or blob.filename or "", mime_type)

    # -- showing ----------------------------------------------------------------------

    def _show_file(self, attachment, mime_type):
        message = self.message_id.mail_message_id
        voice = self.reference.get("voice") or self.kind == "audio"
        if voice and mime_type in VOICE_TYPES:
            attachment._set_voice_metadata()
        message.write({"attachment_ids": [(4, attachment.id)]})
        self._replace_placeholder("")

    def _show_failure(self):
        self = self._in_account_language()
        text = self.env._("This file is not available. The customer can send it again.")
        if self.state == "refused":
            text = self.env._("This file was refused: %(reason)s", reason=self.error)
        self._replace_placeholder(self._render_placeholder("fa-chain-broken", text))

    def _show_pending(self):
        self = self._in_account_language()
        inbound = self.env["messaging.inbound"]
        text = inbound._get_media_label(self.kind)
        self._replace_placeholder(self._render_placeholder("fa-download", text))

    def _in_account_language(self):
        """The placeholder's language stays the one it was written in on receipt."""
        language = self.env["messaging.inbound"]._get_language(self.account_id)
        return self.with_context(lang=language)

    def _render_placeholder(self, icon, text):
        return self.env["messaging.inbound"]._render_media_state(icon, text)

    def _replace_placeholder(self, html):
        """Put something in the place of this file's placeholder and tell everybody."""
        message = self.message_id.mail_message_id
        position = self._get_placeholder_position()
        found = list(PLACEHOLDER.finditer(message.body or ""))
        body = str(message.body or "")
        if position < len(found):
            start, end = found[position].span()
            body = body[:start] + str(html) + body[end:]
        message.body = Markup(body)
        self._broadcast(message)

    def _get_placeholder_position(self):
        """Files of a message that are not shown yet have placeholders in order."""
        message = self.message_id.mail_message_id
        siblings = self.search(
            [("message_id.mail_message_id", "=", message.id)], order="id"
        )
        shown = siblings.filtered(lambda m: m.state == "done" and m.id < self.id)
        return siblings.ids.index(self.id) - len(shown)

    def _broadcast(self, message):
        conversation = self.env["discuss.channel"].browse(message.res_id)
        Store(bus_channel=conversation).add(
            message,
            [
                "body",
                Store.Many("attachment_ids"),
                *message._get_messaging_store_fields(),
            ],
        ).bus_send()
