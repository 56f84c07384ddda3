"""From a template and values to what leaves and what people see of it."""

from markupsafe import Markup

from odoo import api, models

from ..gateway import markup, template_fill
from ..gateway.outgoing import OutLocation

#: Consent that a template of a category needs.
PURPOSES = {"marketing": "marketing"}


class MessagingTemplate(models.Model):
    _inherit = "messaging.template"

    def _get_purpose(self):
        """What the customer must not have refused."""
        self.ensure_one()
        return PURPOSES.get(self.category, "utility")

    # -- values ----------------------------------------------------------------------

    def _get_values_for(self, record, partner, user):
        """Return the values of all variables for one customer, by their keys.

        What has to be typed is "".

        :param record: what the message is about: a ticket, a lead, the contact itself;
            may be empty.
        :param user: whose rights decide what can be read; the current user when empty.
        """
        self.ensure_one()
        sources = self._get_sources(record, partner, user)
        language = self._get_reader_language(partner)
        Variable = self.env["messaging.template.variable"]
        zone = Variable._get_zone(
            partner.tz, self._get_company_zone(), self.env.user.tz
        )
        return {
            variable.key: variable._get_value(sources, language, zone)
            for variable in self.variable_ids
        }

    def _get_sources(self, record, partner, user):
        """Return the record of each source, with the rights of the sender."""
        # Whoever sends reads with their own rights, whatever this method was given.
        env = self.env(user=user, su=False) if user else self.env
        user = env.user
        sources = {
            "partner": partner.with_env(env),
            "agent": user.with_env(env),
            "company": (self.company_id or user.company_id).with_env(env),
        }
        names = self.env["messaging.template.variable"]._get_source_models()
        wanted = set(self.variable_ids.mapped("source"))
        for source, model in names.items():
            if source not in sources and source in wanted:
                sources[source] = self._get_source(source, model, record, partner, env)
        return sources

    def _get_source(self, source, model, record, partner, env):
        """The record itself when it is of that kind, else the customer's newest.

        Of the template's company: what another one does with them is not told.
        """
        if record and record._name == model:
            return record.with_env(env)
        Model = env[model]
        if not partner or not Model.has_access("read"):
            return Model
        domain = [("partner_id", "=", partner.id)]
        if "company_id" in Model._fields:
            domain.append(("company_id", "in", [self.company_id.id, False]))
        return Model.search(domain, order="id desc", limit=1)

    def _get_reader_language(self, partner):
        """The installed language nearest to the template's, which the text is in."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        wanted = (self.language or "").replace("-", "_")
        main = wanted.partition("_")[0]
        own = partner.lang or ""
        candidates = [code for code in installed if code == wanted]
        candidates += [code for code in installed if code.partition("_")[0] == main]
        if own in candidates:
            return own
        return next(iter(candidates), own or self.env.lang or "en_US")

    def _filter_language_of(self, partner):
        """Return each template once: in the customer's language where it exists."""
        main = (partner.lang or self.env.lang or "en").partition("_")[0]
        best = {}
        for template in self:
            language = (template.language or "").replace("-", "_")
            rank = (
                language != partner.lang,
                language.partition("_")[0] != main,
                language.partition("_")[0] != "en",
                template.id,
            )
            key = (template.account_id, template.name)
            best[key] = min(best.get(key, (rank, template)), (rank, template))
        return self.browse([template.id for _rank, template in best.values()])

    def _get_company_zone(self):
        return self.company_id.resource_calendar_id.tz

    # -- what leaves -----------------------------------------------------------------

    def _build_out(self, values, header_attachment=None, header_location=None):
        """Return the part to send.

        :param dict values: texts by the key of their variable.
        :param header_attachment: ``ir.attachment`` for a header with a file.
        :param dict header_location: latitude, longitude, name and address.
        :raise UserError: something is missing or too long.
        """
        self.ensure_one()
        sentences = self._get_fill_problems(values, header_attachment, header_location)
        if sentences:
            self.env["messaging.gate"]._refuse("template", "\n".join(sentences))
        return template_fill.build(
            self._get_definition(),
            values,
            header_file=self._prepare_header_file(header_attachment),
            header_location=header_location and OutLocation(**header_location),
        )

    @api.model
    def _prepare_header_file(self, attachment):
        return attachment and template_fill.HeaderFile(attachment.name or "")

    def _get_fill_problems(self, values, header_attachment=None, header_location=None):
        """Return a sentence for everything that speaks against sending."""
        self.ensure_one()
        found = template_fill.issues(
            self._get_definition(),
            values,
            has_file=bool(header_attachment),
            has_location=bool(header_location),
        )
        return [self._get_issue_sentence(issue) for issue in found]

    def _get_issue_sentence(self, issue):
        if issue.code == "file":
            return self.env._("This template needs a file for its header.")
        if issue.code == "location":
            return self.env._("This template needs a place for its header.")
        if issue.code == "empty":
            return self.env._(
                "%(variable)s is empty.", variable=self._get_variable_label(issue.key)
            )
        if issue.key:
            return self.env._(
                "%(variable)s has %(size)s characters; at most %(limit)s are possible.",
                variable=self._get_variable_label(issue.key),
                size=issue.size,
                limit=issue.limit,
            )
        return self.env._(
            "The filled text has %(size)s characters; at most %(limit)s are possible.",
            size=issue.size,
            limit=issue.limit,
        )

    def _get_variable_label(self, key):
        variable = self.variable_ids.filtered(lambda v: v.key == key)[:1]
        return variable._get_label() if variable else key

    # -- what people see -------------------------------------------------------------

    def _get_body_html(self, values):
        """Return the message for the conversation: text, small footer, buttons."""
        seen = template_fill.preview(self._get_definition(), values)
        html = Markup("")
        if seen.header:
            html += Markup("<p><strong>%s</strong></p>") % seen.header
        html += Markup(markup.to_html(seen.body))  # noqa: S704 - to_html escapes
        if seen.footer:
            html += (
                Markup('<p class="o-helpdesk-TemplateFooter small text-muted">%s</p>')
                % seen.footer
            )
        if seen.buttons:
            buttons = Markup(" ").join(
                Markup('<span class="o-helpdesk-TemplateButton">%s</span>') % title
                for title in seen.buttons
            )
            html += Markup('<p class="o-helpdesk-TemplateButtons">%s</p>') % buttons
        return html
