"""Codes that are typed, links by which somebody comes, and what follows from them."""

from dataclasses import dataclass, replace
from typing import Any

from odoo import api, models

from ..gateway import proofs
from .messaging_proof_link import PURPOSE, YES


@dataclass(frozen=True)
class Answer:
    """What is said to a message that was about a proof.

    :ivar code: of ``messaging.arbiter._get_proof_texts``.
    """

    code: str
    proof: Any


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _get_consumers(self):
        """Override: right after the buttons."""
        consumers = super()._get_consumers()
        place = consumers.index("button") + 1
        return ["deep_link", *consumers[:place], "proof", *consumers[place:]]

    @api.model
    def _get_swallowers(self):
        return super()._get_swallowers() | {"deep_link", "proof"}

    @api.model
    def _get_quiet_purposes(self):
        return super()._get_quiet_purposes() | {PURPOSE}

    # -- a code -----------------------------------------------------------------------

    @api.model
    def _is_proof(self, ctx, identity, conversation, quoted):
        """A code, from somebody who was asked for one not long ago."""
        return ctx.update.id in ctx.batch.codes

    @api.model
    def _find_typed_code(self, ctx, identity):
        """Return the code that an expected message holds, or ""."""
        if not identity.proof_id or not self._is_plain_text(ctx):
            return ""
        code = proofs.find_code(ctx.parsed.text)
        # sudo: messaging.proof - whether one is expected
        return code if code and identity.proof_id.sudo()._is_expected() else ""

    @api.model
    def _after_proof(self, ctx, identity, message):
        # sudo: messaging.proof - the customer shows it to the worker
        proof = identity.proof_id.sudo()
        outcome = proof._try(identity, ctx.batch.codes[ctx.update.id])
        self._answer_proof(ctx, message, f"code_{outcome}", proof)

    @api.model
    def _store_message(self, ctx, identity, conversation):
        """Override: what is typed as a code is masked before anything is stored."""
        code = self._find_typed_code(ctx, identity)
        if code:
            ctx.batch.codes[ctx.update.id] = code
            masked = proofs.mask_code(ctx.parsed.text)
            ctx = replace(ctx, parsed=replace(ctx.parsed, text=masked))
        return super()._store_message(ctx, identity, conversation)

    # -- a link -----------------------------------------------------------------------

    @api.model
    def _is_deep_link(self, ctx, identity, conversation, quoted):
        return bool(self._find_link_proof(ctx, identity))

    @api.model
    def _find_link_proof(self, ctx, identity):
        parsed = ctx.parsed
        token = proofs.find_token(parsed.deep_link) or proofs.find_token(parsed.text)
        # sudo: messaging.proof - the customer shows it to the worker
        return self.env["messaging.proof"].sudo()._find_link(identity.account_id, token)

    @api.model
    def _after_deep_link(self, ctx, identity, message):
        proof = self._find_link_proof(ctx, identity)
        outcome = proof._open_link(identity, ctx.parsed.forwarded)
        self._answer_proof(ctx, message, f"link_{outcome}", proof)

    @api.model
    def _on_button_link(self, ctx, identity, message, pressed):
        # sudo: messaging.proof - the customer answers for themselves
        proof = self.env["messaging.proof"].sudo().browse(pressed.number).exists()
        if proof:
            outcome = proof._answer_link(identity, pressed.value == YES)
            self._answer_proof(ctx, message, f"link_{outcome}", proof)

    # -- what is said -----------------------------------------------------------------

    @api.model
    def _answer_proof(self, ctx, message, code, proof):
        """Let the arbiter answer, and tell the agents what happened."""
        ctx.batch.answers[message.id] = Answer(code, proof)
        note = self._get_proof_notes().get(code)
        if note and proof._may_note():
            proof._note(note)

    @api.model
    def _get_proof_notes(self):
        """Hook: what agents read, by what happened."""
        return {
            "code_used": self.env._("The code was right: it is the same customer."),
            "code_wrong": self.env._("A wrong code was typed."),
            "code_locked": self.env._(
                "A wrong code was typed too often; it does not count any more. Verify "
                "who it is in another way."
            ),
            "code_expired": self.env._("The code was typed too late. Send a new one."),
            "code_refused": self.env._("A code was typed that is not valid."),
            "link_used": self.env._(
                "The customer came by their personal link and confirmed who they are."
            ),
            "link_denied": self.env._(
                "Whoever opened the personal link said that they are somebody else."
            ),
            "link_expired": self.env._(
                "A personal link was opened too late. Make a new one."
            ),
        }
