"""What the gate hands to whoever may put one message into the outbox.

``messaging.message`` lets nothing wait to be sent without a pass. A client sends JSON,
so it cannot have one; only the gate makes them, after its checks.
"""

from odoo import models


class Pass:
    """Lets the parts of one message to one customer into the outbox, once."""

    def __init__(self, env, intent, purpose):
        self._cursor = env.cr
        self._identity_id = intent.identity.id
        self._author_kind = intent.author_kind
        self.purpose = purpose
        self.personal = intent.personal
        self._used = False

    def admits(self, env, identity_id, author_kind):
        """Whether it was made in this connection, for this customer and author."""
        return (
            not self._used
            and self._cursor is env.cr
            and (self._identity_id, self._author_kind) == (identity_id, author_kind)
        )

    def use_up(self):
        self._used = True


class MessagingGate(models.AbstractModel):
    _inherit = "messaging.gate"

    def _make_pass(self, intent):
        return Pass(self.env, intent, self._get_purpose(intent))

    def _get_pass(self):
        """Return the pass of the context, or None: a client can put no object there."""
        found = self.env.context.get("messaging_pass")
        return found if isinstance(found, Pass) else None
