"""What customers see about the business: read by a button, saved by a button."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..gateway.setup import Profile, find_profile_issues

#: Our fields of the texts of a profile.
TEXTS = {
    "about": "profile_about",
    "address": "profile_address",
    "description": "profile_description",
    "email": "profile_email",
    "vertical": "profile_vertical",
}
WEBSITES = ("profile_website", "profile_website_more")


class MessagingAccount(models.Model):
    _inherit = "messaging.account"

    has_profile = fields.Boolean(compute="_compute_has_profile")
    provider_name = fields.Char("Verified Name", readonly=True, copy=False)
    provider_name_status = fields.Char("Name Review", readonly=True, copy=False)
    profile_about = fields.Char("About", copy=False)
    profile_description = fields.Text("Description", copy=False)
    profile_address = fields.Char("Address", copy=False)
    profile_email = fields.Char("Email", copy=False)
    profile_website = fields.Char("Website", copy=False)
    profile_website_more = fields.Char("Second Website", copy=False)
    profile_vertical = fields.Selection(
        [
            ("OTHER", "Other"),
            ("AUTO", "Automotive"),
            ("BEAUTY", "Beauty, Spa and Salon"),
            ("APPAREL", "Clothing"),
            ("EDU", "Education"),
            ("ENTERTAIN", "Entertainment"),
            ("EVENT_PLAN", "Event Planning"),
            ("FINANCE", "Finance"),
            ("GROCERY", "Groceries"),
            ("GOVT", "Public Service"),
            ("HOTEL", "Hotel"),
            ("HEALTH", "Health"),
            ("NONPROFIT", "Non-profit"),
            ("PROF_SERVICES", "Professional Services"),
            ("RETAIL", "Shopping and Retail"),
            ("TRAVEL", "Travel"),
            ("RESTAURANT", "Restaurant"),
        ],
        "Line of Business",
        copy=False,
    )
    profile_picture_url = fields.Char("Picture", readonly=True, copy=False)
    profile_read_at = fields.Datetime("Profile Read", readonly=True, copy=False)

    @api.depends("channel")
    def _compute_has_profile(self):
        for account in self:
            account.has_profile = bool(
                account.channel
                and account.connection_id._get_provider_class().profile_limits
            )

    # -- number -----------------------------------------------------------------------

    def _store_number(self, number):
        """Keep what the provider says about the number.

        :param dict number: values of a ``gateway.setup.NumberInfo``.
        """
        self.ensure_one()
        self.write(
            {
                "display_address": number["display"] or self.display_address,
                "provider_name": number["name"],
                "provider_name_status": number["name_status"],
                "provider_status": number["status"],
                "provider_quality": number["quality"],
            }
        )
        self._learn_messaging_limit(number["limit"])

    def action_register_number(self, step="register"):
        """Ask for what connects the number: a PIN, before it a code.

        :param str step: of ``messaging.number.register``.
        """
        self.ensure_one()
        self._check_administrator()
        values = {"account_id": self.id, "step": step}
        return self.env["messaging.number.register"].create(values)._show()

    def action_renew_access(self):
        """Ask for a new access token."""
        self.ensure_one()
        self._check_administrator()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Replace the Access Token"),
            "res_model": "messaging.secret.replace",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    def _check_administrator(self):
        if not (self.env.su or self.env.user.has_group("base.group_system")):
            raise AccessError(
                self.env._("Only an administrator connects accounts to a provider.")
            )

    # -- profile ----------------------------------------------------------------------

    def action_read_profile(self):
        """Fetch the profile, and the number's name, quality and status."""
        self.ensure_one()
        self.check_access("write")
        network = self.env["messaging.network"]
        account_sudo = self.sudo()  # sudo: messaging.account - its token asks
        number = network._call_for_person(account_sudo, "get_number")
        profile = network._call_for_person(account_sudo, "get_profile")
        self._store_number(vars(number))
        self.write(self._prepare_profile_values(profile))

    def action_save_profile(self):
        """Send the profile as it stands in the form, if it is not too long."""
        self.ensure_one()
        self.check_access("write")
        if not self.profile_read_at:
            raise UserError(
                self.env._("Read the profile first: saving replaces all of it.")
            )
        profile = self._get_profile()
        self._check_profile(profile)
        network = self.env["messaging.network"]
        account_sudo = self.sudo()  # sudo: messaging.account - its token saves
        network._call_for_person(account_sudo, "set_profile", profile)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Customers see the new profile now."),
            },
        }

    def _get_profile(self):
        sites = tuple(site for name in WEBSITES if (site := (self[name] or "").strip()))
        texts = {name: (self[field] or "").strip() for name, field in TEXTS.items()}
        return Profile(**texts, websites=sites)

    def _prepare_profile_values(self, profile):
        sites = [*profile.websites, "", ""]
        known = dict(self._fields["profile_vertical"].selection)
        values = {field: getattr(profile, name) for name, field in TEXTS.items()}
        if profile.vertical not in known:
            values["profile_vertical"] = False
        return {
            **values,
            **dict(zip(WEBSITES, sites, strict=False)),
            "profile_picture_url": profile.picture,
            "profile_read_at": fields.Datetime.now(),
        }

    def _check_profile(self, profile):
        limits = self.connection_id._get_provider_class().profile_limits
        issues = find_profile_issues(profile, limits)
        if issues:
            raise UserError(
                "\n".join(
                    self.env._(
                        "%(field)s has %(length)s characters; %(limit)s are allowed.",
                        field=self._get_profile_label(name),
                        length=length,
                        limit=limit,
                    )
                    for name, length, limit in issues
                )
            )

    def _get_profile_label(self, name):
        field = self._fields[TEXTS.get(name, WEBSITES[0])]
        return field._description_string(self.env)
