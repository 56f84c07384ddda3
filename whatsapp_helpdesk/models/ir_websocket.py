from odoo import models


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Agents hear of their teams' queues without being members of conversations."""
        channels = list(channels)
        if self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            teams = self.env["helpdesk.ticket.team"]._get_bus_teams_of(self.env.user)
            channels.extend(team.with_env(self.env) for team in teams)
        return super()._build_bus_channel_list(channels)
