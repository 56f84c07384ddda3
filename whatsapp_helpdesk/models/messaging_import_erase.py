"""Imports and erased persons: nothing old comes back from a file, and what an import
remembers of somebody goes with them."""

import re

from odoo import api, models

from ..gateway import forget
from .mail_message_erase import MIN_NAME
from .messaging_import_run import Refused

CODE = "erased"
#: Digits of a number that are looked for in a file, however it spells the number.
DIGITS = 8


class MessagingImport(models.Model):
    _inherit = "messaging.import"

    # -- what comes from a file -------------------------------------------------------

    def _is_line_of_erased(self, number, moment):
        """Whether this was said before the person with this number was erased."""
        erased_at = self.env["messaging.erased.address"]._get_erased_at(
            self.company_id, [("phone", number)]
        )
        return bool(erased_at and moment and moment <= erased_at)

    def _store_messages(self, lines):
        gone = [
            line for line in lines if self._is_line_of_erased(line.number, line.when)
        ]
        kept = [line for line in lines if line not in gone]
        return [*super()._store_messages(kept), *((line, CODE) for line in gone)]

    def _import_opt_in(self, line):
        if self._is_line_of_erased(line.number, line.given_at):
            raise Refused(CODE)
        return super()._import_opt_in(line)

    def _refuse(self, line, code):
        """Of an erased person not even the number is kept."""
        result = super()._refuse(line, code)
        if code == CODE:
            self.refusal_ids.filtered(lambda r: r.code == CODE).number = False
        return result

    # -- what an import remembers -----------------------------------------------------

    @api.model
    def _erase_person(self, identities, partner):
        erase = self.env["messaging.erase"]._get_current()
        imports = self.search([("company_id", "in", erase.company_ids.ids)])
        values = forget.spellings(erase._get_values())
        names = {partner.name, *identities.mapped("name")}
        names = {name for name in names if name and len(name) >= MIN_NAME}
        return sum(record._forget(values, names) for record in imports)

    def _forget(self, values, names):
        """Blank what mentions a person; a file that does so is not imported any more.

        :return: how much was blanked.
        """
        self.ensure_one()

        def mentions(text):
            return any(wanted in (text or "") for wanted in (*values, *names))

        refusals = self.refusal_ids.filtered(lambda row: mentions(row.number))
        authors = self.author_ids.filtered(lambda row: mentions(row.name))
        columns = self.column_ids.filtered(lambda row: mentions(row.example))
        changes = {
            name: False
            for name in ("filename", "number", "origin", "wording")
            if mentions(self[name])
        }
        if self._file_mentions(values):
            changes.update(
                state="stopped",
                file=False,
                stop_reason=self.env._("A person in the file was erased."),
            )
        columns.example = False
        count = len(refusals) + len(authors) + len(columns) + len(changes)
        refusals.unlink()
        authors.unlink()
        if changes:
            self.write(changes)
        return count

    def _file_mentions(self, values):
        """Whether the digits of a number stand in the file, with any signs between."""
        file = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_field", "=", "file"),
                ("res_id", "=", self.id),
            ],
            limit=1,
        )
        if not file:
            return False
        digits = re.sub(rb"\D", b"", file.raw or b"")
        numbers = {value.lstrip("+") for value in values}
        return any(
            number[-DIGITS:].encode() in digits
            for number in numbers
            if number.isdigit() and len(number) >= DIGITS
        )
