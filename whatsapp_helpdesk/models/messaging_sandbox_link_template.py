"""Templates on the phone page: their buttons come from the template itself."""

from odoo import models
from odoo.exceptions import UserError


class MessagingSandboxLink(models.Model):
    _inherit = "messaging.sandbox.link"

    def _prepare_template_content(self, payload):
        """Override: quick replies can be pressed, the first web page opened."""
        definition = self._get_sent_definition(payload)
        if not definition:
            return super()._prepare_template_content(payload)
        content = {"buttons": self._get_template_choices(definition, payload)}
        for index, button in enumerate(definition.buttons):
            if button.kind == "url":
                values = self._get_button_values(payload)
                url = definition.render_url(index, values)
                link = self._prepare_link_content({"url": url, "title": button.title})
                return {**content, **link}
        return content

    def _get_sent_definition(self, payload):
        """Return the template that a part was made of, or None when it is gone."""
        self.ensure_one()
        # sudo: messaging.template - the phone page has no user; of its own account
        template_sudo = (
            self.env["messaging.template"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("account_id", "=", self.account_id.id),
                    ("name", "=", payload.get("name")),
                    ("language", "=", payload.get("language")),
                ],
                limit=1,
            )
        )
        return template_sudo._get_definition() if template_sudo else None

    def _get_button_parameters(self, payload):
        return [
            parameter
            for parameter in payload.get("parameters") or []
            if parameter.get("component") == "button"
        ]

    def _get_button_values(self, payload):
        return {
            f"button:{parameter['index']}:{parameter.get('name') or '1'}": parameter[
                "value"
            ]
            for parameter in self._get_button_parameters(payload)
        }

    def _get_template_choices(self, definition, payload):
        """A quick reply without a payload of ours sends its title, as phones do."""
        payloads = {
            parameter["index"]: parameter["value"]
            for parameter in self._get_button_parameters(payload)
        }
        return [
            {"payload": payloads.get(index) or button.title, "title": button.title}
            for index, button in enumerate(definition.buttons)
            if button.kind == "quick_reply"
        ]

    def _find_choice(self, part, payload):
        """Override: what a template offered."""
        if part.kind != "template" or part.direction != "out":
            return super()._find_choice(part, payload)
        definition = self._get_sent_definition(part.payload or {})
        if definition:
            for choice in self._get_template_choices(definition, part.payload):
                if choice["payload"] == payload:
                    return choice
        raise UserError(self.env._("This choice is not offered any more."))
