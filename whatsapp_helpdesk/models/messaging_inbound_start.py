"""A customer opens the chat without writing: a press on the app's "Start".

It says nothing yet. So it is no case and nobody's work, only a line in the
conversation; the customer is welcomed at once, or the chat would look dead. What a deep
link brings is taken by whoever made the link, before this.
"""

from odoo import api, models


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _get_consumers(self):
        """Override: before the words, of which "start" is one."""
        consumers = super()._get_consumers()
        place = consumers.index("opt_out")
        return [*consumers[:place], "start", *consumers[place:]]

    @api.model
    def _get_swallowers(self):
        return super()._get_swallowers() | {"start"}

    @api.model
    def _is_start(self, ctx, identity, conversation, quoted):
        return ctx.parsed.type == "start"

    @api.model
    def _get_content_pieces(self, parsed):
        """Override: a line in words; what the app sent is no text of a person."""
        if parsed.type != "start":
            return super()._get_content_pieces(parsed)
        text = self.env._("The customer opened the chat.")
        return [self._render_small("fa-play-circle-o", text)]
