"""An album: files that the customer sent at once are one message.

Channels that have albums deliver each file as an update of its own, in any order and
perhaps in different deliveries; the text may be at any of them. The first that arrives
becomes the message, the others join it: no second line, no second notice, no second
automatic answer. Each file stays a part of its own, so that it can be quoted or edited.
"""

from dataclasses import replace

from markupsafe import Markup

from odoo import api, models

from .messaging_media_store import PLACEHOLDER


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _store_message(self, ctx, identity, conversation):
        """Override: what belongs to an album that is there joins it."""
        first = self._find_album(ctx, identity)
        if first:
            return self._join_album(ctx, identity, first)
        return super()._store_message(ctx, identity, conversation)

    @api.model
    def _find_album(self, ctx, identity):
        """Return the part of this update's album that arrived last, or none."""
        Part = self.env["messaging.message"]
        if not ctx.parsed.album:
            return Part
        if any(self._is_same_album(post.ctx, ctx) for post in ctx.batch.waiting):
            self._store_waiting(ctx.batch)
        domain = [
            ("account_id", "=", ctx.account.id),
            ("identity_id", "=", identity.id),
            ("album", "=", ctx.parsed.album),
            ("mail_message_id", "!=", False),
        ]
        return Part.search(domain, order="sequence desc, id desc", limit=1)

    @api.model
    def _is_same_album(self, other, ctx):
        return other.parsed.album == ctx.parsed.album and other.account == ctx.account

    @api.model
    def _join_album(self, ctx, identity, last):
        """Add a file, and its text, to the message of an album."""
        self._store_waiting(ctx.batch)  # rows of a batch keep their order
        message = last.mail_message_id
        self._create_part(ctx, identity, message, sequence=last.sequence + 1)
        message.body = self._build_joined_body(ctx, message)
        if ctx.parsed.text:
            self._name_case_by_caption(ctx, identity, message)
        self._create_media(ctx, message)
        self.env["messaging.media"]._broadcast(message)
        return message

    @api.model
    def _build_joined_body(self, ctx, message):
        """Texts stand above the files that are still being fetched, in their order."""
        pieces = [str(piece) for piece in self._get_content_pieces(ctx.parsed) if piece]
        files = [piece for piece in pieces if PLACEHOLDER.fullmatch(piece)]
        words = [piece for piece in pieces if piece not in files]
        body = str(message.body or "")
        waiting = PLACEHOLDER.search(body)
        place = waiting.start() if waiting else len(body)
        return Markup(body[:place] + "".join(words) + body[place:] + "".join(files))

    @api.model
    def _name_case_by_caption(self, ctx, identity, message):
        """A case that an album opened is called by its text, whichever file has it."""
        case = message.helpdesk_ticket_id
        titles = {
            self._get_type_title(
                replace(ctx, parsed=replace(ctx.parsed, type=part.kind)), identity
            )
            for part in message.messaging_part_ids
        }
        if case.name not in titles or message != self._get_first_message(case):
            return
        body = self._build_body(ctx)
        case._write_quietly(self._prepare_first_values(ctx, identity, body))

    @api.model
    def _get_first_message(self, case):
        return self.env["mail.message"].search(
            [("helpdesk_ticket_id", "=", case.id)], order="id", limit=1
        )

    @api.model
    def _prepare_part_values(self, ctx, identity, message):
        values = super()._prepare_part_values(ctx, identity, message)
        return {**values, "album": ctx.parsed.album or False}
