"""News that no message carries: identity changes, the account."""

from odoo import api, models

#: Words of account events after which nothing can be sent, or somebody must act soon.
CRITICAL_EVENTS = {
    "account_deleted",
    "account_restriction",
    "account_violation",
    "account_offboarded",
    "disabled_update",
    "partner_removed",
    "partner_app_uninstalled",
}
#: Of those, events after which sending stops by itself.
STOP_EVENTS = {"account_deleted", "account_offboarded", "partner_removed"}
#: Plain values of an account event that are shown.
SHOWN_DETAILS = (
    "event",
    "decision",
    "reason",
    "status",
    "violation",
    "ban",
    "severity",
    "description",
    "limit",
    "previous_limit",
    "verified_name",
    "username",
)


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    # -- identity ---------------------------------------------------------------------

    @api.model
    def _handle_identity(self, ctx):
        """A customer's number or user id changed: the same customer, not a stranger.

        A number may have a new owner, so agents are told to verify before they show
        anything older.
        """
        details = ctx.parsed.details
        identity = self.env["messaging.identity"]._find_moved(
            ctx.account, ctx.parsed.addresses, details
        )
        if not identity:
            return self._ignored(ctx, self.env._("Nobody we know has this address."))
        if details.get("change") == "key":
            identity._post_note(
                self.env._(
                    "The customer's security code changed: a new phone, or a new owner "
                    "of the number. Verify who it is before you show older data."
                )
            )
            return self._done(ctx)
        identity._move_addresses(ctx.parsed.addresses, details)
        return self._done(ctx)

    # -- account ----------------------------------------------------------------------

    @api.model
    def _get_concerned_accounts(self, ctx):
        """The account an update names, or all of the business account it names."""
        if ctx.account:
            return ctx.account
        waba = ctx.parsed.details.get("waba")
        if not waba:
            return ctx.account
        return ctx.account.search(
            [
                ("connection_id", "=", ctx.update.connection_id.id),
                ("external_parent_id", "=", waba),
            ]
        )

    @api.model
    def _handle_account(self, ctx):
        """Leave a note on the accounts, stop them when the provider cut them off, and
        tell an administrator what needs a person."""
        accounts = self._get_concerned_accounts(ctx)
        if not accounts:
            return self._ignored(ctx, self.env._("No account of ours."))
        text = self._describe_account_news(ctx)
        accounts._messaging_note(text)
        details = ctx.parsed.details
        event = details.get("event", "")
        if event in STOP_EVENTS or details.get("ban") == "disable":
            accounts._stop(text)
        elif self._is_critical(details):
            self._alert(
                accounts[0].company_id,
                self.env._("%(account)s needs attention", account=accounts[0].name),
                text,
            )
        return self._done(ctx)

    @api.model
    def _is_critical(self, details):
        return details.get("event") in CRITICAL_EVENTS or (
            details.get("severity") == "critical"
        )

    @api.model
    def _describe_account_news(self, ctx):
        details = ctx.parsed.details
        words = [str(details[name]) for name in SHOWN_DETAILS if details.get(name)]
        for entry in details.get("restrictions") or []:
            words.append(entry.get("restriction", ""))
        error = ctx.parsed.error
        if error:
            words += [error.title, error.details]
        return self.env._(
            "News from the provider (%(kind)s): %(news)s",
            kind=ctx.parsed.type or ctx.parsed.kind.value,
            news=", ".join(filter(None, words)) or "-",
        )

    # -- the rest ---------------------------------------------------------------------

    @api.model
    def _handle_group(self, ctx):
        return self._ignored(ctx, self.env._("Groups are never a customer."))

    @api.model
    def _handle_contact_sync(self, ctx):
        return self._ignored(ctx, self.env._("Contacts of the phone are not imported."))

    @api.model
    def _handle_unknown(self, ctx):
        return self._ignored(ctx, self.env._("Nothing this version knows."))

    @api.model
    def _handle_malformed(self, ctx):
        error = ctx.parsed.error
        return self._parked(
            self.env._(
                "It cannot be read: %(reason)s", reason=error.title if error else ""
            )
        )
