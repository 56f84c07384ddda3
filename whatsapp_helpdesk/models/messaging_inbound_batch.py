"""Many updates in one transaction: read together, decided one by one, stored together.

Every decision about a message is taken in order by the same methods as always. Only
the posting waits: until the end of the batch, or until something is handled that could
notice that a message is not there yet.
"""

from odoo import api, models

#: Kinds of updates whose messages may wait.
MESSAGE_KINDS = {"message", "unsupported"}


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _may_store_together(self):
        """Hook: whether batches are stored at once, or one message after the other."""
        return self.env["discuss.channel"]._helpdesk_may_post_together()

    # -- reading together -------------------------------------------------------------

    @api.model
    def _warm_up(self, pairs, batch):
        """Read what all these updates are going to need with a few queries.

        :param list pairs: (``messaging.update``, its parsed content).
        """
        pairs = [
            (self._get_account(update.connection_id, parsed, batch), parsed)
            for update, parsed in pairs
        ]
        pairs = [(account, parsed) for account, parsed in pairs if account]
        identities = self._read_identities(pairs, batch)
        if batch.together:
            self._find_new_ids(pairs, batch)
        identities.mapped("address_ids.value")
        identities.mapped("partner_id.user_ids.active")
        conversations = identities.conversation_id
        conversations.mapped("helpdesk_ticket_ids.stage_id.closed")
        conversations.mapped("channel_member_ids.partner_id.name")

    @api.model
    def _find_new_ids(self, pairs, batch):
        """Note which messages are certainly not stored yet."""
        keys = {
            (account.id, parsed.external_id)
            for account, parsed in pairs
            if parsed.external_id and parsed.kind.value in MESSAGE_KINDS
        }
        domain = [
            ("account_id", "in", list({key[0] for key in keys})),
            ("external_id", "in", list({key[1] for key in keys})),
        ]
        for name in ("messaging.message", "messaging.attempt"):
            for found in self.env[name].search_fetch(
                domain, ["account_id", "external_id"]
            ):
                keys.discard((found.account_id.id, found.external_id))
        batch.new_ids = keys

    @api.model
    def _read_identities(self, pairs, batch):
        """Remember who has the addresses of these updates; return those customers."""
        Address = self.env["messaging.address"]
        values = {
            spelling
            for _account, parsed in pairs
            for address in parsed.addresses
            for spelling in self.env["messaging.identity"]._get_spellings(address)
        }
        scopes = {Address._get_scope(account) for account, _parsed in pairs}
        kinds = {a.kind.value for _account, parsed in pairs for a in parsed.addresses}
        known = Address.search(
            [
                ("scope", "in", list(scopes)),
                ("kind", "in", list(kinds)),
                ("value", "in", list(values)),
            ]
        )
        if batch.together:
            batch.identities = {
                (a.scope, a.kind, a.value): a.identity_id for a in known
            }
        return known.identity_id

    @api.model
    def _find_known_identity(self, ctx):
        """Return the customer to whom all addresses of an update belong, if known."""
        Identity = self.env["messaging.identity"]
        if not ctx.batch.identities:
            return Identity
        scope = self.env["messaging.address"]._get_scope(ctx.account)
        found = Identity
        for address in ctx.parsed.addresses:
            owners = (
                ctx.batch.identities.get((scope, address.kind.value, spelling))
                for spelling in Identity._get_spellings(address)
            )
            owner = next((owner for owner in owners if owner), Identity)
            if not owner or (found and found != owner):
                return Identity
            found = owner
        return found.with_env(self.env)

    # -- storing together -------------------------------------------------------------

    @api.model
    def _before_update(self, update, batch):
        """Store what waits when this update could notice that it is missing."""
        if update.kind in MESSAGE_KINDS:
            return
        if update.kind != "status":
            batch.identities = {}  # addresses may change hands
        if any(post.ctx.update.partition == update.partition for post in batch.waiting):
            self._store_waiting(batch)

    @api.model
    def _may_wait(self, post, quoted):
        """Whether nothing depends on a message being stored right now."""
        return (
            post.ctx.batch.together
            and post.ctx.update.kind in MESSAGE_KINDS
            and not quoted
            and not hasattr(self, f"_after_{post.consumer or 'nobody'}")
        )

    @api.model
    def _let_wait(self, post):
        batch = post.ctx.batch
        if batch.waiting and batch.waiting[-1].ctx.account.env != self.env:
            self._store_waiting(batch)  # another language or company
        batch.waiting.append(post)
        key = (post.ctx.account.id, post.ctx.parsed.external_id)
        batch.new_ids.discard(key)
        batch.waiting_ids.add(key)

    @api.model
    def _store_waiting(self, batch):
        """Store the messages that wait, as :meth:`_store_post` does with one."""
        posts, batch.waiting, batch.waiting_ids = batch.waiting, [], set()
        if not posts:
            return
        inbound = self.with_env(posts[0].ctx.account.env)
        messages = inbound.env["discuss.channel"]._helpdesk_post_together(
            [(post.conversation, post.values) for post in posts]
        )
        pairs = list(zip(posts, messages, strict=True))
        inbound.env["messaging.message"].create(
            [
                inbound._prepare_part_values(post.ctx, post.identity, message)
                for post, message in pairs
            ]
        )
        inbound._create_media_of([(post.ctx, message) for post, message in pairs])
        for post, message in pairs:
            post.ctx.update.mail_message_id = message
            inbound._note_stored(post, message)
