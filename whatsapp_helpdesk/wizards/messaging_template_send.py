"""Choosing a template, filling it, seeing it, sending it: to one contact or to many."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

#: What can be written to: each has the mixin "messaging.customer.mixin".
MODELS = ("res.partner", "crm.lead", "helpdesk.ticket")
#: Contacts of one mass message.
MAX_RECIPIENTS = 2000


class MessagingTemplateSend(models.TransientModel):
    _name = "messaging.template.send"
    _description = "Send a Template"

    conversation_id = fields.Many2one("discuss.channel", readonly=True)
    res_model = fields.Char(readonly=True)
    res_ids = fields.Json(readonly=True)
    partner_id = fields.Many2one("res.partner", "To", compute="_compute_partner")
    recipient_count = fields.Integer("Recipients", compute="_compute_partner")
    is_mass = fields.Boolean(compute="_compute_partner")
    allowed_account_ids = fields.Many2many(
        "messaging.account", compute="_compute_allowed_account_ids"
    )
    account_id = fields.Many2one(
        "messaging.account",
        "From",
        compute="_compute_account_id",
        store=True,
        readonly=False,
        required=True,
        domain="[('id', 'in', allowed_account_ids)]",
    )
    all_languages = fields.Boolean(
        "Other Languages", help="Show a template in every language it exists in."
    )
    allowed_template_ids = fields.Many2many(
        "messaging.template", compute="_compute_allowed_template_ids"
    )
    template_id = fields.Many2one(
        "messaging.template",
        compute="_compute_template_id",
        store=True,
        readonly=False,
        required=True,
        domain="[('id', 'in', allowed_template_ids)]",
    )
    line_ids = fields.One2many(
        "messaging.template.send.value",
        "wizard_id",
        "Values",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    header_format = fields.Selection(related="template_id.header_format")
    header_file = fields.Binary(attachment=False)
    header_filename = fields.Char()
    header_latitude = fields.Float("Latitude", digits=(10, 6))
    header_longitude = fields.Float("Longitude", digits=(10, 6))
    header_place = fields.Char("Name of the Place")
    header_address = fields.Char("Address")

    # -- to whom ----------------------------------------------------------------------

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        context = self.env.context
        if not values.get("conversation_id") and context.get("active_model") in MODELS:
            ids = context.get("active_ids") or [context.get("active_id")]
            values["res_model"] = context["active_model"]
            values["res_ids"] = [record_id for record_id in ids if record_id]
        return values

    def _get_conversation_sudo(self):
        """Return the conversation for who reads it: its case, customer and number.

        A browser may fill in any number, and what is known here is shown.
        """
        conversation = self.conversation_id._origin
        if conversation and not self.env.su:
            conversation._helpdesk_check_readable()
        # sudo: discuss.channel - checked above
        return conversation.sudo()

    def _get_record(self):
        """What the message to the first recipient is about."""
        self.ensure_one()
        if self.conversation_id:
            return self._get_conversation_sudo().helpdesk_ticket_id.sudo(False)
        return self._get_recipients()[0][0] if self._get_recipients() else None

    def _get_records(self):
        self.ensure_one()
        if self.res_model not in MODELS:
            return self.env["res.partner"]
        return self.env[self.res_model].browse(self.res_ids or []).exists()

    def _get_recipients(self):
        """Return pairs of a record and its contact, each contact once."""
        found = {}
        for record in self._get_records():
            partner = record._get_customer_to_write()
            if partner:
                found.setdefault(partner, record)
        return [(record, partner) for partner, record in found.items()]

    @api.depends("conversation_id", "res_model", "res_ids")
    def _compute_partner(self):
        for wizard in self:
            if wizard.conversation_id:
                partner = wizard._get_conversation_sudo().helpdesk_partner_id
                wizard.partner_id = partner.sudo(False)
                wizard.recipient_count = 1
            else:
                recipients = wizard._get_recipients()
                wizard.partner_id = recipients[0][1] if recipients else False
                wizard.recipient_count = len(recipients)
            wizard.is_mass = len(wizard.res_ids or []) > 1

    # -- from where -------------------------------------------------------------------

    @api.depends("conversation_id", "partner_id")
    def _compute_allowed_account_ids(self):
        accounts = self.env["messaging.account"].search([("state", "=", "active")])
        # sudo: messaging.account - only what its channel can do
        accounts = accounts.filtered(lambda a: a.sudo()._get_features().templates)
        for wizard in self:
            conversation_sudo = wizard._get_conversation_sudo()
            own = conversation_sudo.messaging_identity_id.account_id
            is_test = wizard.partner_id.is_messaging_test
            usable = accounts.filtered(lambda a, test=is_test: a.is_test == test)
            wizard.allowed_account_ids = own.sudo(False) if own else usable

    @api.depends("allowed_account_ids", "partner_id")
    def _compute_account_id(self):
        for wizard in self:
            allowed = wizard.allowed_account_ids._origin
            if wizard.account_id in allowed:
                continue
            wizard.account_id = wizard._choose_account(allowed)

    def _choose_account(self, allowed):
        """Hook: where the customer wrote last, else of the user's team, else any."""
        # sudo: messaging.identity - only on which account the customer is known
        known = (
            self.env["messaging.identity"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("account_id", "in", allowed.ids),
                ],
                limit=1,
            )
        )
        user = self.env.user
        # sudo: helpdesk.ticket.team - only whether the user works in it
        own = allowed.filtered(
            lambda a: user in (a.team_id.sudo().user_ids | a.team_id.sudo().user_id)
        )
        return (known.account_id.sudo(False) or own or allowed)[:1]

    # -- which template ---------------------------------------------------------------

    @api.depends("account_id", "all_languages", "partner_id")
    def _compute_allowed_template_ids(self):
        Template = self.env["messaging.template"]
        for wizard in self:
            account = wizard.account_id._origin
            usable = Template.search(Template._get_usable_domain(account))
            if not wizard.all_languages:
                usable = usable._filter_language_of(wizard.partner_id)
            wizard.allowed_template_ids = usable

    @api.depends("allowed_template_ids")
    def _compute_template_id(self):
        """One that cannot be sent from the chosen account is not kept."""
        for wizard in self:
            allowed = wizard.allowed_template_ids._origin
            if wizard.template_id not in allowed:
                only = allowed if len(allowed) == 1 else allowed.browse()
                wizard.template_id = only

    @api.depends("template_id")
    def _compute_line_ids(self):
        for wizard in self:
            template = wizard.template_id._origin
            if wizard.line_ids.variable_id._origin == template.variable_ids and (
                template.variable_ids
            ):
                continue
            wizard.line_ids = [
                Command.clear(),
                *(Command.create(values) for values in wizard._prepare_lines(template)),
            ]

    def _prepare_lines(self, template):
        """Values of the first recipient; of many, what is the same for all of them."""
        if not template:
            return []
        values = template._get_values_for(
            self._get_record(), self.partner_id._origin, self.env.user
        )
        same = ("free", "text")
        return [
            {
                "variable_id": variable.id,
                "value": values[variable.key]
                if not self.is_mass or variable.source in same
                else "",
            }
            for variable in template.variable_ids
        ]

    def _get_texts(self):
        """Return what was typed, by the key of the variable."""
        return {line.variable_id.key: line.value or "" for line in self.line_ids}

    def _get_values(self):
        """Return the values of the first recipient as they will be sent."""
        texts = self._get_texts()
        if not self.is_mass:
            return texts
        values = self.template_id._get_values_for(
            self._get_record(), self.partner_id, self.env.user
        )
        return values | {key: text for key, text in texts.items() if text}

    def _get_location(self):
        if self.header_format != "location":
            return None
        if not (self.header_latitude or self.header_longitude):
            return None
        return {
            "latitude": self.header_latitude,
            "longitude": self.header_longitude,
            "name": self.header_place or "",
            "address": self.header_address or "",
        }

    # -- sending ----------------------------------------------------------------------

    def action_send(self):
        """Send now, or start the mass message.

        :raise UserError: a sentence for the person.
        """
        self.ensure_one()
        self._check_complete()
        if self.is_mass:
            return self._send_to_many()
        return self._send_to_one()

    def _check_complete(self):
        if not self.template_id:
            raise UserError(self.env._("Choose a template first."))
        if not self.recipient_count:
            raise UserError(self.env._("There is nobody to write to."))
        values = self._get_values()
        if self.is_mass:
            # What comes from records differs: that is checked one by one.
            typed = self.line_ids.filtered(
                lambda line: not line.variable_id.source_model
            )
            typed_keys = set(typed.variable_id.mapped("key"))
            values = {
                key: values[key] if key in typed_keys else values[key] or "-"
                for key in values
            }
        self.template_id._build_out(
            values, self._get_file_to_check(), self._get_location()
        )

    def _get_file_to_check(self):
        needs = self.header_format in ("image", "video", "document")
        if not (needs and self.header_file):
            return None
        return self.env["ir.attachment"].new({"name": self.header_filename})

    def _create_header_file(self):
        """The file as the composer would upload it: pending, of who sends it."""
        Attachment = self.env["ir.attachment"]
        if self.header_format not in ("image", "video", "document"):
            return Attachment
        if not self.header_file:
            return Attachment
        return Attachment.create(
            {
                "name": self.header_filename or self.header_format,
                "datas": self.header_file,
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )

    def _prepare_send_options(self):
        return {
            "attachment": self._create_header_file(),
            "location": self._get_location(),
        }

    def _send_to_one(self):
        options = self._prepare_send_options()
        template, values = self.template_id, self._get_values()
        if self.conversation_id:
            self.conversation_id._helpdesk_send_template(template, values, **options)
            return {"type": "ir.actions.act_window_close"}
        record = self._get_record()
        is_ticket = record and record._name == "helpdesk.ticket"
        message = self.env["discuss.channel"]._helpdesk_start_with_template(
            template,
            values,
            self.partner_id,
            ticket=record if is_ticket else None,
            **options,
        )
        return self._show(message)

    def _show(self, message):
        """Open the conversation for those who may read it."""
        conversation = self.env["discuss.channel"].browse(message.res_id)
        if conversation.has_access("read"):
            return conversation.action_open_conversation()
        return {"type": "ir.actions.act_window_close"}

    def _send_to_many(self):
        recipients = self._get_recipients()
        if len(recipients) > MAX_RECIPIENTS:
            raise UserError(
                self.env._(
                    "Choose at most %(count)s contacts at once.", count=MAX_RECIPIENTS
                )
            )
        options = self._prepare_send_options()
        batch = self.env["messaging.template.batch"]._start(
            {
                "name": self.template_id.label,
                "template_id": self.template_id.id,
                "texts": self._get_texts(),
                "location": options["location"],
                "attachment_id": options["attachment"].id,
            },
            recipients,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "messaging.template.batch",
            "res_id": batch.id,
            "views": [(False, "form")],
        }
