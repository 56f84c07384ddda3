"""What an automation says when the window is closed: a template, or nothing."""

from odoo import api, models


class MessagingArbiter(models.AbstractModel):
    _inherit = "messaging.arbiter"

    @api.model
    def _say_fallback(self, burst, claims, refusal):
        """Send the template of the best candidate that has one.

        :param dict claims: rows of ``messaging.automatic`` by candidate.
        :return: why not, or None, and the message, or None.
        """
        candidate = next((c for c in claims if c.fallback), None)
        if not candidate:
            return refusal, None
        template = candidate.fallback.template
        refusal = self._get_refusal(burst, template=template)
        if refusal:
            return refusal, None
        message = self._post_fallback(burst, candidate.fallback)
        claims[candidate].mail_message_id = message
        others = self.env["messaging.automatic"].union(*claims.values())
        (others - claims[candidate]).refusal = "window_closed"
        return None, message

    @api.model
    def _post_fallback(self, burst, fallback):
        conversation = burst.conversation
        return conversation._helpdesk_post_template(
            fallback.template,
            fallback.values,
            identity=burst.identity,
            author=conversation.helpdesk_company_id.partner_id,
            author_kind="automatic",
            ticket=burst.case,
            unasked=burst.unasked,
        )
