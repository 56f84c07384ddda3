"""First messages: customers, contacts, conversations and cases of a batch at once.

Only of customers who cannot be mistaken for anybody: everybody else is left to the
ordinary way, which takes them one by one afterwards.
"""

from collections import defaultdict

from odoo import api, models

from .messaging_inbound_batch import MESSAGE_KINDS


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _prepare_newcomers(self, pairs, batch):
        """Create what the first messages of new customers need.

        :param list pairs: (``messaging.update``, its parsed content) in order.
        """
        by_account = defaultdict(list)
        for update, parsed in self._find_newcomers(pairs, batch):
            account = self._get_account(update.connection_id, parsed, batch)
            by_account[account].append((update, parsed))
        for account, firsts in by_account.items():
            handler = self._for_account(account, account)
            handler._create_newcomers(account.with_env(handler.env), firsts, batch)

    @api.model
    def _find_newcomers(self, pairs, batch):
        """Return the first update of each customer who is certainly new.

        Not of one who shares an address with somebody else in this batch, and not
        after an update by which addresses of the same queue may have changed.
        """
        owners, changed, firsts = defaultdict(set), set(), {}
        for update, parsed in pairs:
            account = self._get_account(update.connection_id, parsed, batch)
            spellings = self._get_address_keys(account, parsed)
            customer = frozenset(spellings)
            for key in spellings:
                owners[key].add(customer)
            if update.kind not in MESSAGE_KINDS:
                changed.add(update.partition)
            elif (
                customer
                and customer not in firsts
                and account.active
                and update.partition not in changed
                and (account.id, parsed.external_id) in batch.new_ids
                and not any(key in batch.identities for key in customer)
            ):
                firsts[customer] = (update, parsed)
        return [
            first
            for customer, first in firsts.items()
            if all(len(owners[key]) == 1 for key in customer)
        ]

    @api.model
    def _get_address_keys(self, account, parsed):
        """Return (scope, kind, value) of all addresses in all their spellings."""
        scope = self.env["messaging.address"]._get_scope(account)
        return [
            (scope, address.kind.value, spelling)
            for address in parsed.addresses
            for spelling in self.env["messaging.identity"]._get_spellings(address)
        ]

    @api.model
    def _create_newcomers(self, account, firsts, batch):
        identities = self.env["messaging.identity"]._create_together(
            account,
            [
                (
                    parsed.addresses,
                    self._clean_name(parsed.name),
                    self._clean_name(parsed.username),
                )
                for _update, parsed in firsts
            ],
        )
        for identity in identities:
            for known in identity.address_ids:
                batch.identities[known.scope, known.kind, known.value] = identity
        served = self.env["messaging.contact"]._create_partners_together(identities)
        served = served.filtered(lambda i: not self._get_reason_to_ignore(i))
        self.env["discuss.channel"]._create_for_newcomers(served)
        self._open_first_cases(
            [
                (self._prepare_inbound(update, parsed, account, batch), identity)
                for (update, parsed), identity in zip(firsts, identities, strict=True)
                if identity in served
            ],
            batch,
        )

    @api.model
    def _open_first_cases(self, arrivals, batch):
        """Open the cases of first messages that nobody swallows."""
        nothing = self.env["mail.message"]
        updates, requests = [], []
        for ctx, identity in arrivals:
            conversation = identity.conversation_id
            self._open_window(ctx, identity)
            consumer = self._find_consumer(ctx, identity, conversation, nothing)
            if ctx.parsed.reply_to or consumer in self._get_swallowers():
                continue
            body = self._build_body(ctx, nothing)
            values = self._prepare_first_values(ctx, identity, body)
            updates.append(ctx.update)
            requests.append((identity, conversation, values))
        # What everybody sees is told once, when the message is there.
        Ticket = self.env["helpdesk.ticket"].with_context(helpdesk_announces_later=True)
        cases = Ticket._create_cases(requests).with_env(self.env)
        batch.opened.update(zip(updates, cases, strict=True))
