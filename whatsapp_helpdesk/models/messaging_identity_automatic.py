from odoo import fields, models

from ..gateway import bots


class MessagingIdentity(models.Model):
    _inherit = "messaging.identity"

    automatic_paused_until = fields.Datetime(
        "No Automatic Messages Until",
        help="Set when the customer seems to be a program that answers by itself. "
        "Agents can always write.",
    )

    def _is_automatic_paused(self):
        self.ensure_one()
        until = self.automatic_paused_until
        return bool(until) and until > fields.Datetime.now()

    def _get_talk(self):
        """Return the newest lines with this customer for the rules in ``bots``."""
        self.ensure_one()
        parts = self.env["messaging.message"].search(
            [("identity_id", "=", self.id), ("mail_message_id", "!=", False)],
            order="id desc",
            limit=bots.LINES,
        )
        return [part._as_line() for part in reversed(parts)]

    def _pause_automatic(self, conversation):
        """Say nothing automatic for a time, and tell the agents once."""
        self.ensure_one()
        self.automatic_paused_until = fields.Datetime.now() + bots.PAUSE
        # sudo: discuss.channel - only the language of who answers
        language = conversation.sudo().helpdesk_agent_id.lang or self.env.user.lang
        reader = conversation.with_context(lang=language)
        reader._messaging_note(
            reader.env._(
                "This customer answers as a program does. Nothing automatic is sent "
                "for %(hours)s hours; you can write as always.",
                hours=int(bots.PAUSE.total_seconds() // 3600),
            )
        )

    def action_resume_automatic(self):
        """Whoever may block a customer may end a pause."""
        self.check_access("write")
        # sudo: messaging.identity - what is not a decision of people, but this is
        self.sudo().automatic_paused_until = False
