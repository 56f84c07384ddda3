"""Who may join, split and undo: called by buttons, after them everything is sudo.

Joining shows each side's history to those who read the other. So whoever joins must be
allowed to read both, and to work in both; a manager must be allowed to read both.
"""

from odoo import api, models
from odoo.exceptions import AccessError


class MessagingJoin(models.Model):
    _inherit = "messaging.join"

    @api.model
    def _check_may_join(self, identities, partner):
        """:raise AccessError: the current user may not join these."""
        self._check_may_use(identities)
        partner.with_env(self.env).sudo(False).check_access("read")
        identities_sudo = identities.sudo()  # sudo: to find all that is concerned
        for source in identities_sudo.partner_id:
            mine = identities_sudo.filtered(lambda i, p=source: i.partner_id == p)
            self._check_may_work_in(self.sudo()._get_concerned(mine, source))
        # sudo: discuss.channel - each is checked with the user's own rights
        inboxes = identities_sudo.account_id.inbox_id
        theirs = self.sudo()._get_conversations_of(partner.sudo())
        self._check_may_work_in(
            theirs.filtered(
                lambda channel: channel.messaging_inbox_id in inboxes
                and not channel.helpdesk_private_team_id
            )
        )

    @api.model
    def _check_may_split(self, identities):
        """:raise AccessError: the current user may not split these off."""
        self._check_may_use(identities)
        identities_sudo = identities.sudo()  # sudo: to find all that is concerned
        for partner in identities_sudo.partner_id:
            mine = identities_sudo.filtered(lambda i, p=partner: i.partner_id == p)
            self._check_may_work_in(self.sudo()._get_concerned(mine, partner))

    @api.model
    def _get_concerned(self, identities, partner):
        """Return the conversations whose contents would move."""
        if self._is_everything(identities, partner):
            return self._get_conversations_of(partner)
        return self._get_places(identities, partner)

    @api.model
    def _check_may_use(self, identities):
        """As the real user, even when a controller called us with ``sudo``."""
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            raise AccessError(self.env._("Only agents join and split customers."))
        mine = identities.with_user(self.env.user).sudo(False)
        if not mine:
            raise AccessError(self.env._("There is nothing to join or split."))
        mine.check_access("read")

    @api.model
    def _check_may_work_in(self, conversations):
        """:raise AccessError: one of them is none the user may read or serve.

        What the sentence says is the same for one that is private: nobody learns from
        it that there is one.
        """
        user = self.env.user
        is_manager = user.has_group("helpdesk_mgmt.group_helpdesk_manager")
        for conversation in conversations:
            readable = conversation.with_user(user).sudo(False).has_access("read")
            # sudo: discuss.channel - who serves it
            team = conversation.sudo().helpdesk_team_id
            serves = (
                not team
                or user in (team.user_ids | team.user_id)
                or user == conversation.sudo().helpdesk_agent_id
            )
            if not readable or not (is_manager or serves):
                raise AccessError(
                    self.env._(
                        "Only somebody who works with all that was said with this "
                        "customer may do this. Ask your leader."
                    )
                )

    def _check_may_undo(self):
        """:raise AccessError: the current user may not take this back."""
        self.ensure_one()
        self.with_user(self.env.user).sudo(False).check_access("read")
        join_sudo = self.sudo()  # sudo: to find all that is concerned
        self._check_may_split(join_sudo._get_still_joined() or join_sudo.identity_ids)

    def action_undo(self):
        """Take the join back, as the current user."""
        self.ensure_one()
        self._check_may_undo()
        self._undo(self.env.user)
        undecided = len(self.sudo().open_ids)  # sudo: only how many
        text = (
            self.env._(
                "Undone. %(count)s things could not be told apart and are listed.",
                count=undecided,
            )
            if undecided
            else self.env._("Undone. Everything went with its address.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if undecided else "success",
                "message": text,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
