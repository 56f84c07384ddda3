from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..gateway.template_examples import load_examples


class MessagingTemplateExamplePick(models.TransientModel):
    """Drafts are made of the examples that somebody chose."""

    _name = "messaging.template.example.pick"
    _description = "New Templates from Examples"

    account_id = fields.Many2one(
        "messaging.account",
        required=True,
        default=lambda self: self._get_default_account(),
        domain=lambda self: [("id", "in", self._get_accounts().ids)],
    )
    in_english = fields.Boolean("English", default=True)
    in_arabic = fields.Boolean("Arabic", default=lambda self: self._has_language("ar"))
    line_ids = fields.One2many(
        "messaging.template.example",
        "pick_id",
        "Examples",
        default=lambda self: self._prepare_lines(),
    )

    @api.model
    def _get_accounts(self):
        """Accounts whose channel has templates."""
        return (
            self.env["messaging.account"]
            .search([("state", "=", "active")])
            .filtered("has_templates")
        )

    @api.model
    def _get_default_account(self):
        account = self.env["messaging.account"].browse(
            self.env.context.get("default_account_id")
        )
        return account or self._get_accounts()[:1]

    @api.model
    def _has_language(self, code):
        installed = self.env["res.lang"].get_installed()
        return any(name.partition("_")[0] == code for name, _label in installed)

    @api.model
    def _prepare_lines(self):
        own = self.env.lang or "en"
        return [
            Command.create(
                {"key": example.key, **self._prepare_line_values(example, own)}
            )
            for example in load_examples()
        ]

    @api.model
    def _prepare_line_values(self, example, language):
        found = example.find_definition(language) or example.definitions["en"]
        return {
            "name": example.labels[found.language],
            "category": example.category,
            "text": found.render(found.get_example_values()),
        }

    def _get_languages(self):
        chosen = {"en": self.in_english, "ar": self.in_arabic}
        return [code for code, wanted in chosen.items() if wanted]

    def action_create(self):
        """Make the drafts; those the account has already stay as they are."""
        self.ensure_one()
        keys = set(self.line_ids.filtered("chosen").mapped("key"))
        if not keys or not self._get_languages():
            raise UserError(self.env._("Choose examples and at least one language."))
        templates = self.env["messaging.template"]
        for example in load_examples():
            if example.key in keys:
                templates |= self._create_drafts(example)
        return self._open(templates)

    def _create_drafts(self, example):
        Template = self.env["messaging.template"]
        known = Template.with_context(active_test=False).search(
            [("account_id", "=", self.account_id.id), ("name", "=", example.key)]
        )
        wanted = [
            definition
            for code in self._get_languages()
            if (definition := example.find_definition(code))
            and code not in known.mapped("language")
        ]
        return Template.create(
            [self._prepare_draft_values(example, definition) for definition in wanted]
        )

    def _prepare_draft_values(self, example, definition):
        values = self.env["messaging.template"]._prepare_new_values(
            self.account_id, definition
        )
        for _command, _id, variable in values["variable_ids"]:
            if variable["component"] == "body":
                variable |= example.sources[variable["name"]]
        label = example.labels[definition.language]
        return {**values, "label": label, "status": "DRAFT"}

    @api.model
    def _open(self, templates):
        if not templates:
            raise UserError(self.env._("The account has all of these already."))
        action = self.env["ir.actions.actions"]._for_xml_id(
            "whatsapp_helpdesk.action_messaging_template"
        )
        action |= {"domain": [("id", "in", templates.ids)], "context": {}}
        if len(templates) == 1:
            action |= {"res_id": templates.id, "views": [(False, "form")]}
        return action
