"""What the business did elsewhere: phone app messages, calls and imported history."""

from odoo import api, models


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    # -- phone app --------------------------------------------------------------------

    @api.model
    def _handle_echo(self, ctx):
        """Somebody answered on the phone: shown, never sent again, opens no case."""
        if not ctx.parsed.addresses:
            return self._parked(self.env._("It does not say to whom."))
        if self._is_known(ctx):
            return self._ignored(ctx, self.env._("This message was sent from here."))
        identity = self._get_identity(ctx)
        partner = self.env["messaging.contact"]._get_or_create_partner(identity)
        reason = self._get_reason_to_ignore(identity)
        if reason:
            return self._ignored(ctx, reason)
        conversation = self.env["discuss.channel"]._get_for_identity(identity, partner)
        message = self._store_echo(ctx, identity, conversation)
        return self._done(ctx, message)

    @api.model
    def _store_echo(self, ctx, identity, conversation):
        quoted = self._find_part(ctx, ctx.parsed.reply_to).mail_message_id
        Ticket = self.env["helpdesk.ticket"]
        case = Ticket._find_open_case(conversation, quoted)
        message = (case.conversation_id or conversation)._helpdesk_post_inbound(
            identity=identity,
            ticket=case or Ticket._find_last_closed_case(conversation),
            body=self._build_body(ctx, quoted),
            author_kind="phone_app",
            author=ctx.account.company_id.partner_id,
            **self._prepare_post_values(ctx, conversation, quoted),
        )
        self._create_part(
            ctx,
            identity,
            message,
            direction="out",
            author_kind="phone_app",
            state="sent",
            sent_at=ctx.occurred_at,
        )
        self._create_media(ctx, message)
        return message

    # -- calls ------------------------------------------------------------------------

    @api.model
    def _handle_call(self, ctx):
        """A customer's call opens the window; one nobody took is work."""
        details = ctx.parsed.details
        if not details.get("opens_window") or not ctx.parsed.addresses:
            return self._ignored(ctx, self.env._("A call of ours; nothing to do."))
        if details.get("missed"):
            return self._receive_message(ctx)
        identity = self._get_identity(ctx)
        self._open_window(ctx, identity)
        return self._done(ctx)

    # -- history ----------------------------------------------------------------------

    @api.model
    def _handle_history(self, ctx):
        """Old messages of a customer we know: in the conversation, but no case, no
        unread mark, no automatic answer and no figure."""
        parsed = ctx.parsed
        if not parsed.external_id or not ctx.account:
            return self._ignored(ctx, self.env._("Progress of the import."))
        if self._is_known(ctx):
            return self._ignored(ctx, self.env._("This message was received before."))
        identity = self.env["messaging.identity"]._find(ctx.account, parsed.addresses)
        conversation = identity.conversation_id
        if not conversation:
            return self._ignored(
                ctx, self.env._("History of somebody who has not written here.")
            )
        if not (parsed.text or parsed.media or parsed.location or parsed.contacts):
            return self._ignored(ctx, self.env._("Nothing that can be shown."))
        return self._done(ctx, self._store_history(ctx, identity, conversation))

    @api.model
    def _store_history(self, ctx, identity, conversation):
        """Created without posting: nobody is notified and nothing becomes unread."""
        message = self.env["mail.message"].create(
            self._prepare_history_values(ctx, identity, conversation)
        )
        conversation._helpdesk_note_history()
        sent = ctx.parsed.by_business
        self._create_part(
            ctx,
            identity,
            message,
            direction="out" if sent else "in",
            author_kind="phone_app" if sent else "customer",
            state="sent" if sent else "received",
        )
        self._create_media(ctx, message)
        return message

    @api.model
    def _prepare_history_values(self, ctx, identity, conversation):
        sent = ctx.parsed.by_business
        author = ctx.account.company_id.partner_id if sent else identity.partner_id
        mark = self._render_small("fa-history", self.env._("Imported history"))
        kind = "phone_app" if sent else "customer"
        return conversation._prepare_history_message(
            identity, author, kind, ctx.occurred_at, mark + self._build_body(ctx)
        )
