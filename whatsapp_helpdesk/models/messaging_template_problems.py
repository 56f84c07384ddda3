"""What a provider would refuse, as sentences on the form."""

from odoo import api, fields, models


class MessagingTemplate(models.Model):
    _inherit = "messaging.template"

    problems = fields.Text(compute="_compute_problems")

    @api.depends(
        "account_id",
        "status",
        "name",
        "language",
        "category",
        "parameter_format",
        "header_format",
        "header_text",
        "sample_name",
        "body",
        "footer",
        "ttl",
        "button_ids.kind",
        "button_ids.title",
        "button_ids.url",
        "button_ids.phone",
        "button_ids.example",
        "button_ids.form_id",
        "variable_ids.example",
    )
    def _compute_problems(self):
        for template in self:
            found = template._get_problems() if template.can_change else []
            template.problems = "\n".join(found)

    def _get_problems(self, advice=True):
        """Return a sentence for everything that has to be repaired first.

        :param advice: also what is only likely to be refused.
        """
        self.ensure_one()
        if not self.account_id:
            return []
        provider_class = self.account_id.connection_id._get_provider_class()
        if not provider_class.features.templates:
            return [self.env._("This channel has no templates.")]
        issues = provider_class.check_template(self._get_definition())
        return [
            *(
                self._get_problem_text(issue)
                for issue in issues
                if advice or not issue.is_advice
            ),
            *self._get_sample_problems(provider_class.template_limits),
        ]

    def _get_sample_problems(self, limits):
        """A sample is looked at once it is stored: a form gives its size only."""
        if self.header_format not in limits.samples or not self._origin.sample:
            return []
        content, mime_type = self._origin._get_sample()
        if mime_type not in limits.samples[self.header_format]:
            return [
                self.env._(
                    "Sample of the header: %(types)s is accepted.",
                    types=", ".join(limits.samples[self.header_format]),
                )
            ]
        most = limits.sample_bytes[self.header_format]
        if len(content) > most:
            size = most // 1024 // 1024
            return [self.env._("Sample of the header: at most %(size)s MB.", size=size)]
        return []

    def _get_problem_text(self, issue):
        """Return a sentence for an issue of the gateway."""
        text = self._get_problem_sentence(issue)
        place = self._get_problem_place(issue)
        return f"{place}: {text}" if place else text

    def _get_problem_place(self, issue):
        if issue.component == "button" and issue.code not in ("too_many", "mixed"):
            return self.env._("Button %(number)s", number=issue.index + 1)
        places = {
            "name": self.env._("Technical name"),
            "language": self.env._("Language"),
            "category": self.env._("Category"),
            "header": self.env._("Header"),
            "body": self.env._("Text"),
            "footer": self.env._("Footer"),
            "button": self.env._("Buttons"),
            "ttl": self.env._("Deliver within"),
        }
        return places.get(issue.component, "")

    @api.model
    def _get_problem_sentence(self, issue):
        sentences = {
            **self._get_size_sentences(issue),
            **self._get_variable_sentences(issue),
            **self._get_button_sentences(issue),
            "characters": self.env._("lowercase letters, digits and _ only."),
            "category": self.env._("choose Utility or Marketing."),
            "marks": self.env._("no line breaks and no formatting."),
            "sample": self.env._("upload a sample file."),
            "unsupported": self.env._(
                "it has a part that this app cannot fill (%(part)s).", part=issue.name
            ),
        }
        if issue.code == "form" and issue.component == "language":
            return self.env._("write a code such as en, en_US or ar.")
        return sentences.get(issue.code, issue.code)

    @api.model
    def _get_size_sentences(self, issue):
        return {
            "empty": self.env._("it is empty."),
            "too_long": self.env._(
                "%(size)s characters, at most %(limit)s.",
                size=issue.size,
                limit=issue.limit,
            ),
            "too_many": self.env._(
                "%(size)s, at most %(limit)s.", size=issue.size, limit=issue.limit
            )
            if not issue.name
            else self.env._(
                "%(size)s of the kind %(kind)s, at most %(limit)s.",
                size=issue.size,
                kind=self._get_button_kind_label(issue.name),
                limit=issue.limit,
            ),
            "range": self.env._(
                "from %(low)s to %(high)s seconds, or 0.",
                low=issue.low,
                high=issue.limit,
            ),
        }

    @api.model
    def _get_button_kind_label(self, kind):
        field = self.env["messaging.template.button"]._fields["kind"]
        return dict(field._description_selection(self.env)).get(kind, kind)

    @api.model
    def _get_variable_sentences(self, issue):
        name = f"{{{{{issue.name}}}}}"
        return {
            "example": self.env._("give an example for %(variable)s.", variable=name),
            "variables": self.env._("at most %(limit)s variables.", limit=issue.limit)
            if issue.limit
            else self.env._("no variables here."),
            "variable_form": self.env._("write variables as {{1}} or {{first_name}}."),
            "variable_style": self.env._(
                "%(variable)s does not fit the style of the variables.", variable=name
            ),
            "sequence": self.env._("number the variables 1, 2, 3 without a gap."),
            "start": self.env._("a variable cannot be the first thing."),
            "end": self.env._("a variable cannot be the last thing.")
            if issue.component == "body"
            else self.env._("the variable has to be at the end of the address."),
            "too_few_words": self.env._(
                "%(size)s words beside the variables are likely to be refused as too "
                "few, write %(limit)s or more.",
                size=issue.size,
                limit=issue.limit,
            ),
        }

    @api.model
    def _get_button_sentences(self, issue):
        return {
            "kind": self.env._("this kind cannot be handed in from here."),
            "mixed": self.env._("put the quick replies next to each other."),
            "twice": self.env._("another one has the same title."),
            "address": self.env._("write a web address with https://."),
            "number": self.env._("write a telephone number with its country code."),
            "form": self.env._("give the ID of the form."),
        }
