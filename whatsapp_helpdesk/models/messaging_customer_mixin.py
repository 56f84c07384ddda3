from odoo import models
from odoo.exceptions import UserError

#: Why a free text cannot be sent, while a template can.
TEMPLATE_REASONS = ("window_closed", "never_wrote")


class MessagingCustomerMixin(models.AbstractModel):
    """A record that is about a customer, with the button to write to them."""

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
        try:
            return self.env["discuss.channel"].helpdesk_open_for_partner(
                partner.id, **self._prepare_write_options()
            )
        except UserError as refusal:
            if self._should_offer_template(refusal):
                return self._get_template_action()
            raise

    def _should_offer_template(self, refusal):
        """Whether a template may reach who cannot be written to freely."""
        reason = getattr(refusal, "gate_reason", "")
        user = self.env.user
        return reason in TEMPLATE_REASONS and user._may_start_conversations()

    def _get_template_action(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "whatsapp_helpdesk.action_messaging_template_send"
        )
        return {
            **action,
            "context": {
                "active_model": self._name,
                "active_id": self.id,
                "active_ids": self.ids,
            },
        }

    def _get_customer_to_write(self):
        """Hook: the contact this record is about."""
        return self.partner_id

    def _prepare_write_options(self):
        """Hook: further arguments of ``helpdesk_open_for_partner``."""
        return {}
