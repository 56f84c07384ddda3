"""A request's button that stays below the chat is taken away once it is of no use."""

from dataclasses import replace

from odoo import api, models

#: Parts that put such a button there.
REQUESTS = ("contact_request", "location_request")


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    @api.model
    def _build_texts(self, identity, text):
        parts = super()._build_texts(identity, text)
        if parts and self._has_outlived_request(identity):
            parts[0] = replace(parts[0], remove_keyboard=True)
        return parts

    @api.model
    def _has_outlived_request(self, identity):
        """Whether the customer wrote after a request, and we nothing since.

        Until they write, the button is waited for.
        """
        if not identity.account_id._get_features().keeps_requests:
            return False
        # sudo: messaging.message - who answers need not read the outbox
        Outbox = self.sudo()
        known = [("identity_id", "=", identity.id)]
        asked = known + [("direction", "=", "out"), ("kind", "in", REQUESTS)]
        request = Outbox.search(asked, order="id desc", limit=1)
        if not request:
            return False
        written = known + [("direction", "=", "in"), ("id", ">", request.id)]
        answer = Outbox.search(written, order="id", limit=1)
        ours = known + [("direction", "=", "out"), ("kind", "=", "text")]
        told = [*ours, ("id", ">", answer.id)]
        return bool(answer) and not Outbox.search_count(told, limit=1)
