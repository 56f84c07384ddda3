"""What happens to a message after it was written: status, reaction, edit, deletion."""

from dataclasses import replace

from markupsafe import Markup

from odoo import api, models

from odoo.addons.mail.tools.discuss import Store

from ..gateway.markup import to_html
from ..gateway.outgoing import OutText
from .messaging_media_store import PLACEHOLDER

#: Characters of earlier texts that are kept below an edited message.
MAX_BEFORE = 30_000


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _handle_status(self, ctx):
        part = self.env["messaging.message"]._apply_status(ctx.account, ctx.parsed)
        if not part:
            return self._waiting(ctx, self.env._("The message is not known yet."))
        part.identity_id._learn_addresses(ctx.parsed.addresses)
        ctx.batch.statuses.append((part, ctx.parsed))
        return self._done(ctx, part.mail_message_id)

    @api.model
    def _wait_for_target(self, ctx):
        return self._waiting(
            ctx, self.env._("The message it is about has not arrived.")
        )

    @api.model
    def _find_target(self, ctx):
        """Return the message an update is about."""
        return self._find_part(ctx, ctx.parsed.target).mail_message_id

    # -- reaction ---------------------------------------------------------------------

    @api.model
    def _handle_reaction(self, ctx):
        """One reaction per person, as the platform has it; it never makes a case."""
        message = self._find_target(ctx)
        if not message:
            return self._wait_for_target(ctx)
        author = self._get_reaction_author(ctx, message)
        if not author:
            return self._ignored(ctx, self.env._("It does not say who reacted."))
        emoji = ctx.parsed.emoji
        mine = message.reaction_ids.filtered(lambda r: r.partner_id == author)
        for reaction in mine.filtered(lambda r: r.content != emoji):
            message._message_reaction(
                reaction.content, "remove", author, self.env["mail.guest"]
            )
        if emoji:
            message._message_reaction(emoji, "add", author, self.env["mail.guest"])
        return self._done(ctx, message)

    @api.model
    def _get_reaction_author(self, ctx, message):
        """The customer, or the business itself on its phone app."""
        if ctx.parsed.by_business:
            return ctx.account.company_id.partner_id
        identity = self.env["messaging.identity"]._find(
            ctx.account, ctx.parsed.addresses
        )
        return identity.partner_id or message.messaging_identity_id.partner_id

    # -- edit and deletion ------------------------------------------------------------

    @api.model
    def _handle_edit(self, ctx):
        """Show the new text; what stood there before stays readable below it."""
        message = self._find_target(ctx)
        if not message:
            return self._wait_for_target(ctx)
        if not self._may_change(ctx, message):
            return self._ignored(ctx, self.env._("Somebody else wrote that message."))
        if ctx.parsed.location:
            # A position that is shared while moving: only where it is now matters.
            self._replace_body(message, self._build_body(ctx))
            return self._done(ctx, message)
        if not self._note_new_content(ctx, message):
            return self._ignored(ctx, self.env._("Nothing changed that is shown."))
        self._replace_body(message, self._build_edited_body(ctx, message))
        return self._done(ctx, message)

    @api.model
    def _note_new_content(self, ctx, message):
        """Keep what an edit brings; some apps tell edits that change nothing.

        :return: whether it brings anything.
        """
        part = self._find_part(ctx, ctx.parsed.target)
        before = (part.payload or {}).get("body") or ""
        files = self._get_replaced_files(ctx, part)
        if files:
            parsed = replace(ctx.parsed, media=files, external_id=ctx.parsed.target)
            self._create_media(replace(ctx, parsed=parsed), message)
            message.body = Markup(message.body or "") + Markup("").join(
                self._render_media(ref) for ref in files
            )
        if ctx.parsed.text != before:
            part.payload = OutText(body=ctx.parsed.text).to_payload()
        return bool(files) or ctx.parsed.text != before

    @api.model
    def _get_replaced_files(self, ctx, part):
        """Files that take the place of others; an id alone may change by itself."""
        known = part.media_ids
        ids = {media.reference.get("media_id") for media in known}
        sizes = set(known.mapped("size"))
        return tuple(
            ref
            for ref in ctx.parsed.media
            if known and ref.size and ref.size not in sizes and ref.media_id not in ids
        )

    @api.model
    def _build_edited_body(self, ctx, message):
        """The new text, files that are still fetched, and what was there before."""
        body = str(message.body or "")
        files = "".join(found.group() for found in PLACEHOLDER.finditer(body))
        before = PLACEHOLDER.sub("", body)
        if len(before) > MAX_BEFORE:
            before = before.partition("<details")[0]
        new = Markup(to_html(ctx.parsed.text)) if ctx.parsed.text else Markup("")
        return (
            new
            + Markup(files)
            + Markup(
                '<details class="o-helpdesk-edited text-muted small">'
                '<summary dir="auto">%s</summary>%s</details>'
            )
            % (self.env._("Edited; before:"), Markup(before))
        )

    @api.model
    def _handle_revoke(self, ctx):
        """Show that the customer deleted it; the text itself is gone for agents."""
        message = self._find_target(ctx)
        if not message:
            return self._wait_for_target(ctx)
        if not self._may_change(ctx, message):
            return self._ignored(ctx, self.env._("Somebody else wrote that message."))
        text = (
            self.env._("Deleted on the phone")
            if ctx.parsed.by_business
            else self.env._("Deleted by the customer")
        )
        self._withdraw_files(message)
        self._replace_body(message, self._render_small("fa-ban", text))
        return self._done(ctx, message)

    @api.model
    def _withdraw_files(self, message):
        """What the customer took back is deleted here, what we sent only hidden."""
        message_sudo = message.sudo()  # sudo: ir.attachment - the channel decides
        parts = message_sudo.messaging_part_ids.filtered(lambda p: p.direction == "in")
        parts.payload = False
        media = parts.media_ids
        media.filtered(lambda m: m.state in ("pending", "failed")).state = "refused"
        media.attachment_id.unlink()
        message_sudo.attachment_ids = False

    @api.model
    def _may_change(self, ctx, message):
        """Customers change their own, the phone app what the business wrote."""
        wanted = "out" if ctx.parsed.by_business else "in"
        return message.messaging_direction == wanted

    @api.model
    def _replace_body(self, message, body):
        # sudo: mail.message - users cannot change customer messages, the channel can
        message_sudo = message.sudo()
        message_sudo.body = body
        conversation = self.env["discuss.channel"].browse(message.res_id)
        Store(bus_channel=conversation).add(
            message_sudo, ["body", Store.Many("attachment_ids", [])]
        ).bus_send()
