"""What happens to the contacts themselves: values filled in, the empty one archived."""

from odoo import api, models, tools
from odoo.exceptions import UserError

#: Models whose rows say nothing about whether a contact is in use.
UNIMPORTANT = ("mail.", "messaging.", "discuss.", "bus.", "res.partner", "privacy.")


class MessagingJoin(models.Model):
    _inherit = "messaging.join"

    def _check_possible(self, identities, partner):
        """:raise UserError: these can never be one person, whoever asks.

        Hook for further reasons.
        """
        if any(
            identity.is_test != partner.is_messaging_test for identity in identities
        ):
            raise UserError(
                self.env._("A test contact cannot be joined with a real contact.")
            )
        companies = identities.company_id
        if partner.company_id and companies - partner.company_id:
            raise UserError(
                self.env._("The contact belongs to another company than the address.")
            )
        employees = self.env["messaging.contact"]._filter_employees(
            partner | identities.partner_id
        )
        if self.kind != "split" and (
            employees or any(identities.mapped("is_internal"))
        ):
            raise UserError(self.env._("An employee never becomes a customer."))
        if any(identities.mapped("erase_id")):
            raise UserError(self.env._("This person was erased."))
        self._check_not_erased(partner | identities.partner_id)

    @api.model
    def _check_not_erased(self, partners):
        """:raise UserError: an erasure of one of them is not over.

        What went elsewhere before it begins would be forgotten by it.
        """
        if self.env["messaging.erase"].search_count(
            [
                ("partner_id", "in", partners.ids),
                ("state", "in", ("queued", "running")),
            ],
            limit=1,
        ):
            raise UserError(self.env._("This person is being erased."))

    @api.model
    def _carry_hold(self, before, after):
        """What is held stays held, whoever it is counted to."""
        if before.messaging_legal_hold and not after.messaging_legal_hold:
            after.messaging_legal_hold = True

    # -- values -----------------------------------------------------------------------

    @api.model
    def _get_filled_fields(self):
        """Hook: what a contact takes over from its duplicate where it has nothing."""
        return ["phone", "email", "street", "street2", "zip", "city", "country_id"]

    def _settle_contacts(self, source, partner):
        """Fill in what is missing, and archive the duplicate when nothing is left."""
        details = {}
        if not partner.active:
            self.env["messaging.contact"]._unarchive(partner)
            details["unarchived"] = True
        if self.kind != "split" and source and not self._has_identities(source):
            details["filled"] = self._fill_in(source, partner)
            lines = self.env["messaging.template.batch.line"]
            details["lines"] = lines._follow_contact(source, partner)
            if source.active and self._is_empty_duplicate(source):
                source.action_archive()
                details["archived"] = source.id
        self.details = details

    @api.model
    def _has_identities(self, partner):
        return bool(
            self.env["messaging.identity"].search_count(
                [("partner_id", "=", partner.id)], limit=1
            )
        )

    def _fill_in(self, source, partner):
        """Return ``{field: [before, after]}`` of what was taken over."""
        filled = {}
        for name in self._get_filled_fields():
            if source[name] and not partner[name]:
                field = partner._fields[name]
                value = field.convert_to_write(source[name], source)
                before = field.convert_to_write(partner[name], partner)
                partner.with_context(tracking_disable=True).write({name: value})
                filled[name] = [before, value]
        return filled

    @api.model
    def _is_empty_duplicate(self, partner):
        """Hook: whether a contact is used for nothing else."""
        with_archived = partner.with_context(active_test=False)
        if with_archived.user_ids or with_archived.child_ids or partner.is_company:
            return False
        return not any(
            self.env[model]
            .sudo()
            .with_context(active_test=False)
            .search_count([(name, "=", partner.id)], limit=1)
            for model, name in self._get_uses_of_contacts()
        )

    @api.model
    @tools.ormcache()
    def _get_uses_of_contacts(self):
        """Return (model, field) whose rows make a contact more than a duplicate."""
        uses = []
        for name, model in self.env.registry.items():
            if model._abstract or model._transient or not model._auto:
                continue
            if name.startswith(UNIMPORTANT):
                continue
            uses += [
                (name, field.name)
                for field in model._fields.values()
                if field.type == "many2one"
                and field.comodel_name == "res.partner"
                and field.store
                and not field.related
                and (field.name == "partner_id" or field.ondelete == "restrict")
            ]
        return tuple(uses)

    def _restore_contacts(self, partner):
        """Undo of the above, where nobody changed it since."""
        details = self.details or {}
        target = self.partner_id
        for name, (before, after) in (details.get("filled") or {}).items():
            if target and name in target._fields:
                self._restore_value(target, name, before, after)
        lines = self.env["messaging.template.batch.line"]
        lines._return_to_contact(details.get("lines") or [], partner)
        if details.get("archived") == partner.id and not partner.active:
            partner.action_unarchive()

    # -- a contact of one's own -------------------------------------------------------

    @api.model
    def _create_own_partner(self, identities, name=None):
        """Create the contact that identities would have had from the beginning."""
        partner = self.env["messaging.contact"].sudo()._create_partner(identities[0])
        if name:
            partner.with_context(tracking_disable=True).name = name
        return partner
