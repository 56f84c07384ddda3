"""What happens to a message after it was written: status, reaction, edit, deletion."""

from markupsafe import Markup

from odoo import api, models

from odoo.addons.mail.tools.discuss import Store

from ..gateway.markup import to_html


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
        new = Markup(to_html(ctx.parsed.text)) if ctx.parsed.text else Markup("")
        before = Markup(
            '<details class="o-helpdesk-edited text-muted small"><summary>%s</summary>'
            "%s</details>"
        ) % (self.env._("Edited; before:"), Markup(message.body or ""))
        self._replace_body(message, new + before)
        return self._done(ctx, message)

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
