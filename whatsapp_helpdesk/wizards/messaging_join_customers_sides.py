"""What the form about two customers shows of each, and what would happen."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

#: Around a name of whatever direction, so that the sentence keeps its own.
ISOLATED = "\u2068%s\u2069"
#: Models of which the records of a contact are counted, with what they are called.
COUNTED = ("crm.lead", "sale.order")


class MessagingJoinCustomers(models.TransientModel):
    _inherit = "messaging.join.customers"

    @api.depends("partner_id", "other_partner_id")
    def _compute_sides(self):
        for wizard in self:
            wizard.this_side = wizard._render_side(wizard.partner_id)
            wizard.other_side = wizard._render_side(wizard.other_partner_id)

    def _render_side(self, partner):
        if not partner:
            return False
        return self.env["ir.qweb"]._render(
            "whatsapp_helpdesk.messaging_join_side", self._prepare_side(partner)
        )

    def _prepare_side(self, partner):
        """Hook: what is shown of one customer."""
        identities = self._get_identities(partner)
        cases = self._get_cases(partner)
        moments = identities.filtered("last_inbound_at").mapped("last_inbound_at")
        return {
            "partner": partner,
            "identities": [self._prepare_identity(i) for i in identities],
            "message_count": self._count_messages(identities),
            "last_at": max(moments, default=False),
            "open_count": len(cases.filtered(lambda case: not case.closed)),
            "case_count": len(cases),
            "counts": self._get_counts(partner),
        }

    def _prepare_identity(self, identity):
        # sudo: messaging.account - its channel, of an identity the user may read
        provider = identity.sudo().account_id.connection_id._get_provider_class()
        return {
            "name": identity.name or "",
            "address": identity.address or "",
            "channel": identity.channel,
            "label": provider.label,
            "icon": provider.features.icon,
        }

    def _count_messages(self, identities):
        return self.env["messaging.message"].search_count(
            [("identity_id", "in", identities.ids), ("mail_message_id", "!=", False)]
        )

    def _get_cases(self, partner):
        return self.env["helpdesk.ticket"].search(
            [("partner_id", "in", partner._origin.ids or partner.ids)]
        )

    def _get_counts(self, partner):
        """Return (name, number) of what else there is, where the user may see it."""
        partner_id = partner._origin.id or partner.id
        counts = []
        for name in COUNTED:
            if name not in self.env or not self.env[name].has_access("read"):
                continue
            number = self.env[name].search_count([("partner_id", "=", partner_id)])
            counts.append((self.env["ir.model"]._get(name).name, number))
        return counts

    def _count_records(self, partner):
        counts = sum(number for _name, number in self._get_counts(partner))
        return counts + len(self._get_cases(partner))

    # -- what would happen ------------------------------------------------------------

    @api.depends("identity_ids", "kept", "other_partner_id", "cases")
    def _compute_consequence(self):
        for wizard in self:
            wizard.both_have_cases = all(
                wizard._get_cases(partner).filtered(lambda case: not case.closed)
                for partner in (wizard.partner_id, wizard.other_partner_id)
            )
            ready = wizard.other_partner_id and wizard.identity_ids
            lines = wizard._get_consequences() if ready else []
            wizard.consequence = "\n".join(lines)

    def _get_consequences(self):
        """Hook: sentences about what joining does."""
        moved = ISOLATED % self.moved_partner_id.display_name
        kept = ISOLATED % self.kept_partner_id.display_name
        lines = [
            self.env._(
                "%(addresses)s will belong to %(contact)s: %(messages)s messages go "
                "along with their files and cases, in the order in which they were "
                "written.",
                addresses=", ".join(self._get_addresses()),
                contact=kept,
                messages=self._count_messages(self.identity_ids._origin),
            )
        ]
        if self._is_emptied():
            lines.append(
                self.env._(
                    "The contact %(contact)s is archived when nothing else is left "
                    "of it.",
                    contact=moved,
                )
            )
        if self.both_have_cases:
            lines.append(
                self.env._("The open cases of both become one.")
                if self.cases == "together"
                else self.env._("The open cases of both stay apart.")
            )
        lines.append(self.env._("You can undo this for 30 days."))
        return lines

    def _get_addresses(self):
        return [
            f"{self._prepare_identity(identity)['label']} "
            f"({ISOLATED % (identity.address or identity.display_name)})"
            for identity in self.identity_ids._origin
        ]

    def _is_emptied(self):
        rest = self._get_identities(self.moved_partner_id) - self.identity_ids._origin
        return not rest

    @api.depends("identity_ids", "kept", "other_partner_id")
    def _compute_obstacle(self):
        """Why it would be refused, before somebody presses the button."""
        for wizard in self:
            wizard.obstacle = False
            identities = wizard.identity_ids._origin
            if not identities or not wizard.other_partner_id:
                continue
            partner = wizard.kept_partner_id._origin
            Join = self.env["messaging.join"]
            try:
                Join._check_may_join(identities, partner)
                # sudo: messaging.join - only whether it is possible at all
                Join.sudo()._check_possible(identities.sudo(), partner.sudo())
            except (AccessError, UserError) as error:
                wizard.obstacle = str(error)
