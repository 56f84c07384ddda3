from odoo import models
from odoo.exceptions import UserError


class MessagingCustomerMixin(models.AbstractModel):
    """A record that is about a customer, with the button "Write on WhatsApp"."""

    _name = "messaging.customer.mixin"
    _description = "Record About a Customer Who Can Be Written To"

    def action_write_to_customer(self):
        """Open the conversation with the customer, or say why that is not possible.

        :raise UserError: no customer, no address, or the window is closed.
        """
        self.ensure_one()
        self.check_access("read")
        partner = self._get_customer_to_write()
        if not partner:
            raise UserError(self.env._("Choose the customer first."))
        return self.env["discuss.channel"].helpdesk_open_for_partner(
            partner.id, **self._prepare_write_options()
        )

    def _get_customer_to_write(self):
        """Hook: the contact this record is about."""
        return self.partner_id

    def _prepare_write_options(self):
        """Hook: further arguments of ``helpdesk_open_for_partner``."""
        return {}
