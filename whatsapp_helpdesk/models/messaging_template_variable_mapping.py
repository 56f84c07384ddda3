"""Where the value of a variable comes from, and how it is written for the customer."""

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, MissingError, ValidationError
from odoo.tools import format_amount, format_date, format_time, formatLang

#: Relations that may be followed from the record to the value.
MAX_HOPS = 3
#: Fields whose value is a short text. Not html, files or lists.
SAFE_TYPES = {
    "boolean",
    "char",
    "date",
    "datetime",
    "float",
    "integer",
    "many2one",
    "monetary",
    "selection",
    "text",
}
#: Words in names of fields that are nobody's business, whatever rights say.
PRIVATE_WORDS = ("password", "token", "secret", "signup", "api_key", "totp")


class MessagingTemplateVariable(models.Model):
    _inherit = "messaging.template.variable"

    source = fields.Selection(
        selection="_get_source_selection",
        string="Value",
        required=True,
        default="free",
        help="Where the value comes from when the template is sent.",
    )
    source_model = fields.Char(compute="_compute_source_model")
    field_path = fields.Char(
        "Field",
        help="A field of the record, over three relations at most. It is read with "
        "the rights of whoever sends.",
    )
    fallback = fields.Char(
        help="Used when the field is empty, cannot be read or there is no record."
    )

    @api.model
    def _get_source_models(self):
        """Hook: source to the model its fields are of; bridges add theirs."""
        found = {
            "partner": "res.partner",
            "ticket": "helpdesk.ticket",
            "lead": "crm.lead",
            "agent": "res.users",
            "company": "res.company",
        }
        if "sale.order" in self.env:
            found["order"] = "sale.order"
        return found

    @api.model
    def _get_source_selection(self):
        labels = {
            "partner": self.env._("Customer"),
            "ticket": self.env._("Ticket"),
            "lead": self.env._("Lead"),
            "order": self.env._("Order"),
            "agent": self.env._("Sender"),
            "company": self.env._("Our Company"),
        }
        return [
            ("free", self.env._("Typed when sending")),
            ("text", self.env._("Always the same text")),
            *(
                (source, labels.get(source, source))
                for source in self._get_source_models()
            ),
        ]

    @api.depends("source")
    def _compute_source_model(self):
        names = self._get_source_models()
        for variable in self:
            variable.source_model = names.get(variable.source, False)

    @api.onchange("source")
    def _onchange_source(self):
        self.field_path = False

    @api.constrains("source", "field_path")
    def _check_field_path(self):
        for variable in self.filtered("source_model"):
            problem = variable._get_path_problem()
            if problem:
                raise ValidationError(
                    self.env._(
                        "Variable %(name)s: %(problem)s",
                        name=variable.display_name,
                        problem=problem,
                    )
                )

    def _get_path_problem(self):
        """Return a sentence why the path cannot be used, or ""."""
        names = (self.field_path or "").split(".")
        if not all(names):
            return self.env._("Choose a field.")
        if len(names) > MAX_HOPS + 1:
            return self.env._("The field is more than three relations away.")
        model = self.env[self.source_model]
        for position, name in enumerate(names, 1):
            field = model._fields.get(name)
            if field is None:
                return self.env._("There is no field %(field)s.", field=name)
            is_last = position == len(names)
            if not self._is_safe_field(field) or (
                not is_last and field.type != "many2one"
            ):
                return self.env._(
                    "%(field)s cannot be used in a message.",
                    field=field._description_string(self.env),
                )
            if not is_last:
                model = self.env[field.comodel_name]
        return ""

    @api.model
    def _is_safe_field(self, field):
        """Hook: short values that everybody with the record may read."""
        return (
            field.type in SAFE_TYPES
            and not field.groups
            and not any(word in field.name for word in PRIVATE_WORDS)
        )

    def _get_label(self):
        """What people call the variable when they fill it."""
        self.ensure_one()
        if self.component == "header":
            return self.env._("Header %(name)s", name=self.display_name)
        if self.component == "button":
            button = self.template_id._get_sorted_buttons()[self.button_index]
            return self.env._("Button “%(title)s”", title=button.title)
        return self.display_name

    def _get_source_text(self, sources):
        """Where the value comes from, for people: ``Customer: Name``."""
        labels, model = [], self.env[self.source_model]
        for name in (self.field_path or "").split("."):
            field = model._fields.get(name)
            if field is None:
                break
            labels.append(field._description_string(self.env))
            model = self.env[field.comodel_name] if field.relational else model
        return f"{sources.get(self.source, self.source)}: {' → '.join(labels)}"

    # -- values ----------------------------------------------------------------------

    def _get_value(self, sources, language, zone):
        """Return the text for one send; "" when somebody has to type it.

        :param dict sources: source to record, with the rights of the sender.
        :param str language: of the customer, an installed one.
        :param str zone: time zone of the customer.
        """
        self.ensure_one()
        if self.source == "free":
            return ""
        if self.source == "text":
            return self.fallback or ""
        record = sources.get(self.source)
        if not record or self._get_path_problem():
            return self.fallback or ""
        try:
            text = self._read_path(record.with_context(lang=language), language, zone)
        except (AccessError, MissingError):
            text = ""
        return text or self.fallback or ""

    def _read_path(self, record, language, zone):
        *hops, name = self.field_path.split(".")
        for hop in hops:
            record.check_access("read")
            record = record[hop]
            if not record:
                return ""
        record.check_access("read")
        return self._format(record, record._fields[name], language, zone)

    @api.model
    def _format(self, record, field, language, zone):
        """Write a value as the customer does: language, time zone, currency."""
        value = record[field.name]
        env = record.env
        if not value and field.type not in ("boolean", "float", "integer", "monetary"):
            return ""
        formats = {
            "boolean": lambda: env._("Yes") if value else env._("No"),
            "integer": lambda: formatLang(env, value, digits=0),
            "float": lambda: formatLang(
                env, value, digits=self._get_places(field, env)
            ),
            "date": lambda: self._format_day(env, value, language),
            "datetime": lambda: self._format_moment(env, value, language, zone),
            "monetary": lambda: self._format_money(record, field, value, language),
            "selection": lambda: dict(field._description_selection(env)).get(value, ""),
            "many2one": lambda: self._format_link(value),
        }
        return formats.get(field.type, lambda: str(value))()

    @api.model
    def _get_places(self, field, env):
        digits = field.get_digits(env)
        return digits[1] if digits else 2

    @api.model
    def _format_link(self, record):
        record.check_access("read")
        return record.display_name or ""

    @api.model
    def _format_moment(self, env, moment, language, zone):
        local = pytz.utc.localize(moment).astimezone(pytz.timezone(zone))
        time = format_time(
            env, moment, tz=zone, time_format="short", lang_code=language
        )
        return f"{self._format_day(env, local.date(), language)} {time}"

    @api.model
    def _format_day(self, env, day, language):
        """With the month in letters: 3/5 is another day elsewhere."""
        return format_date(env, day, lang_code=language, date_format="long")

    @api.model
    def _format_money(self, record, field, value, language):
        name = field.get_currency_field(record)
        currency = (name and record[name]) or record.env.company.currency_id
        # sudo: res.currency - symbol and decimals of a price that is readable
        return format_amount(record.env, value, currency.sudo(), lang_code=language)

    @api.model
    def _get_zone(self, *candidates):
        return next(
            (zone for zone in candidates if zone and zone in pytz.all_timezones_set),
            "UTC",
        )
