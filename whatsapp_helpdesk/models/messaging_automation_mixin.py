"""An automation that may speak when the window is closed says how, when it is saved."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


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

    @api.constrains("when_closed", "fallback_template_id")
    def _check_fallback(self):
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
        if self.when_closed == "template" and not template.is_usable:
            return self.env._(
                "%(template)s cannot be sent now, so it cannot replace the message.",
                template=template.display_name,
            )
        return ""

    def _get_fallback(self):
        """Return the template for a closed window, empty when nothing is sent."""
        self.ensure_one()
        if self.when_closed != "template":
            return self.env["messaging.template"]
        return self.fallback_template_id
