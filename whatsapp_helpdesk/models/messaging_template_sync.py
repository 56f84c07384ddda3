"""Templates as the provider lists them: ours follow, what is local stays."""

from odoo import api, models
from odoo.fields import Command

from ..gateway.templates import DRAFT


class MessagingTemplate(models.Model):
    _inherit = "messaging.template"

    @api.model
    def action_fetch_all(self):
        """Fetch those of all accounts one sees."""
        accounts = self.env["messaging.account"].search([("state", "=", "active")])
        return accounts.action_fetch_templates()

    @api.model
    def _store_definitions(self, account, definitions, asked_at=None):
        """Make the templates of an account what the provider says they are.

        Rows that are the same are not written. Templates the provider no longer has are
        archived, variables that stay keep their mapping, and drafts are left alone.

        :param definitions: all templates of the account, of the gateway.
        :param asked_at: when the list was asked for.
        :return: how many were added, changed and archived.
        """
        # sudo: messaging.template - the provider's words are nobody's to change
        rows = self.sudo().with_context(
            active_test=False, tracking_disable=True, mail_create_nosubscribe=True
        )
        known = {
            (row.name, row.language): row
            for row in rows.search([("account_id", "=", account.id)])
        }
        missing, changed = [], 0
        for definition in definitions:
            row = known.pop((definition.name, definition.language), None)
            if row is None:
                missing.append(rows._prepare_new_values(account, definition))
            elif not (row._is_local_draft() or row._is_newer_than(asked_at)):
                changed += row._follow(definition)
        rows.create(missing)
        gone = [row for row in known.values() if not row._is_newer_than(asked_at)]
        return len(missing), changed, self._retire(gone)

    def _is_newer_than(self, moment):
        """Whether it was handed in after a list was asked for."""
        return bool(moment and self.edited_at and self.edited_at > moment)

    def _is_local_draft(self):
        """Whether it is being changed here and must not be overwritten."""
        return self.status == DRAFT and bool(self.external_id)

    @api.model
    def _prepare_new_values(self, account, definition):
        return {
            **self._prepare_definition_values(definition),
            "account_id": account.id,
            "button_ids": self._get_button_commands(definition),
            "variable_ids": [
                Command.create(self._prepare_variable_values(variable, sequence))
                for sequence, variable in enumerate(definition.variables, 1)
            ],
        }

    @api.model
    def _prepare_definition_values(self, definition):
        categories = dict(self._fields["category"].selection)
        header = definition.header
        return {
            "name": definition.name,
            "language": definition.language,
            "category": definition.category
            if definition.category in categories
            else False,
            "status": self._get_known_status(definition.status),
            "external_id": definition.external_id,
            "quality": definition.quality or False,
            "parameter_format": "named" if definition.named else "positional",
            "header_format": header.format if header else False,
            "header_text": header.text if header and header.text else False,
            "body": definition.body or False,
            "footer": definition.footer or False,
            "ttl": definition.ttl,
            "unsupported": ", ".join(definition.unsupported) or False,
        }

    @api.model
    def _get_known_status(self, status):
        return status if status in dict(self._get_status_selection()) else "UNKNOWN"

    @api.model
    def _get_button_commands(self, definition):
        return [
            Command.create(self._prepare_button_values(button, sequence))
            for sequence, button in enumerate(definition.buttons, 1)
        ]

    @api.model
    def _prepare_button_values(self, button, sequence):
        return {
            "sequence": sequence,
            "kind": button.kind,
            "title": button.title,
            "url": button.url or False,
            "phone": button.phone or False,
            "example": button.example or False,
            "form_id": button.form_id or False,
        }

    def _follow(self, definition):
        """Become what the provider says; return whether something was different."""
        self.ensure_one()
        before = (self.status, self.category)
        wanted = self._prepare_definition_values(definition)
        if definition.reason or wanted["status"] == "APPROVED":
            wanted["reason"] = definition.reason or False
        if self.status == "DELETED" and not self.active:
            wanted["active"] = True  # it is there again
        values = {name: value for name, value in wanted.items() if self[name] != value}
        if self._get_button_rows() != self._get_button_rows(definition):
            values["button_ids"] = [
                Command.clear(),
                *self._get_button_commands(definition),
            ]
        if values:
            self.write(values)
        examples = self._follow_examples(definition)
        if "status" in values or "category" in values:
            self._react_to_change(*before)
        return bool(values) or examples

    def _get_button_rows(self, definition=None):
        if definition is None:
            buttons = self._get_definition().buttons
        else:
            buttons = definition.buttons
        return [
            self._prepare_button_values(button, sequence)
            for sequence, button in enumerate(buttons, 1)
        ]

    def _follow_examples(self, definition):
        examples = definition.get_example_values()
        changed = False
        for row in self.variable_ids:
            example = examples.get(row.key)
            if example and row.example != example:
                row.example = example
                changed = True
        return changed

    @api.model
    def _retire(self, rows):
        """Archive those the provider no longer has; return how many."""
        rows = self.browse().union(*rows)
        # Deleted there while it is changed here: it can be handed in as a new one.
        rows.filtered(lambda row: row._is_local_draft()).write({"external_id": False})
        lost = rows.filtered(lambda row: not row.external_id and row.status != DRAFT)
        # Handed in, but it never arrived there.
        lost.write({"status": DRAFT})
        gone = rows.filtered(
            lambda row: row.external_id and (row.active or row.status != "DELETED")
        )
        gone.write({"status": "DELETED", "active": False})
        return len(gone)
