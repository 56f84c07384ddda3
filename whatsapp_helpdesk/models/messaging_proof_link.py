"""A personal link opens a chat on another channel; confirmed there, both are joined."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..gateway import proofs
from .messaging_proof import LINK_LIFETIME, LINK_NOTES, LINKS_PER_PERSON, SPAN

#: Purpose and values of the buttons under the question.
PURPOSE = "link"
YES, NO = "yes", "no"


class MessagingProof(models.Model):
    _inherit = "messaging.proof"

    # -- starting ---------------------------------------------------------------------

    @api.model
    def _start_link(self, partner, account, user):
        """Return the address of a page that opens a chat for one contact, once.

        :param account: ``messaging.account`` on which the chat is opened.
        :raise UserError: with a sentence that says what to do.
        """
        # sudo: messaging.proof - agents cannot make proofs, the user is checked below
        self = self.sudo()
        partner, account = partner.sudo(), account.sudo()
        self._check_user(user, self._get_known(partner, account))
        partner.with_user(user).sudo(False).check_access("read")
        self._check_link(partner, account)
        token = proofs.make_token()
        now = fields.Datetime.now()
        proof = self.create(
            {
                "kind": "link",
                "account_id": account.id,
                "partner_id": partner.id,
                "secret": self._hash("link", token),
                "user_id": user.id,
                "started_at": now,
                "expires_at": now + LINK_LIFETIME,
            }
        )
        proof._note(
            self.env._(
                "%(agent)s made a personal link to %(account)s. It can be opened once, "
                "within %(minutes)s minutes.",
                agent=user.name,
                account=account.name,
                minutes=int(LINK_LIFETIME.total_seconds() // 60),
            )
        )
        provider_class = account.connection_id._get_provider_class()
        return provider_class.get_deep_link(account.display_address, token)

    @api.model
    def _get_known(self, partner, account):
        return self.env["messaging.identity"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", account.company_id.id),
            ]
        )

    @api.model
    def _check_link(self, partner, account):
        """:raise UserError: no link can be made for this contact and account."""
        if not account._get_features().deep_links or not account.display_address:
            raise UserError(
                self.env._(
                    "%(account)s cannot be opened by a link. Send a code instead.",
                    account=account.name,
                )
            )
        if not account.active or account.state != "active":
            raise UserError(
                self.env._("%(account)s is not connected.", account=account.name)
            )
        if partner.company_id and partner.company_id != account.company_id:
            raise UserError(self.env._("The contact belongs to another company."))
        if partner.is_messaging_test != account.is_test:
            raise UserError(
                self.env._("A test customer and a real one are never the same.")
            )
        made = self.search_count(
            [
                ("kind", "=", "link"),
                ("partner_id", "=", partner.id),
                ("started_at", ">", fields.Datetime.now() - SPAN),
            ]
        )
        if made >= LINKS_PER_PERSON:
            raise UserError(
                self.env._("Enough links were made for this contact for one day.")
            )

    # -- opening ----------------------------------------------------------------------

    @api.model
    def _find_link(self, account, token):
        """Return the proof of a token, in whatever state; none of another account."""
        if not token:
            return self.browse()
        return self.search(
            [
                ("kind", "=", "link"),
                ("account_id", "=", account.id),
                ("secret", "=", self._hash("link", token)),
            ]
        )

    def _open_link(self, identity, forwarded):
        """Somebody came by the link.

        :return: what is said to them: ``ask``, ``known``, ``spent``, ``expired``,
            ``refused``, ``forwarded`` or ``taken``.
        """
        self.ensure_one()
        self._lock()
        self._end_if_late()
        if self.identity_id and self.identity_id != identity:
            self.tries += 1
            if self._may_note():
                self._note_second(identity)
            return "taken"
        if self.state != "open":
            self.tries += 1
            if self.state == "expired":
                self._suggest_contact(identity)
            return "spent" if self.state == "used" else self.state
        self.identity_id = identity
        if forwarded:
            self._end("refused")
            self._note(
                self.env._(
                    "A personal link was forwarded, so it does not count any more."
                )
            )
            return "forwarded"
        if identity.partner_id == self.partner_id and identity._is_trusted():
            self._end("used")
            return "known"
        return "ask"

    def _suggest_contact(self, identity):
        """Too late for a proof, but worth a person's look."""
        self.env["messaging.join.suggestion"]._suggest(
            identity, self.partner_id, "shared_link"
        )

    def _may_note(self):
        """Who opens a useless link again and again cannot fill a chat with notes."""
        return self.kind != "link" or self.tries <= LINK_NOTES

    def _note_second(self, identity):
        text = self.env._(
            "A personal link for %(name)s was opened by a second person, who was "
            "refused. It may have been passed on: verify who is writing.",
            name=self.partner_id.name,
        )
        self._note(text)
        # Whose link it was is nothing for those who only serve the second person.
        identity._post_note(
            self.env._("This customer came by a link that somebody else had opened.")
        )

    def _answer_link(self, identity, yes):
        """The person who opened the link said whether it is them.

        :return: ``used``, ``denied``, ``known``, ``expired`` or ``refused``.
        """
        self.ensure_one()
        self._lock()
        self._end_if_late()
        if self.identity_id != identity or self.kind != "link":
            return "refused"
        if self.state != "open":
            return "known" if self.state == "used" else self.state
        if yes:
            self._succeed()
            return "used"
        self._end("refused")
        return "denied"

    # -- asking -----------------------------------------------------------------------

    def _get_link_question(self):
        return self.env._(
            "Is that you: %(name)s? Then we go on here, with what you told us before.",
            name=proofs.mask_name(self.partner_id.name),
        )

    def _get_link_choices(self):
        self.ensure_one()
        return self.env["messaging.button"]._make_choices(
            self.identity_id,
            PURPOSE,
            self.id,
            [
                (YES, self.env._("Yes, that is me"), "yes"),
                (NO, self.env._("No"), "no"),
            ],
            self.expires_at,
        )
