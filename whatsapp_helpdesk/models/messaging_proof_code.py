"""A code goes to a chat of the contact that is known, and is typed in another one."""

import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..gateway import proofs
from .messaging_proof import (
    CODE_LIFETIME,
    CODE_PAUSE,
    CODE_TRIES,
    CODES_PER_IDENTITY,
    CODES_PER_PERSON,
    CODES_PER_TARGET,
    SPAN,
    TELL_LATE,
    WRONG_PER_PERSON,
)


class MessagingProof(models.Model):
    _inherit = "messaging.proof"

    # -- starting ---------------------------------------------------------------------

    @api.model
    def _start_code(self, identity, sent_identity, user):
        """Send a code to a known chat, to be typed in another one.

        :param identity: who has to type it.
        :param sent_identity: a chat of the contact that nobody doubts.
        :param user: the agent who wants it; their rights are checked.
        :return: the proof, with ``sudo``.
        :raise UserError: with a sentence that says what to do.
        """
        # sudo: messaging.proof - agents cannot make proofs, the user is checked below
        self = self.sudo()
        identity, sent_identity = identity.sudo(), sent_identity.sudo()
        self._check_user(user, identity | sent_identity)
        self._check_pair(identity, sent_identity)
        self._check_code_limits(identity, sent_identity)
        proof = self._create_code(identity, sent_identity, user)
        proof._send_code()
        proof._ask_for_code()
        proof._note(
            self.env._(
                "%(agent)s sent a code to %(address)s. It counts for %(minutes)s "
                "minutes, typed in the other chat.",
                agent=user.name,
                address=sent_identity._get_masked_label(),
                minutes=int(CODE_LIFETIME.total_seconds() // 60),
            )
        )
        return proof

    @api.model
    def _create_code(self, identity, sent_identity, user):
        """A new code replaces those that are open."""
        partner = sent_identity.partner_id
        self.search(
            [
                ("kind", "=", "code"),
                ("state", "=", "open"),
                "|",
                ("partner_id", "=", partner.id),
                ("identity_id", "=", identity.id),
            ]
        )._end("refused")
        self.env.flush_all()
        code, salt = proofs.make_code(), secrets.token_hex(16)
        now = fields.Datetime.now()
        proof = self.create(
            {
                "kind": "code",
                "account_id": identity.account_id.id,
                "identity_id": identity.id,
                "partner_id": partner.id,
                "sent_identity_id": sent_identity.id,
                "salt": salt,
                "secret": self._hash(salt, identity.id, code),
                "code": code,
                "user_id": user.id,
                "started_at": now,
                "expires_at": now + CODE_LIFETIME,
            }
        )
        identity.proof_id = proof
        return proof

    # -- may it -----------------------------------------------------------------------

    @api.model
    def _check_user(self, user, identities):
        """:raise AccessError: not an agent, or not of these conversations."""
        if not user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            raise AccessError(self.env._("Only agents ask customers for a proof."))
        for record in (*identities.conversation_id, *identities):
            record.with_user(user).sudo(False).check_access("read")

    @api.model
    def _check_pair(self, identity, sent_identity):
        """:raise UserError: the one cannot prove the other."""
        problem = self._get_pair_problem(identity, sent_identity)
        if problem:
            raise UserError(problem)

    @api.model
    def _get_pair_problem(self, identity, sent_identity):
        """Return a sentence, or ""."""
        partner = sent_identity.partner_id
        if identity == sent_identity or not partner:
            return self.env._("Choose another chat of the contact for the code.")
        if identity.is_internal or identity.blocked:
            return self.env._("This customer is blocked or an employee.")
        if not sent_identity._is_trusted():
            return self.env._(
                "It is not certain who reads %(address)s now, so a code sent there "
                "would prove nothing. Verify that chat first.",
                address=sent_identity._get_masked_label(),
            )
        if identity.partner_id == partner and identity._is_trusted():
            return self.env._(
                "This chat already belongs to %(name)s.", name=partner.name
            )
        return self._get_place_problem(identity, partner) or self._get_place_problem(
            sent_identity, partner
        )

    @api.model
    def _get_place_problem(self, identity, partner):
        """Contacts are of one company or of all, and of the real world or a test."""
        if partner.company_id and partner.company_id != identity.company_id:
            return self.env._("The contact belongs to another company.")
        if partner.is_messaging_test != identity.is_test:
            return self.env._("A test customer and a real one are never the same.")
        return ""

    @api.model
    def _check_code_limits(self, identity, sent_identity):
        """:raise UserError: too many codes were sent, or typed wrong."""
        partner = sent_identity.partner_id
        now = fields.Datetime.now()
        recent = self.search(
            [
                ("kind", "=", "code"),
                ("started_at", ">", now - SPAN),
                "|",
                ("partner_id", "=", partner.id),
                "|",
                ("identity_id", "=", identity.id),
                ("sent_identity_id", "=", sent_identity.id),
            ]
        )
        of_person = recent.filtered(lambda p: p.partner_id == partner)
        to_target = recent.filtered(lambda p: p.sent_identity_id == sent_identity)
        by_identity = recent.filtered(lambda p: p.identity_id == identity)
        if any(proof.started_at > now - CODE_PAUSE for proof in to_target):
            raise UserError(
                self.env._("A code was sent there just now. Wait a minute.")
            )
        if (
            len(by_identity) >= CODES_PER_IDENTITY
            or len(to_target) >= CODES_PER_TARGET
            or len(of_person) >= CODES_PER_PERSON
        ):
            raise UserError(
                self.env._(
                    "Enough codes were sent for one day. Verify in another way, or try "
                    "again tomorrow."
                )
            )
        if sum(of_person.mapped("tries")) >= WRONG_PER_PERSON:
            raise UserError(
                self.env._(
                    "Codes for this contact were typed wrong too often today. Somebody "
                    "may be guessing: verify in another way."
                )
            )

    # -- sending ----------------------------------------------------------------------

    def _send_code(self):
        """Send it through the gate, as text or by a template.

        What is stored and shown has a mask in the place of the code; it is filled in
        when the part leaves, see ``messaging_message_proof``.

        :raise UserError: it cannot be sent now, and what to do.
        """
        self.ensure_one()
        sent = self.sent_identity_id
        self = self._in_language_of(sent)
        gate = self.env["messaging.gate"]
        refusal = gate._get_refusal(sent, "automatic")
        if not refusal:
            return self._post(sent, body=self._get_code_text())
        if refusal[0] != "window_closed":
            gate._refuse(*refusal)
        template = self._find_code_template()
        if not template:
            gate._refuse("window_closed", self._get_no_template_text())
        return self._post_code_template(template)

    def _in_language_of(self, identity):
        language = self.env["messaging.arbiter"]._get_language(identity)
        return self.with_context(lang=language)

    def _post(self, identity, body):
        conversation = self._get_place(identity)
        if identity == self.sent_identity_id:
            conversation = conversation.with_context(messaging_proof=self)
        return conversation._helpdesk_post_outbound(
            author=conversation.helpdesk_company_id.partner_id,
            author_kind="automatic",
            identity=identity,
            body=body,
        )

    def _get_place(self, identity):
        """The conversation of an identity; created when it never wrote."""
        conversation = identity.conversation_id
        if not conversation:
            conversation = conversation._get_or_create_conversation(
                identity.account_id.inbox_id, identity.partner_id
            )
            identity.conversation_id = conversation
        return conversation

    def _get_code_text(self):
        provider = self.account_id.connection_id._get_provider_class()
        return self.env._(
            "Your code is %(code)s. Type it in your %(channel)s chat with us within "
            "%(minutes)s minutes. Did you not write to us there? Then give it to "
            "nobody and tell us here.",
            code=proofs.MASK,
            channel=provider.label,
            minutes=int(CODE_LIFETIME.total_seconds() // 60),
        )

    # -- by a template ----------------------------------------------------------------

    def _find_code_template(self):
        """Return the template that can send a code there, or none."""
        account = self.sent_identity_id.account_id
        chosen = account.proof_template_id
        if not chosen:
            chosen = self.env["messaging.template"].search(
                [
                    ("account_id", "=", account.id),
                    ("category", "=", "authentication"),
                    ("is_usable", "=", True),
                ]
            )
            chosen = chosen._filter_language_of(self.partner_id)[:1]
        return chosen if chosen.is_usable and self._fill_template(chosen) else None

    def _fill_template(self, template):
        """Return the values, with the mask for the code; none without a place."""
        values = template._get_values_for(
            self.env["res.partner"], self.partner_id, self.user_id
        )
        if all(values.values()):
            return {}
        return {key: value or proofs.MASK for key, value in values.items()}

    def _post_code_template(self, template):
        conversation = self._get_place(self.sent_identity_id)
        return conversation.with_context(messaging_proof=self)._helpdesk_post_template(
            template,
            self._fill_template(template),
            identity=self.sent_identity_id,
            author=conversation.helpdesk_company_id.partner_id,
            author_kind="automatic",
        )

    def _get_no_template_text(self):
        return self.env._(
            "%(address)s has not written lately, and there is no approved template for "
            "codes. Send a personal link, choose another chat, or set a template for "
            "codes on %(account)s.",
            address=self.sent_identity_id._get_masked_label(),
            account=self.sent_identity_id.account_id.name,
        )

    # -- asking for it ----------------------------------------------------------------

    def _ask_for_code(self):
        """Tell the customer what to do; when that is refused, the agent does it."""
        self.ensure_one()
        identity = self.identity_id
        if self.env["messaging.gate"]._get_refusal(identity, "automatic"):
            return
        proof = self._in_language_of(identity)
        proof._post(
            identity,
            proof.env._(
                "To be certain that it is you, we have just sent a code of %(digits)s "
                "digits to a chat that we know. Please type it here.",
                digits=proofs.CODE_DIGITS,
            ),
        )

    # -- typing it --------------------------------------------------------------------

    def _try(self, identity, code):
        """Judge a code that an identity typed.

        :return: ``used``, ``wrong``, ``locked``, ``expired`` or ``refused``.
        """
        self.ensure_one()
        self._lock()
        if identity != self.identity_id:
            return "refused"
        self._end_if_late()
        if self.state != "open":
            return self.state
        matches = self._matches(code)
        if matches and not self._get_proven_partner():
            self._end("refused")
            return "refused"
        if matches:
            self._succeed()
            return "used"
        self.tries += 1
        if self.tries < CODE_TRIES:
            return "wrong"
        self._end("locked")
        return "locked"

    def _is_expected(self):
        """Whether a code that is typed now is meant for this proof."""
        self.ensure_one()
        if self.state in ("open", "locked", "expired"):
            return fields.Datetime.now() < self.expires_at + TELL_LATE
        return False

    def _get_tries_left(self):
        return max(CODE_TRIES - self.tries, 0)
