"""Asking a customer something that a program takes the answer of."""

from markupsafe import Markup

from odoo import models


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _helpdesk_post_choices(self, text, choices, *, identity=None, **options):
        """Ask a customer, with buttons where the channel has them, else with words.

        :param choices: ``messaging.button._make_choices`` values.
        :param options: of :meth:`_helpdesk_post_outbound`.
        :raise UserError: when the gate refuses.
        """
        self.ensure_one()
        identity = identity or self.messaging_identity_id
        text, part = self.env["messaging.button"]._build(identity, text, choices)
        asking = self.with_context(messaging_choices=choices, messaging_part=part)
        return asking._helpdesk_post_outbound(
            identity=identity,
            body=Markup("<br/>").join(text.split("\n")),
            **{
                "author": self.helpdesk_company_id.partner_id,
                "author_kind": "automatic",
                **options,
            },
        )
