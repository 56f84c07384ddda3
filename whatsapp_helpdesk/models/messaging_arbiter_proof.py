"""What is said to a code or a link: at once, alone, in the customer's language."""

from dataclasses import replace

from odoo import api, models

from .messaging_arbiter import Candidate

#: Before everything else: the customer waits for it.
PRIORITY = 4


class MessagingArbiter(models.AbstractModel):
    _inherit = "messaging.arbiter"

    @api.model
    def _is_swallowed(self, entry):
        """Override: a code and a link are swallowed, and answered."""
        if entry.message.id in entry.ctx.batch.answers:
            return False
        return super()._is_swallowed(entry)

    @api.model
    def _get_candidates(self, burst):
        """Override: what happened last is said."""
        candidates = super()._get_candidates(burst)
        answer = self._get_proof_answer(burst)
        if answer:
            candidates.append(self._get_proof_candidate(burst, answer))
        return candidates

    @api.model
    def _get_proof_answer(self, burst):
        answers = [
            entry.ctx.batch.answers[entry.message.id]
            for entry in burst.stored
            if entry.message.id in entry.ctx.batch.answers
        ]
        return answers[-1] if answers else None

    @api.model
    def _get_proof_candidate(self, burst, answer):
        proof = answer.proof.with_context(lang=self.env.lang)
        part = None
        if answer.code == "link_ask":
            text, part = self.env["messaging.button"]._build(
                burst.identity, proof._get_link_question(), proof._get_link_choices()
            )
        else:
            text = self._get_proof_texts(proof)[answer.code]
        return Candidate(
            kind="proof",
            priority=PRIORITY,
            text=text,
            part=part,
            joins=False,
            replies=True,
        )

    @api.model
    def _say(self, burst, candidates):
        """Override: what is personal is not said while it is uncertain who reads."""
        if any(candidate.kind == "proof" for candidate in candidates):
            burst = self._let_words_answer(burst)
        if burst.identity._is_trusted():
            return super()._say(burst, candidates)
        self._refuse_personal(burst, [c for c in candidates if c.personal])
        rest = [c for c in candidates if not c.personal]
        return super()._say(burst, rest) if rest else None

    @api.model
    def _let_words_answer(self, burst):
        """Where a question is asked, words are an answer, too."""
        answer = self._get_proof_answer(burst)
        if not answer or answer.code != "link_ask":
            return burst
        language = self._get_language(burst.identity)
        proof = answer.proof.with_context(lang=language)
        asking = burst.conversation.with_context(
            messaging_choices=proof._get_link_choices()
        )
        return replace(burst, conversation=asking)

    @api.model
    def _refuse_personal(self, burst, candidates):
        """Keep in the list why something was not said; the key is given back."""
        claims = self.env["messaging.automatic"]._claim(burst, candidates)
        self.env["messaging.automatic"].union(*claims.values()).refusal = "unverified"

    @api.model
    def _get_proof_texts(self, proof):
        """Hook: sentences for the customer, by what happened."""
        right = self.env._(
            "Thank you, now we know that it is you. We go on here with what you told "
            "us before."
        )
        useless = self.env._(
            "This link does not count any more. Please ask us for a new one."
        )
        return {
            "code_used": right,
            "code_wrong": self.env._(
                "This code is not right. Please look again and type it once more. "
                "Tries left: %(count)s",
                count=proof._get_tries_left(),
            ),
            "code_locked": self.env._(
                "This code was typed wrong too often and does not count any more. A "
                "colleague will help you."
            ),
            "code_expired": self.env._(
                "This code is too old. Please ask us for a new one."
            ),
            "code_refused": self.env._(
                "This code does not count any more. Please ask us for a new one."
            ),
            "link_used": right,
            "link_known": self.env._("We know you already. How can we help you?"),
            "link_denied": self.env._(
                "All right, nothing was connected. How can we help you?"
            ),
            "link_expired": self.env._(
                "This link is too old. Please ask us for a new one."
            ),
            "link_refused": useless,
            "link_spent": useless,
            "link_taken": self.env._(
                "This link was opened by somebody else before. It works for one person "
                "only; please ask us for a link of your own."
            ),
            "link_forwarded": self.env._(
                "This link was forwarded. It works only for the person it was made "
                "for; please ask us for a link of your own."
            ),
        }
