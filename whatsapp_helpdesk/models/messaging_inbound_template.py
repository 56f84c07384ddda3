"""News of templates: approval, quality, category, another text."""

from odoo import api, models

from ..gateway.templates import APPROVED, normalise_language

#: Events that are no status of their own.
STATUS_BY_EVENT = {"REINSTATED": APPROVED, "UNARCHIVED": APPROVED, "FLAGGED": None}
#: Events after which the provider no longer has the template.
GONE = {"DELETED"}


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _handle_template(self, ctx):
        """Approval, quality, category or text of a template changed."""
        accounts = self._get_concerned_accounts(ctx)
        if not accounts:
            return self._ignored(ctx, self.env._("No account of ours."))
        templates = self._find_templates(ctx, accounts)
        for template in templates:
            self._apply_template_news(template, ctx.parsed.details)
        if not templates or ctx.parsed.type == "components":
            # Somebody made or changed it at the provider: all of it is fetched.
            accounts._ask_for_templates()
        return self._done(ctx)

    @api.model
    def _find_templates(self, ctx, accounts):
        details = ctx.parsed.details
        Template = self.env["messaging.template"].with_context(active_test=False)
        domain = [("account_id", "in", accounts.ids)]
        if ctx.parsed.external_id:
            found = Template.search(
                [*domain, ("external_id", "=", ctx.parsed.external_id)]
            )
            if found:
                return found
        # Handed in a moment ago, its id is not stored yet.
        name, language = details.get("name"), details.get("language")
        if not name or not language:
            return Template
        return Template.search(
            [
                *domain,
                ("name", "=", name),
                ("language", "=", normalise_language(language)),
                ("external_id", "in", (False, ctx.parsed.external_id or False)),
            ]
        )

    @api.model
    def _apply_template_news(self, template, details):
        before = (template.status, template.category)
        values = self._prepare_template_values(template, details)
        if values:
            template.write(values)
        template._react_to_change(*before)
        self._alert_about_template(template, details)

    @api.model
    def _alert_about_template(self, template, details):
        upcoming = details.get("upcoming_category")
        if upcoming and upcoming != template.category:
            template._alert_once("upcoming", category=upcoming)
        flagged = details.get("event") == "flagged"
        if flagged or details.get("quality") == "red":
            template._alert_once("quality")

    @api.model
    def _prepare_template_values(self, template, details):
        values = {}
        if details.get("event"):
            values |= self._prepare_template_status(template, details)
        if details.get("quality"):
            values["quality"] = details["quality"].upper()
        categories = dict(template._fields["category"].selection)
        if details.get("category") in categories:
            values["category"] = details["category"]
        return {
            name: value for name, value in values.items() if template[name] != value
        }

    @api.model
    def _prepare_template_status(self, template, details):
        event = details["event"].upper()
        status = STATUS_BY_EVENT.get(event, event)
        if status is None:
            return {}
        values = {"status": template._get_known_status(status)}
        if status == APPROVED:
            values |= {"reason": False, "stop_reason": False, "stopped_until": False}
        else:
            values["reason"] = self._get_template_reason(details) or template.reason
        if event in GONE:
            values["active"] = False
        if template._is_local_draft():
            # It is being changed here; what the provider says holds once that ends.
            values["provider_status"] = values.pop("status")
        return values

    @api.model
    def _get_template_reason(self, details):
        names = ("reason", "explanation", "recommendation")
        return " ".join(str(details[name]) for name in names if details.get(name))
