from odoo import api, models
from odoo.exceptions import AccessError


class DiscussChannelMember(models.Model):
    _inherit = "discuss.channel.member"

    @api.model_create_multi
    def create(self, vals_list):
        channel_ids = [vals.get("channel_id") for vals in vals_list]
        # sudo: discuss.channel - only the type is read
        channels = self.env["discuss.channel"].sudo().browse(filter(None, channel_ids))
        has_guest = any(vals.get("guest_id") for vals in vals_list)
        if any(channel.is_helpdesk for channel in channels) and (
            has_guest or not self.env.su
        ):
            raise AccessError(
                self.env._(
                    "People join a customer conversation by being assigned its case."
                )
            )
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_helpdesk(self):
        # sudo: discuss.channel - only the type is read
        if not self.env.su and any(m.channel_id.is_helpdesk for m in self.sudo()):
            raise AccessError(
                self.env._("Close or hand over the case to leave its conversation.")
            )

    def _rtc_join_call(self, *args, **kwargs):
        """A call in Odoo never reaches the customer and would ring colleagues only."""
        if any(member.channel_id.is_helpdesk for member in self):
            raise AccessError(
                self.env._("There are no Odoo calls in a customer conversation.")
            )
        return super()._rtc_join_call(*args, **kwargs)
