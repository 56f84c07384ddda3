"""What a question of ours may be answered with, by a button or by its words."""

from dataclasses import asdict

from odoo import api, fields, models

from .messaging_button import Choice


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    choices = fields.Json(
        readonly=True,
        help="Answers to the question that this part asks: button and words.",
    )

    @api.model
    def _queue_parts(self, mail_message, parts):
        """Remember the question that is open; whatever else is said ends it."""
        queued = super()._queue_parts(mail_message, parts)
        choices = self._get_context_choices()
        if choices:
            queued[-1:].choices = [asdict(choice) for choice in choices]
        # sudo: messaging.identity - whoever writes to the customer
        identity = mail_message.sudo().messaging_identity_id
        question = queued[-1:] if choices else self.browse()
        if identity.choice_part_id != question:
            identity.choice_part_id = question
        return queued

    @api.model
    def _get_context_choices(self):
        choices = self.env.context.get("messaging_choices") or ()
        return choices if all(isinstance(c, Choice) for c in choices) else ()
