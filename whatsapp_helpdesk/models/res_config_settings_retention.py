"""Days each class of data is kept, with what a change would remove now."""

from odoo import api, fields, models

from .messaging_retention import DEFAULT_DAYS, MAX_COUNT

#: Classes whose effect is counted before anybody saves.
COUNTED = ("text", "media", "fact", "sandbox")


def _days(name, label, text):
    return fields.Integer(
        label,
        config_parameter=f"whatsapp_helpdesk.retention_{name}_days",
        default=DEFAULT_DAYS[name],
        help=text,
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    messaging_retention_text_days = _days(
        "text",
        "Keep Message Texts (days)",
        "A line that says so stays in the conversation. 0: for ever.",
    )
    messaging_retention_media_days = _days(
        "media", "Keep Files (days)", "Files sent and received. 0: for ever."
    )
    messaging_retention_fact_days = _days(
        "fact", "Keep Figures (days)", "Times without contents. 0: for ever."
    )
    messaging_retention_sandbox_days = _days(
        "sandbox",
        "Keep Sandbox Conversations (days)",
        "Texts and files of test channels. 0: for ever.",
    )
    messaging_retention_signature_days = _days(
        "signature", "Keep Counts of Refused Deliveries (days)", "0: for ever."
    )
    messaging_retention_export_days = _days(
        "export", "Keep Exports of Persons (days)", "7 at most when 0."
    )
    messaging_retention_text_due = fields.Char(compute="_compute_retention_text_due")
    messaging_retention_media_due = fields.Char(compute="_compute_retention_media_due")
    messaging_retention_fact_due = fields.Char(compute="_compute_retention_fact_due")
    messaging_retention_sandbox_due = fields.Char(
        compute="_compute_retention_sandbox_due"
    )

    @api.depends("messaging_retention_text_days")
    def _compute_retention_text_due(self):
        self._count_due("text")

    @api.depends("messaging_retention_media_days")
    def _compute_retention_media_due(self):
        self._count_due("media")

    @api.depends("messaging_retention_fact_days")
    def _compute_retention_fact_due(self):
        self._count_due("fact")

    @api.depends("messaging_retention_sandbox_days")
    def _compute_retention_sandbox_due(self):
        self._count_due("sandbox")

    def _count_due(self, name):
        # sudo: messaging.retention - a number for administrators, of all companies
        retention = self.env["messaging.retention"].sudo()
        for settings in self:
            days = settings[f"messaging_retention_{name}_days"]
            count = retention._count(name, days)
            more = "+" if count >= MAX_COUNT else ""
            settings[f"messaging_retention_{name}_due"] = (
                self.env._("would remove now: %(count)s", count=f"{count}{more}")
                if days
                else ""
            )

    def set_values(self):
        """Override: a 0 has to be stored, Odoo would remove the parameter."""
        result = super().set_values()
        # sudo: ir.config_parameter - settings are for administrators
        parameters = self.env["ir.config_parameter"].sudo()
        for name in DEFAULT_DAYS:
            value = max(self[f"messaging_retention_{name}_days"], 0)
            parameters.set_param(f"whatsapp_helpdesk.retention_{name}_days", str(value))
        return result
