"""Somebody is told when a template can no longer be sent, or costs something else."""

from odoo import models

#: Statuses after which a template that was good no longer is.
BAD_STATUSES = ("PAUSED", "DISABLED", "REJECTED", "LOCKED", "ARCHIVED")

#: What a review ends with.
DECISIONS = ("APPROVED", "REJECTED")


class MessagingTemplate(models.Model):
    _inherit = "messaging.template"

    def _react_to_change(self, status, category):
        """Tell the one who looks after the account what became of a template.

        :param status, category: what they were before.
        """
        self.ensure_one()
        if status == "PENDING" and self.status in DECISIONS:
            self._tell_decision()
        if self.status != status and self.status in BAD_STATUSES:
            self._alert_once("status")
        if category and self.category != category:
            self._alert_once("category")

    def _tell_decision(self):
        """Tell whoever handed it in what the reviewers decided."""
        user = self.handed_in_by_id
        if not user.active or user._is_superuser():
            return
        reader = self.with_context(lang=user.lang)
        labels = dict(reader._get_status_selection())
        reader.message_notify(
            partner_ids=user.partner_id.ids,
            author_id=self.env.ref("base.partner_root").id,
            subject=self.display_name,
            body=reader.env._(
                "Template %(template)s: %(status)s",
                template=self.display_name,
                status=labels[self.status],
            ),
        )

    def _alert_once(self, kind, **details):
        """Give an activity, unless the same one is still open."""
        self.ensure_one()
        user = self.account_id._get_responsible_user()
        reader = self.with_context(lang=user.lang)
        summary, note = getattr(reader, f"_get_{kind}_alert")(**details)
        open_ones = self.activity_ids.filtered(lambda one: one.summary == summary)
        if open_ones:
            return
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_warning",
            summary=summary,
            note=note,
            user_id=user.id,
        )

    def _get_status_alert(self):
        labels = dict(self._get_status_selection())
        summary = self.env._(
            "Template %(template)s: %(status)s",
            template=self.display_name,
            status=labels[self.status],
        )
        note = self.env._("It is no longer offered. Automations that need it fail.")
        return summary, f"{note} {self.reason}" if self.reason else note

    def _get_category_alert(self):
        labels = dict(self._fields["category"]._description_selection(self.env))
        summary = self.env._(
            "Template %(template)s is now %(category)s",
            template=self.display_name,
            category=labels.get(self.category, ""),
        )
        return summary, self.env._(
            "The provider changed its category: it costs something else, and other "
            "rules of consent apply."
        )

    def _get_upcoming_alert(self, category=""):
        labels = dict(self._fields["category"]._description_selection(self.env))
        summary = self.env._(
            "Template %(template)s will become %(category)s",
            template=self.display_name,
            category=labels.get(category, category),
        )
        return summary, self.env._(
            "The provider will change the category within 24 hours. You may ask for a "
            "review at the provider, or change the text."
        )

    def _get_quality_alert(self):
        summary = self.env._(
            "Template %(template)s gets bad feedback", template=self.display_name
        )
        return summary, self.env._(
            "Customers block or report it. The provider will pause it unless that ends."
        )
