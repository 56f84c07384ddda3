"""Whose data was erased: enough to recognise a repetition, not enough to find anybody.

A provider repeats deliveries for days, and imports bring old messages. Without a
memory they would bring back what was erased. The memory is an HMAC of each address
with a secret of this database: only who already knows an address can ask about it.

The rule: what was written up to the erase stays away; who writes afterwards is
somebody new, and starts from nothing, except that their opt-outs still hold.
"""

import hashlib
import hmac
import secrets

from odoo import api, fields, models, tools

from ..gateway import phones

SECRET = "whatsapp_helpdesk.erase_secret"


class MessagingErasedAddress(models.Model):
    _name = "messaging.erased.address"
    _description = "Erased Address"
    _order = "id"
    _rec_name = "hash"

    hash = fields.Char(required=True, help="HMAC-SHA-256 of company and address.")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    erased_at = fields.Datetime(
        required=True, help="What was written up to this moment stays away."
    )
    opted_out = fields.Char(help="Purposes they did not want messages for, by comma.")
    was_blocked = fields.Boolean()

    _hash_unique = models.Constraint("UNIQUE(hash)", "This address is known already.")

    # -- hashing ----------------------------------------------------------------------

    @api.model
    def _create_secret(self):
        """Make the secret of this database once; hashes made with it depend on it."""
        # sudo: ir.config_parameter - a secret nobody else reads
        parameters = self.env["ir.config_parameter"].sudo()
        if not parameters.get_param(SECRET):
            parameters.set_param(SECRET, secrets.token_hex(32))

    @api.model
    def _get_secret(self):
        # sudo: ir.config_parameter - used for hashing only
        return self.env["ir.config_parameter"].sudo().get_param(SECRET) or ""

    @api.model
    def _hash(self, company, kind, value):
        """One spelling of an address; numbers are hashed as E.164."""
        text = f"{company.id}|{kind}|{value}"
        return hmac.new(
            self._get_secret().encode(), text.encode("utf-8", "replace"), hashlib.sha256
        ).hexdigest()

    @api.model
    def _get_spellings(self, kind, value):
        if kind == "phone":
            return set(phones.variants(value)) | {value}
        return {value.lower()} if kind == "email" else {value}

    @api.model
    def _hash_all(self, company, addresses):
        """Return ``{hash}`` of all spellings of (kind, value) pairs."""
        return {
            self._hash(company, kind, spelling)
            for kind, value in addresses
            for spelling in self._get_spellings(kind, value)
        }

    # -- remembering ------------------------------------------------------------------

    @api.model
    def _remember(self, company, addresses, moment, opted_out=(), was_blocked=False):
        """Keep the hashes of addresses, with the decisions that still hold."""
        self._create_secret()
        hashes = self._hash_all(company, addresses)
        known = self.search([("hash", "in", list(hashes))])
        known.write({"erased_at": moment})
        for row in known:
            purposes = set((row.opted_out or "").split(",")) | set(opted_out)
            row.opted_out = ",".join(sorted(filter(None, purposes)))
            row.was_blocked = row.was_blocked or was_blocked
        self.create(
            [
                {
                    "hash": value,
                    "company_id": company.id,
                    "erased_at": moment,
                    "opted_out": ",".join(sorted(opted_out)),
                    "was_blocked": was_blocked,
                }
                for value in sorted(hashes - set(known.mapped("hash")))
            ]
        )
        self.env.registry.clear_cache()

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        self.env.registry.clear_cache()
        return rows

    @api.model
    @tools.ormcache()
    def _is_any(self):
        """Whether anybody was ever erased; nobody pays for it before."""
        return bool(self.sudo().search_count([], limit=1))  # sudo: one yes or no

    # -- asking -----------------------------------------------------------------------

    @api.model
    def _find(self, company, addresses):
        """Return rows of (kind, value) pairs that were erased in a company."""
        if not addresses or not self._is_any():
            return self.browse()
        hashes = self._hash_all(company, addresses)
        return self.search([("hash", "in", list(hashes))])

    @api.model
    def _get_erased_at(self, company, addresses):
        """Return when the person with one of these addresses was erased, or False.

        :param list addresses: (kind, value) pairs. Whatever stores something old about
            somebody, such as an import, asks this first.
        """
        found = self._find(company, addresses)
        return max(found.mapped("erased_at"), default=False)
