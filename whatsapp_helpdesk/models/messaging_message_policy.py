"""Nothing waits to be sent that did not pass the gate; and what is counted there."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .messaging_message_queue import MARKS

#: States from which a sender takes parts.
OUTBOX = ("queued", "held")
#: States of parts that passed the gate and may go back to wait.
PASSED = (*OUTBOX, "sending", "unknown")
#: What makes another message of a part.
CONTENT = {"kind", "payload", "identity_id", "account_id", "attachment_id"}


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    template_id = fields.Many2one(
        "messaging.template", index="btree_not_null", ondelete="set null"
    )
    starts_conversation = fields.Boolean(
        readonly=True,
        help="It left outside of the service window. Providers limit how many "
        "customers may be written to in this way.",
    )

    consent_purpose = fields.Char(
        readonly=True, help="Whoever opts out of it meanwhile does not get this part."
    )

    is_personal = fields.Boolean(
        readonly=True,
        help="It tells something about the customer: not sent automatically while it "
        "is uncertain who reads it.",
    )

    _starts_conversation = models.Index(
        "(account_id, create_date) WHERE starts_conversation"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: whatever will be sent has a pass of the gate."""
        waiting = self._get_waiting_values(vals_list)
        if waiting:
            passed = self._check_passes(
                [(vals.get("identity_id"), vals.get("author_kind")) for vals in waiting]
            )
            kept = {"consent_purpose": passed.purpose, "is_personal": passed.personal}
            vals_list = [{**vals, **kept} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Override: what waits keeps its content; what ended waits only if it may."""
        if vals.get("state") in OUTBOX or not CONTENT.isdisjoint(vals):
            needing = self.filtered(lambda part: part._needs_pass(vals))
            if needing:
                self._check_passes(
                    [(part.identity_id.id, part.author_kind) for part in needing]
                )
        return super().write(vals)

    @api.model
    def _get_waiting_values(self, vals_list):
        """Return the values of new parts that a sender would take.

        A mark is no message: it has no content, only what it is about. Senders look at
        the state and not at the direction.
        """
        defaults = {}
        if any("state" not in vals or "kind" not in vals for vals in vals_list):
            defaults = self.default_get(["state", "kind", "identity_id", "author_kind"])
        return [
            {**defaults, **vals}
            for vals in vals_list
            if {**defaults, **vals}.get("state") in OUTBOX
            and {**defaults, **vals}.get("kind") not in MARKS
        ]

    def _needs_pass(self, vals):
        """Whether a change of this part lets something leave that was not checked."""
        self.ensure_one()
        if vals.get("state", self.state) not in OUTBOX:
            return False
        if self.state not in PASSED:
            return True
        changed = any(
            vals[name]
            and self._fields[name].convert_to_write(self[name], self) != vals[name]
            for name in CONTENT & vals.keys()
        )
        return changed and not self._stays_mark(vals)

    def _stays_mark(self, vals):
        return self._is_mark() and vals.get("kind", self.kind) == self.kind

    def _check_passes(self, customers):
        """Use up the pass of the context for parts of one message.

        :param list customers: pairs of identity id and author kind of the parts.
        :return: the ``Pass``.
        :raise AccessError: the gate did not let them out.
        """
        found = self.env["messaging.gate"]._get_pass()
        if not found or not all(found.admits(self.env, *pair) for pair in customers):
            raise AccessError(
                self.env._("Nothing is sent to a customer without passing the checks.")
            )
        found.use_up()
        return found

    @api.model
    def _get_failure_reasons(self):
        """Override: with the reasons of the gate."""
        reasons = super()._get_failure_reasons()
        known = dict(reasons)
        gate = self.env["messaging.gate"]._get_reasons()
        return reasons + [(code, text) for code, text in gate if code not in known]
