from odoo import api, fields, models
from odoo.fields import Domain

from ..gateway.templates import APPROVED, DRAFT


class MessagingTemplate(models.Model):
    """A message the provider approves for use outside the service window."""

    _name = "messaging.template"
    _description = "Message Template"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name, language, id"
    _rec_names_search = ["name", "label"]

    account_id = fields.Many2one(
        "messaging.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    active = fields.Boolean(default=True)
    external_id = fields.Char("External ID", copy=False, index="btree_not_null")
    name = fields.Char(
        "Technical Name",
        required=True,
        help="Lowercase letters, digits and underscores. Together with the language it "
        "is what the provider knows the template by.",
    )
    label = fields.Char(
        "Name",
        compute="_compute_label",
        store=True,
        readonly=False,
        precompute=True,
        help="What your colleagues see when they choose a template.",
    )
    language = fields.Char(
        required=True,
        help="Exactly as the provider stores it, for example en, en_US, ar or pt_BR.",
    )
    category = fields.Selection(
        [
            ("marketing", "Marketing"),
            ("utility", "Utility"),
            ("authentication", "Authentication"),
        ],
        default="utility",
        help="Utility: about something the customer asked for or ordered. "
        "Marketing: everything that promotes or invites.",
    )
    parameter_format = fields.Selection(
        [("positional", "Numbers: {{1}}"), ("named", "Words: {{first_name}}")],
        string="Variable Style",
        default="positional",
        required=True,
    )
    status = fields.Selection(
        selection="_get_status_selection",
        default=DRAFT,
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    quality = fields.Char(readonly=True, copy=False)
    reason = fields.Char(
        readonly=True, copy=False, help="Why the provider rejected or stopped it."
    )
    header_format = fields.Selection(
        [
            ("text", "Text"),
            ("image", "Image"),
            ("video", "Video"),
            ("document", "Document"),
            ("location", "Location"),
        ],
        string="Header",
    )
    header_text = fields.Char()
    body = fields.Text()
    footer = fields.Char()
    button_ids = fields.One2many(
        "messaging.template.button", "template_id", "Buttons", copy=True
    )
    variable_ids = fields.One2many(
        "messaging.template.variable", "template_id", "Variables", copy=True
    )
    ttl = fields.Integer(
        "Deliver Within",
        help="Seconds during which the provider tries to deliver. 0: its default.",
    )
    unsupported = fields.Char(
        readonly=True, help="Parts of the template that this app cannot fill."
    )
    stopped_until = fields.Datetime(
        readonly=True,
        copy=False,
        help="Not offered before. Empty although stopped: until somebody resumes it.",
    )
    stop_reason = fields.Char(readonly=True, copy=False)
    is_usable = fields.Boolean(
        "Can Be Sent", compute="_compute_is_usable", search="_search_is_usable"
    )

    _account_name_language_unique = models.Constraint(
        "UNIQUE(account_id, name, language)",
        "The account already has this template in this language.",
    )

    @api.model
    def _get_status_selection(self):
        """Words of providers in upper case, and DRAFT, which is only ours."""
        return [
            (DRAFT, self.env._("Draft")),
            ("PENDING", self.env._("In Review")),
            (APPROVED, self.env._("Approved")),
            ("REJECTED", self.env._("Rejected")),
            ("PAUSED", self.env._("Paused")),
            ("DISABLED", self.env._("Disabled")),
            ("IN_APPEAL", self.env._("In Appeal")),
            ("LIMIT_EXCEEDED", self.env._("Limit Exceeded")),
            ("LOCKED", self.env._("Locked")),
            ("ARCHIVED", self.env._("Archived")),
            ("PENDING_DELETION", self.env._("Being Deleted")),
            ("DELETED", self.env._("Deleted")),
            ("UNKNOWN", self.env._("Unknown")),
        ]

    @api.depends("name")
    def _compute_label(self):
        for template in self:
            words = (template.name or "").replace("_", " ").strip()
            template.label = template.label or words[:1].upper() + words[1:]

    @api.depends("label", "name", "language")
    def _compute_display_name(self):
        for template in self:
            name = template.label or template.name or ""
            code = template.language
            template.display_name = f"{name} ({code})" if code else name

    # -- may it be sent --------------------------------------------------------------

    @api.depends("status", "active", "stop_reason", "stopped_until", "unsupported")
    def _compute_is_usable(self):
        usable = self.filtered_domain(self._get_is_usable_domain())
        for template in self:
            template.is_usable = template in usable

    def _search_is_usable(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain(self._get_is_usable_domain())
        wanted = set(value)
        if wanted == {True, False}:
            return Domain.TRUE
        return domain if True in wanted else ~domain

    @api.model
    def _get_is_usable_domain(self):
        """Approved, known completely, and not stopped at this moment."""
        return Domain(
            [
                ("active", "=", True),
                ("status", "=", APPROVED),
                ("unsupported", "=", False),
                "|",
                ("stop_reason", "=", False),
                ("stopped_until", "<=", fields.Datetime.now()),
            ]
        )

    @api.model
    def _get_usable_domain(self, account):
        """Domain of the templates that may be sent from an account now."""
        return Domain("account_id", "in", account.ids) & self._get_is_usable_domain()

    def _stop(self, reason, until=False):
        """Offer the templates no longer, until a moment or until they are resumed."""
        self.write({"stop_reason": reason, "stopped_until": until})

    def action_resume(self):
        """Offer the templates again although they were stopped here."""
        self.check_access("write")
        self.write({"stop_reason": False, "stopped_until": False})
