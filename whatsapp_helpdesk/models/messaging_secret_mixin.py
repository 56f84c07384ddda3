from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

#: What a client gets instead of a stored secret, and sends back when it is unchanged.
MASK = "\u2022" * 8


def _asks_if_set(condition):
    """Whether a condition only asks if there is a value."""
    value = condition.value
    values = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
    return condition.operator in ("=", "!=", "in", "not in") and not any(values)


class MessagingSecretMixin(models.AbstractModel):
    """Secrets go in and are used, but never come out again.

    ``groups`` on the fields keeps them from everybody but administrators. This keeps
    them out of an administrator's browser and files, too: the server alone reads them.
    """

    _name = "messaging.secret.mixin"
    _description = "Records with Secrets"

    #: Never shown again once they are stored.
    _secret_fields = ()
    #: Say whose account it is; an administrator connects, others only tune.
    _administrator_fields = ()

    def _read_format(self, fnames, load="_classic_read"):
        """Override: clients see whether there is a secret, not which.

        Every way of reading for a client ends here: `read`, `search_read` and the web
        client's own.
        """
        values_list = super()._read_format(fnames, load)
        for values in values_list:
            for name in self._secret_fields:
                if values.get(name):
                    values[name] = MASK
        return values_list

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """Override: who may ask "does it begin with A?" soon knows all of it.

        Conditions on related records come here, too, in a search of their own.
        """
        if self._secret_fields and not self.env.su:
            for condition in Domain(domain).iter_conditions():
                if not _asks_if_set(condition):
                    self._check_no_secret_in(condition.field_expr)
            for part in (order or "").split(","):
                self._check_no_secret_in(part.strip().partition(" ")[0])
        return super()._search(domain, offset, limit, order, **kwargs)

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Override: the heading of a group is its value."""
        self._check_no_secret_in(groupby_spec)
        return super()._read_group_groupby(alias, groupby_spec, query)

    def _read_group_select(self, aggregate_spec, query):
        """Override: so is an aggregate."""
        self._check_no_secret_in(aggregate_spec)
        return super()._read_group_select(aggregate_spec, query)

    def _check_no_secret_in(self, spec):
        if spec.split(":")[0].split(".")[0] in self._secret_fields:
            raise AccessError(self.env._("Secrets cannot be searched or grouped."))

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        """Override: an export with secrets in it is a file that gets around.

        Exports of other records come here, too, for the columns of a related account.
        """
        hidden = self._get_hidden_fields()
        if any(path and path[0] in hidden for path in fields):
            raise AccessError(self.env._("Secrets cannot be exported."))
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    @api.model
    def default_get(self, fields):
        """Override: who may not read a secret gets no proposal for it either."""
        names = [
            name
            for name in fields
            if name not in self._fields
            or self._has_field_access(self._fields[name], "read")
        ]
        return super().default_get(names)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._drop_masked(vals) for vals in vals_list])

    def write(self, vals):
        self._check_administrator_fields(vals)
        return super().write(self._drop_masked(vals))

    def _drop_masked(self, vals):
        return {
            name: value
            for name, value in vals.items()
            if name not in self._secret_fields or value != MASK
        }

    def _check_administrator_fields(self, vals):
        if self.env.su or self.env.user.has_group("base.group_system"):
            return
        changed = [name for name in self._administrator_fields if name in vals]
        if changed:
            raise AccessError(
                self.env._("Only an administrator connects accounts to a provider.")
            )

    @api.model
    def _get_hidden_fields(self):
        return {
            name
            for name, field in self._fields.items()
            if field.groups and "base.group_system" in field.groups
        }
