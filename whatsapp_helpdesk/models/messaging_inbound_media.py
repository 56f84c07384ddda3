from dataclasses import asdict

from odoo import api, models

from ..gateway.text import clean_filename


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _create_media(self, ctx, message):
        """Put received files on the list of the fetching job."""
        self._create_media_of([(ctx, message)])

    @api.model
    def _create_media_of(self, pairs):
        values = [
            file_values
            for ctx, message in pairs
            for file_values in self._prepare_media_values(ctx, message)
        ]
        if values:
            self.env["messaging.media"].create(values)
            self.env["messaging.media"]._wake_fetcher()

    @api.model
    def _prepare_media_values(self, ctx, message):
        files = [ref for ref in ctx.parsed.media if ref.media_id or ref.url]
        if not files:
            return []
        parts = message.messaging_part_ids
        mine = parts.filtered(lambda p: p.external_id == ctx.parsed.external_id)
        part = mine[:1] or parts[:1]  # an album has one for each file
        lifetime = ctx.account._get_features().media_lifetime
        return [
            {
                "message_id": part.id,
                "kind": ref.kind,
                "reference": asdict(ref),
                "filename": self._get_media_filename(ref),
                "mime_type": ref.mime_type,
                "size": ref.size or 0,
                "expires_at": lifetime and ctx.occurred_at + lifetime,
            }
            for ref in files
        ]

    @api.model
    def _get_media_filename(self, ref):
        """A picture that has no name is called a picture, not a file."""
        name = clean_filename(ref.filename, ref.mime_type)
        if ref.filename or not name.startswith("file"):
            return name
        words = {
            "image": self.env._("Photo"),
            "sticker": self.env._("Sticker"),
            "video": self.env._("Video"),
            "audio": self.env._("Voice message") if ref.voice else self.env._("Audio"),
        }
        word = words.get(ref.kind) or self.env._("File")
        return word + name.removeprefix("file")
