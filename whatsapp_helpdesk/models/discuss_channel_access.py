"""What nobody may do to a customer conversation, whatever path is used.

Core lets members invite, rename, share a link and leave. A customer conversation is
changed by its own methods only, so these checks do not look at ``sudo``: core's
controllers call with it.
"""

from odoo import api, models
from odoo.exceptions import AccessError


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            vals.get("channel_type") == "helpdesk" for vals in vals_list
        ):
            raise AccessError(
                self.env._("Customer conversations start with a message, not by hand.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and any(channel.is_helpdesk for channel in self):
            raise AccessError(
                self.env._(
                    "A customer conversation changes through its case, not directly."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_helpdesk(self):
        if any(channel.is_helpdesk for channel in self):
            raise AccessError(
                self.env._("Customer conversations are kept; archive the case instead.")
            )

    def _raise_on_helpdesk_membership(self):
        if any(channel.is_helpdesk for channel in self):
            raise AccessError(
                self.env._(
                    "People join a customer conversation by being assigned its case."
                )
            )

    def _add_members(self, **kwargs):
        self._raise_on_helpdesk_membership()
        return super()._add_members(**kwargs)

    def _find_or_create_member_for_self(self):
        self.filtered(lambda c: not c.self_member_id)._raise_on_helpdesk_membership()
        return super()._find_or_create_member_for_self()

    def _find_or_create_persona_for_channel(self, *args, **kwargs):
        self._raise_on_helpdesk_membership()
        return super()._find_or_create_persona_for_channel(*args, **kwargs)

    def _action_unfollow(self, partner=None, guest=None, post_leave_message=True):
        self._raise_on_helpdesk_membership()
        return super()._action_unfollow(partner, guest, post_leave_message)

    def invite_by_email(self, emails):
        self._raise_on_helpdesk_membership()
        return super().invite_by_email(emails)

    def _compute_invitation_url(self):
        helpdesk = self.filtered(lambda channel: channel.is_helpdesk)
        helpdesk.invitation_url = False
        return super(DiscussChannel, self - helpdesk)._compute_invitation_url()

    def _lazy_load_members_channel_types(self):
        return super()._lazy_load_members_channel_types() + ["helpdesk"]

    # -- membership of the assignee ------------------------------------------------

    def _helpdesk_add_agent(self, user):
        """Make a user member; unread starts at the first unanswered message.

        Without that, core shows a new member the whole history as unread.
        """
        self.ensure_one()
        # sudo: discuss.channel.member - membership follows the assignment, which was
        # checked on the ticket.
        channel_sudo = self.sudo()
        member = channel_sudo.channel_member_ids.filtered(
            lambda m: m.partner_id == user.partner_id
        )
        if member:
            member.write({"unpin_dt": False})
            return member
        member = super(DiscussChannel, channel_sudo)._add_members(
            users=user, post_joined_message=False
        )
        member._set_new_message_separator(self._helpdesk_first_unanswered_id())
        return member

    def _helpdesk_remove_agents(self, keep=None):
        """Drop every membership except the user's to keep; history stays readable
        through the record rules."""
        for channel_sudo in self.sudo():  # sudo: see _helpdesk_add_agent
            members = channel_sudo.channel_member_ids
            if keep:
                members = members.filtered(lambda m: m.partner_id != keep.partner_id)
            for partner in members.partner_id:
                super(DiscussChannel, channel_sudo)._action_unfollow(
                    partner=partner, post_leave_message=False
                )

    def _helpdesk_first_unanswered_id(self):
        """Id of the first message of the customer after the last answer."""
        self.ensure_one()
        Message = self.env["mail.message"].sudo()  # sudo: ids only
        base = [("model", "=", "discuss.channel"), ("res_id", "=", self.id)]
        last_answer = Message.search(
            [*base, ("messaging_direction", "=", "out")], order="id desc", limit=1
        )
        first = Message.search(
            [*base, ("messaging_direction", "=", "in"), ("id", ">", last_answer.id)],
            order="id",
            limit=1,
        )
        newest = Message.search(base, order="id desc", limit=1)
        return first.id or newest.id + 1
