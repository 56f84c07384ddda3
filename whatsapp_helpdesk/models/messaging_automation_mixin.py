"""An automation that may speak when the window is closed says how, when it is saved."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .messaging_arbiter import Fallback


class MessagingAutomationMixin(models.AbstractModel):
    """Something that writes to customers by itself.

    Whoever inherits it says in ``_needs_fallback`` whether a record may speak outside
    of the service window; such a record is refused without a decision for that case.
    """

    _name = "messaging.automation.mixin"
    _description = "Automation That Writes to Customers"

    when_closed = fields.Selection(
        [("template", "Send a Template"), ("skip", "Send Nothing")],
        string="When the Window Is Closed",
        help="What happens when the customer has not written for so long that the "
        "platform takes only approved templates.",
    )
    fallback_template_id = fields.Many2one(
        "messaging.template",
        "Template Instead",
        ondelete="restrict",
        domain="[('is_usable', '=', True)]",
    )

    def _needs_fallback(self):
        """Hook: whether this record may speak outside of the service window."""
        self.ensure_one()
        return True

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a missing decision is a wrong one, so every save is checked."""
        automations = super().create(vals_list)
        automations._check_fallback()
        automations._check_fallback_template()
        return automations

    def write(self, vals):
        """Override: see ``create``."""
        result = super().write(vals)
        self._check_fallback()
        if not self._get_decision_fields().isdisjoint(vals):
            self._check_fallback_template()
        return result

    @api.model
    def _get_decision_fields(self):
        """Hook: whoever writes one of them chooses the template."""
        return {"when_closed", "fallback_template_id"}

    def _check_fallback(self):
        """:raise ValidationError: nothing was decided for a closed window."""
        for automation in self:
            if problem := automation._get_fallback_problem():
                raise ValidationError(problem)

    def _get_fallback_problem(self):
        """Return a sentence about what is missing, or ""."""
        self.ensure_one()
        if not self._needs_fallback():
            return ""
        if not self.when_closed:
            return self.env._(
                "Decide what happens when the customer's window is closed: send a "
                "template, or send nothing."
            )
        template = self.fallback_template_id
        if self.when_closed == "template" and not template:
            return self.env._(
                "Choose the template that is sent when the customer's window is closed."
            )
        return ""

    def _check_fallback_template(self):
        """:raise ValidationError: the chosen template cannot be sent.

        Only when it is chosen: the provider may pause it at any time, and the
        automation can still be renamed or repaired.
        """
        for automation in self.filtered(lambda one: one.when_closed == "template"):
            template = automation.fallback_template_id
            if automation._needs_fallback() and not template.is_usable:
                raise ValidationError(
                    self.env._(
                        "%(template)s cannot be sent now, so it cannot replace the "
                        "message.",
                        template=template.display_name,
                    )
                )

    def _get_fallback(self, identity, record):
        """Return what is sent to a customer whose window is closed, or None.

        A template belongs to an account; on another account of the same customer its
        namesake in the same language is taken.

        :param record: what the message is about.
        """
        self.ensure_one()
        if self.when_closed != "template":
            return None
        template = self._get_template_of(identity.account_id)
        if not template:
            return None
        values = template._get_values_for(
            record, identity.partner_id, self.env["res.users"]
        )
        return Fallback(template, values)

    def _get_template_of(self, account):
        # sudo: messaging.template - whoever made it happen need not read templates
        template = self.fallback_template_id.sudo()
        if template.account_id == account:
            return template
        return template.search(
            [
                ("account_id", "=", account.id),
                ("name", "=", template.name),
                ("language", "=", template.language),
            ],
            limit=1,
        )
