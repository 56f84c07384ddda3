"""What nobody may do to a customer conversation, whatever path is used.

Core lets members invite, rename, share a link and leave, and its controllers call with
``sudo`` as the user. So these checks do not trust ``sudo`` where a controller uses it:
the conversation's own methods go round them by calling ``super()`` or by a mark that
no client can send (an object, compared by identity).
"""

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

#: In the context of a post that came through the conversation's own methods.
POSTING = object()


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    @api.model_create_multi
    def create(self, vals_list):
        helpdesk = [v for v in vals_list if v.get("channel_type") == "helpdesk"]
        if helpdesk and not self.env.su:
            raise AccessError(
                self.env._("Customer conversations start with a message, not by hand.")
            )
        for vals in helpdesk:
            # The token of the invitation link; without it there is no link to guess.
            vals["uuid"] = False
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and any(channel.is_helpdesk for channel in self):
            raise AccessError(
                self.env._(
                    "A customer conversation changes through its case, not directly."
                )
            )
        return super().write(vals)

    def copy_data(self, default=None):
        self._raise_on_helpdesk(
            self.env._("Customer conversations start with a message, not by hand.")
        )
        return super().copy_data(default)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_helpdesk(self):
        self._raise_on_helpdesk(
            self.env._("Customer conversations are kept; archive the case instead.")
        )

    def _raise_on_helpdesk(self, sentence):
        if any(channel.is_helpdesk for channel in self):
            raise AccessError(sentence)

    # -- joining and leaving ----------------------------------------------------------

    def _raise_on_helpdesk_membership(self):
        self._raise_on_helpdesk(
            self.env._(
                "People join a customer conversation by being assigned its case."
            )
        )

    def _add_members(self, **kwargs):
        self._raise_on_helpdesk_membership()
        return super()._add_members(**kwargs)

    def _find_or_create_member_for_self(self):
        """Readers who are no members stay so: typing or muting is no error for them."""
        if self.is_helpdesk:
            return self.self_member_id
        return super()._find_or_create_member_for_self()

    def _find_or_create_persona_for_channel(self, *args, **kwargs):
        self._raise_on_helpdesk_membership()
        return super()._find_or_create_persona_for_channel(*args, **kwargs)

    def _action_unfollow(self, partner=None, guest=None, post_leave_message=True):
        self._raise_on_helpdesk_membership()
        return super()._action_unfollow(partner, guest, post_leave_message)

    def _subscribe_users_automatically_get_members(self):
        channels = self.filtered(lambda channel: not channel.is_helpdesk)
        return super(
            DiscussChannel, channels
        )._subscribe_users_automatically_get_members()

    def invite_by_email(self, emails):
        self._raise_on_helpdesk_membership()
        return super().invite_by_email(emails)

    def _compute_invitation_url(self):
        helpdesk = self.filtered(lambda channel: channel.is_helpdesk)
        helpdesk.invitation_url = False
        return super(DiscussChannel, self - helpdesk)._compute_invitation_url()

    def _create_sub_channel(self, from_message_id=None, name=None):
        self._raise_on_helpdesk(
            self.env._("A customer conversation has cases, not threads.")
        )
        return super()._create_sub_channel(from_message_id, name)

    def _lazy_load_members_channel_types(self):
        return super()._lazy_load_members_channel_types() + ["helpdesk"]

    # -- posting ----------------------------------------------------------------------

    def message_post(self, *, message_type="notification", **kwargs):
        """Mark what the conversation's own methods post; see ``mail.message.create``.

        This is the inner one of our two overrides: the outer one decides what a user's
        post becomes. System lines come from the server only, because core's route for
        posting accepts any type and calls with ``sudo``.
        """
        if not self.is_helpdesk:
            return super().message_post(message_type=message_type, **kwargs)
        if message_type in ("notification", "user_notification") and not (
            self.env.uid == SUPERUSER_ID or self._is_helpdesk_posting()
        ):
            raise AccessError(
                self.env._("System lines in a conversation are written by Odoo only.")
            )
        channel = self.with_context(helpdesk_posting=POSTING)
        return super(DiscussChannel, channel).message_post(
            message_type=message_type, **kwargs
        )

    def _is_helpdesk_posting(self):
        return self.env.context.get("helpdesk_posting") is POSTING

    def _helpdesk_post_system_line(self, body):
        """Post a line of the system ("taken over by ...") that everybody here sees."""
        channel_sudo = self.sudo()  # sudo: discuss.channel - nobody else may post it
        return channel_sudo.with_context(helpdesk_posting=POSTING).message_post(
            body=body, message_type="notification", subtype_xmlid="mail.mt_comment"
        )

    def set_message_pin(self, message_id, pinned):
        """Pins are for those who answer; and core's announcement would be a reply."""
        if not self.is_helpdesk:
            return super().set_message_pin(message_id, pinned)
        if not self._helpdesk_user_can_reply(self.env.user):
            raise AccessError(self.env._("Take the case over to pin its messages."))
        # sudo: discuss.channel - core's announcement is a system line, never a reply
        channel_sudo = self.sudo().with_context(helpdesk_posting=POSTING)
        return super(DiscussChannel, channel_sudo).set_message_pin(message_id, pinned)

    # -- membership of the assignee ---------------------------------------------------

    def _helpdesk_add_agent(self, user):
        """Make a user member; unread starts at the first unanswered message.

        Without that, core shows a new member the whole history as unread.
        """
        # sudo: discuss.channel.member - membership follows the assignment, which was
        # checked on the ticket.
        channels_sudo = self.sudo()
        known = channels_sudo.channel_member_ids.filtered(
            lambda member: member.partner_id == user.partner_id
        )
        if known:
            known.write({"unpin_dt": False})
        # As the user itself: core announces an invitation by anybody else.
        # sudo: discuss.channel - as above, the user is no member yet
        joining = (channels_sudo - known.channel_id).with_user(user).sudo()
        first_ids = joining._helpdesk_get_first_unanswered_ids()
        if len(joining) > 1 and joining._helpdesk_may_post_together():
            members = joining._helpdesk_add_members_together(user, first_ids)
        else:
            members = self.env["discuss.channel.member"]
            for channel in joining:
                members |= super(DiscussChannel, channel)._add_members(
                    users=user,
                    create_member_params={
                        "new_message_separator": first_ids[channel.id]
                    },
                    post_joined_message=False,
                )
        return known | members.with_env(channels_sudo.env)

    def _helpdesk_remove_agents(self, keep=None):
        """Drop every membership except the user's to keep; history stays readable
        through the record rules."""
        for channel_sudo in self.sudo():  # sudo: see _helpdesk_add_agent
            members = channel_sudo.channel_member_ids
            if keep:
                members = members.filtered(
                    lambda m: m.partner_id not in keep.partner_id
                )
            for partner in members.partner_id:
                channel_sudo._helpdesk_remove_agent(partner)

    def _helpdesk_remove_agent(self, partner):
        return super()._action_unfollow(partner=partner, post_leave_message=False)

    def _helpdesk_get_first_unanswered_ids(self):
        """Return ``{conversation id: first message of the customer after the last
        answer}``; the next message when there is none."""
        # sudo: mail.message - ids only
        Message = self.env["mail.message"].sudo()
        if not self:
            return {}
        Message.flush_model(["messaging_direction", "model", "res_id"])
        self.env.cr.execute(
            SQL(
                """
                SELECT place.id, COALESCE(first.id, newest.id + 1, 1)
                  FROM unnest(%s) AS place (id)
                  LEFT JOIN LATERAL (
                       SELECT max(id) AS id FROM mail_message
                        WHERE model = 'discuss.channel' AND res_id = place.id
                       ) AS newest ON TRUE
                  LEFT JOIN LATERAL (
                       SELECT max(id) AS id FROM mail_message
                        WHERE model = 'discuss.channel' AND res_id = place.id
                          AND messaging_direction = 'out'
                          AND helpdesk_author_kind IS DISTINCT FROM 'automatic'
                          AND helpdesk_is_history IS NOT TRUE
                       ) AS answer ON TRUE
                  LEFT JOIN LATERAL (
                       SELECT min(id) AS id FROM mail_message
                        WHERE model = 'discuss.channel' AND res_id = place.id
                          AND messaging_direction = 'in'
                          AND helpdesk_is_history IS NOT TRUE
                          AND id > COALESCE(answer.id, 0)
                       ) AS first ON TRUE
                """,
                self.ids,
            )
        )
        return dict(self.env.cr.fetchall())
