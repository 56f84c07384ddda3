"""What an error of the provider means beyond its part: for the customer, a template."""

from datetime import timedelta

from odoo import fields, models

from ..gateway.errors import Retry

#: How long no advertising is tried after the platform did not deliver one.
MARKETING_HOLD = timedelta(days=1)
#: The shortest pause of a template; what the provider tells later replaces it.
TEMPLATE_PAUSE = timedelta(hours=3)


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    def _follow_policy(self, error):
        """Override: some errors say something about everything that follows."""
        result = super()._follow_policy(error)
        if error.reason == "not_delivered_by_choice" and error.retry is Retry.LATER:
            self._hold_marketing()
        elif error.reason in ("template_paused", "template_disabled"):
            self._stop_template(error)
        return result

    def _hold_marketing(self):
        """The platform limits advertising per person; trying on makes it worse."""
        until = fields.Datetime.now() + MARKETING_HOLD
        identity = self.identity_id
        if (identity.marketing_hold_until or until) <= until:
            identity.marketing_hold_until = until

    def _stop_template(self, error):
        """The provider stopped a template: nobody is offered it, somebody is told."""
        template = self.template_id
        if not template or not template.is_usable:
            return  # known already
        user = self.account_id._get_responsible_user()
        labels = dict(self.with_context(lang=user.lang)._get_failure_reasons())
        reason = labels[error.reason]
        paused = error.reason == "template_paused"
        template._stop(reason, until=paused and fields.Datetime.now() + TEMPLATE_PAUSE)
        reader = template.with_context(lang=user.lang)
        template.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=reader.env._(
                "Template stopped: %(name)s", name=reader.display_name
            ),
            note=reason,
            user_id=user.id,
        )
