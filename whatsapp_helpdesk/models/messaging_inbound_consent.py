"""What customers say about messages: stop, start again, choices in the platform."""

from odoo import api, models

from ..gateway.words import opt_in_word, opt_out_word

#: What a stop word ends: answers to own questions go on.
STOPPED = ("marketing", "utility")


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    # -- words ------------------------------------------------------------------------

    @api.model
    def _get_consumers(self):
        """Override: a start word comes after a stop word."""
        consumers = super()._get_consumers()
        place = consumers.index("opt_out") + 1
        return [*consumers[:place], "opt_in", *consumers[place:]]

    @api.model
    def _get_swallowers(self):
        return super()._get_swallowers() | {"opt_in"}

    @api.model
    def _is_opt_out(self, ctx, identity, conversation, quoted):
        """A whole message, or the title or payload of a pressed button, is a word."""
        words = self._get_own_words(identity.account_id.opt_out_words)
        return any(opt_out_word(text, words) for text in self._get_said(ctx))

    @api.model
    def _is_opt_in(self, ctx, identity, conversation, quoted):
        """Words such as "start" mean consent only for who opted out before; an
        account's own words always do."""
        texts = self._get_said(ctx)
        own = self._get_own_words(identity.account_id.opt_in_words)
        if any(opt_in_word(text, own, known=False) for text in texts):
            return True
        return any(map(opt_in_word, texts)) and self._has_opted_out_of_any(identity)

    @api.model
    def _get_said(self, ctx):
        """Return the texts of a message that may be a word; none when it has a file."""
        if not self._is_plain_text(ctx):
            return []
        button = ctx.parsed.button
        return [ctx.parsed.text] + ([button.payload] if button else [])

    @api.model
    def _get_own_words(self, text):
        return tuple(word.strip() for word in (text or "").splitlines() if word.strip())

    @api.model
    def _has_opted_out_of_any(self, identity):
        gate = self.env["messaging.gate"]
        return any(gate._has_opted_out(identity, purpose) for purpose in STOPPED)

    @api.model
    def _after_opt_out(self, ctx, identity, message):
        """Service answers stay allowed: the customer can still be helped."""
        if self._record_consents(ctx, identity, STOPPED, "out", message):
            conversation = self.env["discuss.channel"].browse(message.res_id)
            conversation._messaging_note(
                self.env._(
                    "The customer opted out of marketing and notifications. Answers to "
                    "their own questions are still allowed."
                )
            )

    @api.model
    def _after_opt_in(self, ctx, identity, message):
        if self._record_consents(ctx, identity, STOPPED, "in", message):
            conversation = self.env["discuss.channel"].browse(message.res_id)
            conversation._messaging_note(
                self.env._("The customer wants marketing and notifications again.")
            )

    @api.model
    def _record_consents(
        self, ctx, identity, purposes, state, message=None, source="message"
    ):
        """Return the new rows; none when the customer only repeats it."""
        return self.env["messaging.consent"]._record(
            identity,
            purposes,
            state,
            source,
            ctx.parsed.text or ctx.parsed.type,
            given_at=ctx.occurred_at,
            mail_message_id=message and message.id,
        )

    # -- settings of the platform -----------------------------------------------------

    @api.model
    def _handle_consent(self, ctx):
        """The customer chose in the platform's own settings."""
        if not ctx.parsed.addresses:
            return self._ignored(ctx, self.env._("It does not say who chose."))
        identity = self.env["messaging.identity"]._find(
            ctx.account, ctx.parsed.addresses
        )
        if not identity:
            identity = self._get_identity(ctx)
        state = "out" if ctx.parsed.details.get("choice") == "stop" else "in"
        created = self._record_consents(
            ctx, identity, ("marketing",), state, source="platform"
        )
        if created and identity.conversation_id:
            identity.conversation_id._messaging_note(self._get_platform_note(state))
        return self._done(ctx)

    @api.model
    def _get_platform_note(self, state):
        if state == "out":
            return self.env._(
                "The customer stopped advertising in the settings of the platform."
            )
        return self.env._(
            "The customer allowed advertising in the settings of the platform."
        )

    # -- the account's limit ----------------------------------------------------------

    @api.model
    def _handle_account(self, ctx):
        """Override: the provider tells how many customers we may write to first."""
        outcome = super()._handle_account(ctx)
        accounts = self._get_concerned_accounts(ctx)
        if accounts:
            portfolio = self.env["messaging.gate"]._get_portfolio(accounts[0])
            portfolio._learn_messaging_limit(ctx.parsed.details.get("limit"))
        return outcome
