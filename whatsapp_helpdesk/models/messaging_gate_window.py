"""The service window, and what may leave outside of it: a template that is usable."""

from odoo import api, models


class MessagingGate(models.AbstractModel):
    _inherit = "messaging.gate"

    def _check_template(self, intent):
        return self._get_template_refusal(intent.identity, intent.template)

    def _check_window(self, intent):
        return self._get_window_refusal(intent.identity, intent.template)

    def _get_template_refusal(self, identity, template):
        """A template is approved, runs, and is one of the account that sends it."""
        if not template:
            return None
        template = template.sudo()  # sudo: messaging.template - only whether it works
        if template.account_id != identity.account_id:
            return (
                "template_unusable",
                self.env._(
                    "%(template)s is a template of another account.",
                    template=template.display_name,
                ),
            )
        if template.is_usable:
            return None
        return "template_unusable", self._get_template_trouble(template)

    def _get_template_trouble(self, template):
        reason = template.stop_reason or template.reason
        status = dict(template._get_status_selection()).get(template.status)
        if reason:
            return self.env._(
                "%(template)s cannot be sent now: %(reason)s",
                template=template.display_name,
                reason=reason,
            )
        return self.env._(
            "%(template)s cannot be sent now. Its state at the provider: %(state)s.",
            template=template.display_name,
            state=status or template.status or "?",
        )

    def _get_window_refusal(self, identity, template):
        """Free text only while the window of the chosen identity is open."""
        if template or not self._is_outside_window(identity):
            return None
        if not identity.last_inbound_at:
            return (
                "window_closed",
                self.env._("The customer has not written on this channel yet."),
            )
        window = identity.account_id._get_features().window
        return (
            "window_closed",
            self.env._(
                "The customer wrote last more than %(hours)s hours ago. Now only an "
                "approved template can be sent.",
                hours=int(window.total_seconds() // 3600),
            ),
        )

    @api.model
    def _is_outside_window(self, identity):
        """Whether only a template reaches a customer now."""
        return identity._is_outside_window()
