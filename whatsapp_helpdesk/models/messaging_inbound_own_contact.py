from odoo import api, models


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _get_consumers(self):
        """Override: last; it is a message for an agent all the same."""
        return [*super()._get_consumers(), "own_contact"]

    @api.model
    def _is_own_contact(self, ctx, identity, conversation, quoted):
        """A card that the platform says is the sender's own."""
        return bool(self.env["messaging.contact"]._get_own_number(ctx))

    @api.model
    def _after_own_contact(self, ctx, identity, message):
        contact = self.env["messaging.contact"]
        number = contact._get_own_number(ctx)
        outcome = contact._learn_own_number(identity, number)
        note = self._get_own_contact_notes().get(outcome)
        if note:
            self.env["discuss.channel"].browse(message.res_id)._messaging_note(note)

    @api.model
    def _get_own_contact_notes(self):
        return {
            "kept": self.env._(
                "The platform confirms this number; nobody else has it."
            ),
            "joined": self.env._(
                "The platform confirms this number, and one contact has it: they are "
                "joined."
            ),
            "suggested": self.env._(
                "The platform confirms this number, but it is not clear whose it is. "
                "Look at the suggestions."
            ),
        }
