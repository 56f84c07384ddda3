from odoo import fields, models


class MessagingDisconnect(models.TransientModel):
    """Asks whether a provider is to stop delivering to a connection that was archived.

    Deliveries to one that is archived are refused, and tried again for a day.
    """

    _name = "messaging.disconnect"
    _description = "Stop Deliveries"

    connection_id = fields.Many2one(
        "messaging.connection", required=True, ondelete="cascade"
    )

    def action_remove(self):
        self.ensure_one()
        return self.connection_id.action_remove_webhook()

    def action_leave(self):
        """Somebody else delivers there by now, or it is only for a moment."""
        return {"type": "ir.actions.client", "tag": "soft_reload"}
