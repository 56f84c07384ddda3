"""Buttons whose answer a program takes: signed, so that nothing else is one.

A payload is bound to the customer and the account it was sent to. Forged, too old, or
pressed by somebody else (a forwarded message), it says nothing, and the message stays a
real one.
"""

import math
from dataclasses import dataclass
from datetime import timezone

from odoo import api, fields, models
from odoo.tools.misc import hmac

from ..gateway import signed
from ..gateway.outgoing import Button, OutButtons

#: What this signature is for; signatures for other ends are none here.
SCOPE = "whatsapp_helpdesk-button"


@dataclass(frozen=True)
class Choice:
    """One answer to a question. A client sends JSON, so it cannot make one.

    :ivar words: ``yes`` or ``no``: words of any language that answer it, too.
    """

    payload: str
    title: str
    words: str = ""


class MessagingButton(models.AbstractModel):
    _name = "messaging.button"
    _description = "Buttons with Signed Answers"

    @api.model
    def _sign(self, identity, purpose, number, value="", until=None):
        """Return the payload of a button.

        :param str purpose: of ``messaging.inbound._on_button_<purpose>``.
        :param int number: id of the record it is about.
        :param until: naive UTC after which it means nothing.
        """
        end = math.ceil(_to_posix(until)) if until else 0
        pressed = signed.Pressed(purpose, number, value, end)
        return signed.pack(pressed, self._get_mac(identity))

    @api.model
    def _read(self, identity, payload):
        """Return the ``gateway.signed.Pressed`` of a payload that this customer got
        from this account, or None."""
        now = _to_posix(fields.Datetime.now())
        return signed.unpack(payload or "", self._get_mac(identity), now)

    @api.model
    def _get_mac(self, identity):
        """Hook: the signature of a payload, and what it is bound to."""
        bound = (identity.account_id.id, identity.id)
        # sudo: ir.config_parameter - the secret of the database, for signing only
        env = self.sudo().env
        return lambda text: bytes.fromhex(hmac(env, SCOPE, (*bound, text)))

    # -- asking -----------------------------------------------------------------------

    @api.model
    def _make_choices(self, identity, purpose, number, answers, until=None):
        """Return :class:`Choice` values.

        :param list answers: (value, title, words) of each button.
        """
        return tuple(
            Choice(self._sign(identity, purpose, number, value, until), title, words)
            for value, title, words in answers
        )

    @api.model
    def _build(self, identity, text, choices):
        """Return what is sent: text that is complete by itself, and a part with buttons
        where the channel has them."""
        titles = " / ".join(choice.title for choice in choices)
        complete = self.env._(
            "%(question)s\n\nAnswer with one of these words: %(titles)s",
            question=text,
            titles=titles,
        )
        part = OutButtons(
            body=text, buttons=tuple(Button(c.payload, c.title) for c in choices)
        )
        account = identity.account_id
        if not account._get_features().buttons or self.env[
            "messaging.message"
        ]._get_unsendable(identity, part):
            part = None
        return complete, part


def _to_posix(moment):
    """:param moment: naive UTC."""
    return moment.replace(tzinfo=timezone.utc).timestamp()
