"""Looking for customers who may be one person, beside the work and never within it.

A job looks at what is new since it looked last: messages, customers and changed
contacts, each a bounded number at a time. It writes nothing but suggestions.
"""

import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, html2plaintext

from ..gateway import phones
from ..gateway.likeness import FOLD_FROM, FOLD_TO, are_alike, get_search_keys
from ..gateway.mentions import find_emails, find_phones

#: Looked at in one transaction.
MESSAGES, CUSTOMERS, CONTACTS = 300, 50, 300
#: Rows that were written a moment ago wait: older ones may still be committed.
SETTLING = timedelta(seconds=20)
#: Seconds a run lasts: who proves something waits for a free worker, and this does not.
MAX_RUN = 4
#: What more contacts than this have in common says nothing.
MAX_ALIKE = 3
#: Contacts whose names are compared for one round of new customers.
MAX_NAMES = 3000


class MessagingJoinSuggestion(models.Model):
    _inherit = "messaging.join.suggestion"

    @api.model
    def _cron_find(self):
        """Look at what is new, in short transactions."""
        # sudo: a job has no user; what may be suggested is decided by _may_be_one
        worker = self.sudo()
        end = time.monotonic() + MAX_RUN
        while looked_at := worker._find_more():
            left = self.env["ir.cron"]._commit_progress(looked_at)
            if left <= 0 or time.monotonic() > end:
                self._go_on_later()
                return

    @api.model
    def _go_on_later(self):
        """Let what is more urgent have the worker first."""
        # sudo: ir.cron - the job starts itself again
        job = self.env.ref("whatsapp_helpdesk.cron_join_suggestion").sudo()
        job._wake_once()
        self.env["ir.cron"]._commit_progress()

    @api.model
    def _find_more(self):
        """Take one bounded step.

        :return: how many rows were looked at; 0 when there is nothing new.
        """
        return (
            self._look_at_messages()
            + self._look_at_customers()
            + self._look_at_contacts()
        )

    @api.model
    def _get_horizon(self):
        """Hook: what was written later is looked at next time."""
        return fields.Datetime.now() - SETTLING

    # -- messages ---------------------------------------------------------------------

    @api.model
    def _look_at_messages(self):
        """Numbers and addresses that customers typed or sent as a card."""
        progress = self.env["messaging.join.progress"]._get("messages")
        parts = self._take_settled(
            progress,
            self.env["messaging.message"].search(
                [("id", ">", progress.position), ("direction", "=", "in")],
                order="id",
                limit=MESSAGES,
            ),
        )
        for part in parts:
            self._look_at_message(part)
        return len(parts)

    @api.model
    def _take_settled(self, progress, records):
        """Return records up to the first one that is too young, and go on after them.

        Ids are given before transactions end, so a young row may hide an older one.
        """
        horizon = self._get_horizon()
        kept = records.browse()
        for record in records:
            if record.create_date > horizon:
                break
            kept += record
        if kept:
            progress.position = kept[-1].id
        return kept

    @api.model
    def _look_at_message(self, part):
        identity, message = part.identity_id, part.mail_message_id
        if not message.body or not identity.partner_id:
            return
        text = html2plaintext(message.body)
        reason = "forwarded_card" if part.kind == "contacts" else ""
        country = self.env["messaging.contact"]._get_country_code(identity)
        own = identity._get_verified_phone()
        for number in find_phones(text, phones.country(own) if own else country):
            self._suggest_owners_of_phone(identity, number, reason or "same_phone")
        for email in find_emails(text):
            self._suggest_owners_of_email(identity, email, reason or "same_email")

    @api.model
    def _suggest_owners_of_phone(self, identity, number, reason="same_phone"):
        """Whoever has a number in their contact, or writes from it."""
        owner_ids = self.env["messaging.contact"]._search_owner_ids(number, identity)
        owners = self.env["res.partner"].browse(owner_ids)
        owners |= self._find_writers(identity, "phone", phones.variants(number))
        return self._suggest_each(identity, owners, reason, phones.display(number))

    @api.model
    def _suggest_owners_of_email(self, identity, email, reason="same_email"):
        owners = self.env["res.partner"].search(
            [("email_normalized", "=", email)], limit=MAX_ALIKE + 1
        )
        owners |= self._find_writers(identity, "email", [email])
        return self._suggest_each(identity, owners, reason, email)

    @api.model
    def _find_writers(self, identity, kind, values):
        """Return contacts of the company's customers who have an address."""
        addresses = self.env["messaging.address"].search(
            [
                ("kind", "=", kind),
                ("value", "in", list(values)),
                ("identity_id.company_id", "=", identity.company_id.id),
            ],
            limit=MAX_ALIKE + 1,
        )
        return addresses.identity_id.partner_id

    @api.model
    def _suggest_each(self, identity, partners, reason, detail):
        """Suggest each, unless there are so many that it says nothing."""
        possible = partners.filtered(lambda p: self._may_be_one(identity, p))
        made = self.browse()
        if len(possible) <= MAX_ALIKE:
            for partner in possible:
                made |= self._suggest(identity, partner, reason, detail)
        return made

    # -- new customers ----------------------------------------------------------------

    @api.model
    def _look_at_customers(self):
        """Customers nobody had looked at: their number, their name."""
        progress = self.env["messaging.join.progress"]._get("customers")
        identities = self._take_settled(
            progress,
            self.env["messaging.identity"].search(
                [("id", ">", progress.position)], order="id", limit=CUSTOMERS
            ),
        )
        for identity in identities:
            number = identity._get_verified_phone()
            if number:
                self._suggest_owners_of_phone(identity, number)
        self._suggest_like_names(identities)
        return len(identities)

    @api.model
    def _suggest_like_names(self, identities):
        """Compare profile names with those of all contacts, read once for all."""
        named = identities.filtered(lambda i: get_search_keys(i.name or ""))
        if not named:
            return
        keys = {key for i in named for key in get_search_keys(i.name)}
        candidates = self._read_like_names(keys)
        for identity in named:
            ids = [
                partner_id
                for partner_id, name in candidates
                if partner_id != identity.partner_id.id
                and are_alike(identity.name, name)
            ]
            partners = self.env["res.partner"].browse(ids[: 10 * MAX_ALIKE])
            self._suggest_each(identity, partners, "similar_name", identity.name)

    @api.model
    def _read_like_names(self, keys):
        """Return (contact id, name) of people whose name has one of some texts in it.

        One pass over all contacts, however many customers are new.
        """
        self.env["res.partner"].flush_model(["name", "active", "is_company"])
        self.env.cr.execute(
            SQL(
                r"""
                SELECT id, name FROM res_partner
                 WHERE active AND is_company IS NOT TRUE
                   AND regexp_replace(
                         translate(lower(normalize(name, NFKC)), %s, %s),
                         '([a-z])\1', '\1', 'g'
                       ) LIKE ANY (%s)
                 ORDER BY id DESC LIMIT %s
                """,
                FOLD_FROM,
                FOLD_TO,
                [f"%{key}%" for key in sorted(keys)],
                MAX_NAMES,
            )
        )
        return self.env.cr.fetchall()

    # -- changed contacts -------------------------------------------------------------

    @api.model
    def _look_at_contacts(self):
        """Somebody typed a number or an address into a contact."""
        progress = self.env["messaging.join.progress"]._get("contacts")
        partners = self._take_changed(progress)
        for partner in partners.filtered(lambda p: p.phone_sanitized or p.email):
            self._look_at_contact(partner)
        return len(partners)

    @api.model
    def _take_changed(self, progress):
        """Return contacts that changed since, oldest first, and go on after them."""
        self.env["res.partner"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT id, write_date FROM res_partner
                 WHERE (write_date, id) > (%s, %s) AND write_date <= %s
                 ORDER BY write_date, id LIMIT %s
                """,
                progress.moment or fields.Datetime.to_datetime("2000-01-01"),
                progress.position,
                self._get_horizon(),
                CONTACTS,
            )
        )
        rows = self.env.cr.fetchall()
        if rows:
            progress.write({"position": rows[-1][0], "moment": rows[-1][1]})
        return self.env["res.partner"].browse([row[0] for row in rows])

    @api.model
    def _look_at_contact(self, partner):
        """Suggest that the customers of one contact are another with the same data."""
        for field, reason in (
            ("phone_sanitized", "same_phone"),
            ("email_normalized", "same_email"),
        ):
            value = partner[field]
            if not value:
                continue
            others = self.env["res.partner"].search(
                [(field, "=", value), ("id", "!=", partner.id)], limit=MAX_ALIKE + 1
            )
            if len(others) > MAX_ALIKE:
                continue
            if reason == "same_phone":
                others |= self._find_owners_of_written_number(value)
            for customer, contact in self._get_directions(partner, others - partner):
                shown = phones.display(value) if reason == "same_phone" else value
                for identity in customer.messaging_identity_ids[:MAX_ALIKE]:
                    self._suggest(identity, contact, reason, shown)

    @api.model
    def _find_owners_of_written_number(self, number):
        addresses = self.env["messaging.address"].search(
            [("kind", "=", "phone"), ("value", "in", list(phones.variants(number)))],
            limit=MAX_ALIKE + 1,
        )
        return addresses.identity_id.partner_id

    @api.model
    def _get_directions(self, partner, others):
        """Who may be whom: the customer with fewer channels is asked about."""
        for other in others:
            if partner.messaging_identity_ids and not other.messaging_identity_ids:
                yield partner, other
            elif other.messaging_identity_ids:
                yield other, partner
