"""Whether a customer is still who they were: doubts, and what ends them."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError

from ..gateway.words import spell

#: Days that count as a month of silence.
MONTH = timedelta(days=30)


class MessagingIdentity(models.Model):
    _inherit = "messaging.identity"

    doubt = fields.Selection(
        [
            ("changed_number", "Changed Number"),
            ("new_owner", "Perhaps a New Owner"),
            ("shared", "Shared by Several People"),
        ],
        readonly=True,
        help="While this is set, nothing automatic tells this customer anything about "
        "older matters. A code, a link or an agent ends it.",
    )
    doubt_since = fields.Datetime(readonly=True)
    verified_at = fields.Datetime(
        "Last Verified",
        readonly=True,
        help="When somebody, or a proof, said that it is the same person.",
    )
    proof_id = fields.Many2one(
        "messaging.proof",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Code that is expected from this customer.",
    )

    def _is_trusted(self):
        """Whether automation may tell older data here."""
        self.ensure_one()
        return not self.doubt

    def _set_doubt(self, doubt):
        """Doubt who it is, from now on; what is shared stays shared."""
        now = fields.Datetime.now()
        for identity in self:
            if identity.doubt in (doubt, "shared"):
                continue
            # sudo: messaging.identity - found out by the channel, or by an agent
            identity.sudo().write({"doubt": doubt, "doubt_since": now})
            identity.conversation_id._broadcast_helpdesk_state()

    def _verify(self):
        """It is the same person: by a proof, or because somebody says so."""
        # sudo: messaging.identity - the caller decided who may say so
        self.sudo().write(
            {
                "doubt": False,
                "doubt_since": False,
                "verified_at": fields.Datetime.now(),
            }
        )
        self.conversation_id._broadcast_helpdesk_state()

    def _get_doubt_text(self):
        """Return what an agent should know, or ""; also for no identity."""
        texts = {
            "changed_number": self.env._(
                "The customer changed their number. Verify who it is before you show "
                "older data; nothing automatic does."
            ),
            "new_owner": self.env._(
                "The number may have a new owner. Verify who it is before you show "
                "older data; nothing automatic does."
            ),
            "shared": self.env._(
                "Several people write from here. Ask who is writing before you show "
                "older data; nothing automatic does."
            ),
        }
        return texts.get(self.doubt, "")

    # -- what an agent decides --------------------------------------------------------

    def action_verified(self):
        """An agent knows that it is the same person."""
        self._check_agent_may_judge()
        for identity in self.sudo():  # sudo: messaging.identity - checked above
            identity._verify()
            identity._post_note(
                self.env._("%(agent)s verified who this is.", agent=self.env.user.name)
            )
        return True

    def action_mark_shared(self):
        """An agent learned that several people use this address."""
        self._check_agent_may_judge()
        for identity in self.sudo():  # sudo: messaging.identity - checked above
            identity._set_doubt("shared")
            identity._post_note(
                self.env._(
                    "%(agent)s noted that several people write from here.",
                    agent=self.env.user.name,
                )
            )
        return True

    def _check_agent_may_judge(self):
        """:raise AccessError: no agent, or not one who may read the conversation."""
        self.check_access("read")
        user = self.env.user
        for conversation in self.conversation_id:
            conversation.with_user(user).sudo(False).check_access("read")
        if not user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            raise AccessError(self.env._("Only agents decide who a customer is."))

    # -- what the channel tells -------------------------------------------------------

    def _note_new_owner(self):
        """Override: another user ID behind the same number."""
        result = super()._note_new_owner()
        self._set_doubt("new_owner")
        return result

    def _move_addresses(self, addresses, details):
        """Override: who changed number is asked before older data is shown."""
        result = super()._move_addresses(addresses, details)
        self._set_doubt("changed_number")
        return result

    def _update_profile(self, name, username):
        """Override: after a long silence another name may be another person."""
        self.ensure_one()
        if name and self.name and self._is_somebody_else(name):
            self._set_doubt("new_owner")
            self._post_note(
                self.env._(
                    "After a long silence this number has another name: %(old)s is now "
                    "%(new)s. Verify who it is before you mention older matters.",
                    old=self.name,
                    new=name,
                )
            )
        return super()._update_profile(name, username)

    def _is_somebody_else(self, name):
        """Hook: numbers are given to new owners after months; user IDs never are."""
        months = self.account_id.doubt_after_months
        last = self.last_inbound_at
        if not months or not last or spell(name) == spell(self.name):
            return False
        kinds = set(self.address_ids.mapped("kind"))
        if "phone" not in kinds or "user_id" in kinds:
            return False
        return last < fields.Datetime.now() - months * MONTH
