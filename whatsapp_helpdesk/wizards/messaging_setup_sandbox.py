"""The way without an account at a provider: one click, and there is a phone."""

from odoo import models

from ..models.messaging_sandbox_link import SWITCH


class MessagingSetup(models.Model):
    _inherit = "messaging.setup"

    def _open_sandbox(self):
        """Make everything a test phone needs and show its address."""
        account = self.connection_id.account_ids[:1] or self._create_sandbox_account()
        # sudo: ir.config_parameter - the switch; only administrators come here
        self.env["ir.config_parameter"].sudo().set_param(SWITCH, "True")
        link = self.env["messaging.sandbox.link"].create(
            {
                "account_id": account.id,
                "name": self.env._("Test Customer"),
                "language": self.env.lang or "en_US",
            }
        )
        self.connection_id = False  # a real number can be connected next
        return link.action_show_address()

    def _create_sandbox_account(self):
        return self.env["messaging.account"].create(
            {
                "name": self.connection_id.name,
                "connection_id": self.connection_id.id,
                "external_id": self.connection_id.channel,
                "display_address": self.env._("Test phone"),
                "team_id": self._get_default_team().id,
            }
        )
