from odoo import api, fields, models

from ..gateway import phones


class MessagingSetupNumber(models.Model):
    """A number that the business account has, to choose from."""

    _name = "messaging.setup.number"
    _description = "Number to Connect"
    _order = "id"

    setup_id = fields.Many2one("messaging.setup", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="setup_id.company_id")
    external_id = fields.Char("Phone Number ID", required=True)
    display_address = fields.Char("Number")
    name = fields.Char("Business Name")
    status = fields.Char()
    quality = fields.Char()
    is_connected = fields.Boolean()
    account_id = fields.Many2one("messaging.account", compute="_compute_account_id")

    @api.depends("external_id", "setup_id.connection_id.account_ids.external_id")
    def _compute_account_id(self):
        for number in self:
            connection = number.setup_id.connection_id.with_context(active_test=False)
            number.account_id = connection.account_ids.filtered(
                lambda account, number=number: account.external_id == number.external_id
            )

    @api.model
    def _prepare_number(self, number):
        """Return values for a number as the gateway tells it."""
        return {
            "external_id": number.id,
            "display_address": number.display,
            "name": number.name,
            "status": number.status,
            "quality": number.quality,
            "is_connected": number.connected,
        }

    def action_choose(self):
        """Connect this number: from here on it is an account."""
        self.ensure_one()
        setup = self.setup_id
        account = self.account_id or self._create_account()
        account.action_unarchive()
        if setup.access_token:
            account.write(
                {
                    "access_token": setup.access_token,
                    "external_parent_id": setup.external_parent_id,
                }
            )
        setup.write({"account_id": account.id, "access_token": False, "step": "check"})
        setup._begin_checks()

    def _create_account(self):
        return self.env["messaging.account"].create(self._prepare_account_values())

    def _prepare_account_values(self):
        setup = self.setup_id
        return {
            "name": self.name or self.display_address or self.external_id,
            "connection_id": setup.connection_id.id,
            "external_id": self.external_id,
            "external_parent_id": setup.external_parent_id,
            "display_address": self.display_address,
            "team_id": setup._get_default_team().id,
            "country_id": self._get_country().id,
            "language": self.env.lang,
        }

    def _get_country(self):
        code = phones.country(phones.normalise(self.display_address or ""))
        Country = self.env["res.country"]
        return Country.search([("code", "=", code)], limit=1) if code else Country
