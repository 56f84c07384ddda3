"""Joining and splitting, from wherever somebody sees an address of a customer."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class MessagingIdentity(models.Model):
    _inherit = "messaging.identity"

    can_split = fields.Boolean(compute="_compute_can_split")
    icon = fields.Char(compute="_compute_icon")
    doubt_text = fields.Char(compute="_compute_doubt_text")

    @api.depends("partner_id.messaging_identity_ids")
    def _compute_can_split(self):
        """Whether the contact would still have another address."""
        # sudo: messaging.identity - only how many there are
        counts = dict(
            self.env["messaging.identity"]
            .sudo()
            ._read_group(
                [("partner_id", "in", self.partner_id.ids)],
                ["partner_id"],
                ["__count"],
            )
        )
        for identity in self:
            identity.can_split = counts.get(identity.partner_id, 0) > 1

    @api.depends("account_id")
    def _compute_icon(self):
        for identity in self:
            # sudo: messaging.connection - only the icon of its channel
            connection = identity.sudo().account_id.connection_id
            identity.icon = connection._get_provider_class().features.icon

    @api.depends("doubt")
    @api.depends_context("lang")
    def _compute_doubt_text(self):
        for identity in self:
            identity.doubt_text = identity._get_doubt_text()

    @api.depends_context("identity_with_channel")
    def _compute_display_name(self):
        """Override: where one chooses among several, the channel tells them apart."""
        result = super()._compute_display_name()
        if self.env.context.get("identity_with_channel"):
            for identity in self:
                # sudo: messaging.connection - only the name of its channel
                connection = identity.sudo().account_id.connection_id
                label = connection._get_provider_class().label
                identity.display_name = f"{label}: {identity.display_name}"
        return result

    def write(self, vals):
        """Override: panels show a doubt, and the end of one, at once."""
        result = super().write(vals)
        if "doubt" in vals:
            self.conversation_id._helpdesk_announce_joins()
        return result

    def action_join(self):
        """Ask whose this is besides, both customers side by side."""
        self.check_access("read")
        if len(self.partner_id) != 1:
            raise UserError(self.env._("This address belongs to no customer."))
        return self.env["messaging.join.customers"]._get_action(self)

    def action_split(self):
        """Not the same person after all: a contact of its own, in one click."""
        self.ensure_one()
        self.check_access("read")
        Join = self.env["messaging.join"]
        Join._check_may_split(self)
        # sudo: messaging.join - whether this user may was just checked
        join = Join.sudo()._split(self.sudo(), self.env.user)
        return join.sudo(False)._get_done_action(
            self.env._(
                "%(name)s is a customer of their own now.", name=self.display_name
            )
        )

    def action_open_joins(self):
        """Show what was joined and split of this address."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "whatsapp_helpdesk.action_messaging_join"
        )
        return {
            **action,
            "domain": [("identity_ids", "in", self.ids)],
            "context": {},
        }
