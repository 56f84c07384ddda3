"""Asking a customer for their own number, where the platform vouches for it."""

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

from ..gateway.outgoing import OutContactRequest


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def helpdesk_request_contact(self):
        """The current user asks the customer to share their number."""
        self.ensure_one()
        self._helpdesk_check_readable()
        self._helpdesk_check_can_reply()
        # sudo: discuss.channel - the assignee may answer, checked above
        self.sudo()._helpdesk_post_contact_request(
            author=self.env.user.partner_id, author_kind="agent"
        )
        return True

    def _helpdesk_post_contact_request(self, *, identity=None, **options):
        """Ask for the customer's own contact.

        :param options: of :meth:`_helpdesk_post_outbound`.
        :raise UserError: the channel has no such request, or the gate refuses.
        """
        self.ensure_one()
        identity = identity or self.messaging_identity_id
        account = identity.account_id
        if not account or not account._get_features().own_contact:
            raise UserError(
                self.env._("This channel cannot ask customers for their number.")
            )
        language = self.env["messaging.arbiter"]._get_language(identity)
        text = self.with_context(lang=language).env._(
            "Please share your phone number with us, so that we can find you in our "
            "books. Press the button below."
        )
        title = self.with_context(lang=language).env._("Share My Number")
        part = OutContactRequest(body=text, title=title)
        self.env["messaging.message"]._check_sendable(identity, part)
        return self.with_context(messaging_part=part)._helpdesk_post_outbound(
            identity=identity, body=Markup("%s") % text, **options
        )
