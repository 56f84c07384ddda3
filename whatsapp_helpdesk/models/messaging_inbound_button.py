"""A pressed button of ours, or its words typed: to the feature that asked.

A feature adds ``_on_button_<purpose>(ctx, identity, message, pressed)``.
"""

from odoo import api, models


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _get_consumers(self):
        """Override: buttons that only answer us open no case."""
        return ["quiet_button", *super()._get_consumers()]

    @api.model
    def _get_swallowers(self):
        return super()._get_swallowers() | {"quiet_button"}

    @api.model
    def _get_quiet_purposes(self):
        """Hook: purposes of buttons that are nothing for an agent to answer."""
        return set()

    @api.model
    def _is_quiet_button(self, ctx, identity, conversation, quoted):
        pressed = self._find_press(ctx, identity)
        return bool(pressed) and pressed.purpose in self._get_quiet_purposes()

    @api.model
    def _is_button(self, ctx, identity, conversation, quoted):
        """A button whose payload this customer got from this account."""
        return bool(self._find_press(ctx, identity))

    @api.model
    def _find_press(self, ctx, identity):
        """Return what a button of ours says that somebody answers to, or None."""
        payload = self._get_pressed_payload(ctx, identity)
        if not payload:
            return None
        pressed = self.env["messaging.button"]._read(identity, payload)
        return pressed if pressed and self._get_button_method(pressed) else None

    @api.model
    def _get_pressed_payload(self, ctx, identity):
        """The payload of the button, or of the answer that was typed instead."""
        if ctx.parsed.button:
            return ctx.parsed.button.payload
        if identity.choice_part_id and self._is_plain_text(ctx):
            return identity._find_typed_choice(ctx.parsed.text)
        return ""

    @api.model
    def _get_button_method(self, pressed):
        return getattr(self, f"_on_button_{pressed.purpose}", None)

    @api.model
    def _after_quiet_button(self, ctx, identity, message):
        return self._after_button(ctx, identity, message)

    @api.model
    def _after_button(self, ctx, identity, message):
        pressed = self._find_press(ctx, identity)
        if pressed:
            self._get_button_method(pressed)(ctx, identity, message, pressed)
