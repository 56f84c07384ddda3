"""A code stands in no row of the outbox: it is filled in while its part leaves."""

from odoo import api, fields, models

from ..gateway import proofs
from ..gateway.outgoing import from_payload

#: States in which a part may still have to be sent with its code.
NEEDS_CODE = ("queued", "held", "sending")


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    proof_id = fields.Many2one(
        "messaging.proof",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Whose code it brings.",
    )

    @api.model
    def _queue_parts(self, mail_message, parts):
        queued = super()._queue_parts(mail_message, parts)
        proof = self.env.context.get("messaging_proof")
        if isinstance(proof, models.BaseModel) and proof._name == "messaging.proof":
            queued.write({"proof_id": proof.id, "expires_at": proof.expires_at})
        return queued

    def _prepare_content(self, room):
        content = super()._prepare_content(room)
        if content and self.proof_id:
            code = self.proof_id.sudo().code  # sudo: messaging.proof - it leaves now
            payload = _fill(content["part"].to_payload(), code)
            content["part"] = from_payload(payload)
        return content

    def _after_state_change(self):
        """Override: once it has left, or never will, the code is forgotten."""
        result = super()._after_state_change()
        left = self.filtered(lambda p: p.proof_id and p.state not in NEEDS_CODE)
        if left:
            left.proof_id.sudo().code = False  # sudo: messaging.proof - as above
        return result


def _fill(value, code):
    """The payload with the code in the place of its mask, wherever that stands."""
    if isinstance(value, str):
        return value.replace(proofs.MASK, code)
    if isinstance(value, dict):
        return {key: _fill(item, code) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_fill(item, code) for item in value]
    return value
