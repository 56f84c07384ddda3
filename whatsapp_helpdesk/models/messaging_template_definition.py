"""Between the rows of a template and the gateway's picture of it."""

from odoo import api, models
from odoo.fields import Command

from ..gateway.templates import TemplateButton, TemplateDefinition, TemplateHeader


class MessagingTemplate(models.Model):
    _inherit = "messaging.template"

    def _get_definition(self):
        """Return the template as the gateway sees it: plain values, no records."""
        self.ensure_one()
        examples = {row.key: row.example or "" for row in self.variable_ids}
        return TemplateDefinition(
            name=self.name or "",
            language=self.language or "",
            category=self.category or "",
            body=self.body or "",
            header=self._get_header(examples),
            footer=self.footer or "",
            buttons=self._get_buttons(examples),
            named=self.parameter_format == "named",
            examples=examples,
            external_id=self.external_id or "",
            status=self.status or "",
            quality=self.quality or "",
            reason=self.reason or "",
            ttl=self.ttl,
            unsupported=tuple(filter(None, (self.unsupported or "").split(", "))),
        )

    def _get_header(self, examples):
        if not self.header_format:
            return None
        if self.header_format != "text":
            # That there is a file is enough here; handing in gives it a handle.
            return TemplateHeader(self.header_format, example=self.sample_name or "")
        found = [text for key, text in examples.items() if key.startswith("header:")]
        return TemplateHeader(
            "text", self.header_text or "", example=found[0] if found else ""
        )

    def _get_buttons(self, examples):
        buttons = []
        for index, row in enumerate(self._get_sorted_buttons()):
            prefix = f"button:{index}:"
            found = [text for key, text in examples.items() if key.startswith(prefix)]
            buttons.append(
                TemplateButton(
                    row.kind,
                    row.title or "",
                    url=row.url or "",
                    phone=row.phone or "",
                    example=found[0] if found else row.example or "",
                    form_id=row.form_id or "",
                )
            )
        return tuple(buttons)

    def _get_sorted_buttons(self):
        """Rows in the order of the form; new ones of an open form have no id yet."""
        return self.button_ids.sorted("sequence")

    # -- variables follow the texts --------------------------------------------------

    @api.onchange("header_format", "header_text", "body", "button_ids")
    def _onchange_texts(self):
        self.variable_ids = self._get_variable_commands()

    @api.model_create_multi
    def create(self, vals_list):
        """Override: variables follow the texts."""
        templates = super().create(vals_list)
        templates._refresh_variables()
        return templates

    def write(self, vals):
        """Override: variables follow the texts."""
        result = super().write(vals)
        if not self._get_text_fields().isdisjoint(vals):
            self._refresh_variables()
        return result

    @api.model
    def _get_text_fields(self):
        return {"header_format", "header_text", "body", "button_ids", "variable_ids"}

    def _refresh_variables(self):
        for template in self:
            commands = template._get_variable_commands()
            if commands:
                # The texts are unchanged, so this ends after one more look.
                template.write({"variable_ids": commands})
                template.invalidate_recordset(["variable_ids"])  # in another order

    def _get_variable_commands(self):
        """Return commands that make the rows fit the texts; none when they do."""
        self.ensure_one()
        rows = {row.key: row for row in self.variable_ids}
        commands = []
        wanted = self._get_definition().variables
        for sequence, variable in enumerate(wanted, 1):
            row = rows.pop(variable.key, None)
            if row is None:
                values = self._prepare_variable_values(variable, sequence)
                commands.append(Command.create(values))
            elif row.sequence != sequence:
                commands.append(Command.update(row.id, {"sequence": sequence}))
        commands += [Command.delete(row.id) for row in rows.values()]
        return commands

    @api.model
    def _prepare_variable_values(self, variable, sequence):
        return {
            "sequence": sequence,
            "component": variable.component,
            "name": variable.name,
            "button_index": variable.index,
            "example": variable.example,
        }
