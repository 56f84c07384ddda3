"""A contact with history can be archived and merged, never deleted."""

from odoo import api, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_messaging_history(self):
        """Without this the database refuses with a bare foreign key violation."""
        for partner in self:
            if partner._has_messaging_history():
                raise UserError(
                    self.env._(
                        "%(name)s has customer conversations, so the contact is kept. "
                        "Archive it instead.",
                        name=partner.display_name,
                    )
                )

    def _has_messaging_history(self):
        """Hook: whether deleting this contact would lose what was said."""
        self.ensure_one()
        # sudo: discuss.channel, messaging.identity - only whether there is one
        return bool(
            self.env["discuss.channel"]
            .sudo()
            .search_count([("helpdesk_partner_id", "=", self.id)], limit=1)
            or self.env["messaging.identity"]
            .sudo()
            .search_count([("partner_id", "=", self.id)], limit=1)
        )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_helpdesk_ticket_count(self):
        """Override of `helpdesk_mgmt`, which searches once per contact."""
        counts = self._get_helpdesk_ticket_counts()
        for partner in self:
            total, active = counts.get(partner.id, (0, 0))
            partner.helpdesk_ticket_count = total
            partner.helpdesk_ticket_active_count = active
            partner.helpdesk_ticket_count_string = f"{active} / {total}"

    def _get_helpdesk_ticket_counts(self):
        """Return ``{partner id: (tickets, open tickets)}``, children included."""
        family = self.with_context(active_test=False).search_fetch(
            [("id", "child_of", self.ids)], ["parent_id"]
        )
        groups = self.env["helpdesk.ticket"]._read_group(
            [("partner_id", "in", family.ids)],
            ["partner_id", "stage_id"],
            ["__count"],
        )
        counts = {partner_id: [0, 0] for partner_id in self.ids}
        for partner, stage, number in groups:
            # sudo: res.partner - parents of a contact whose tickets are readable
            ancestor = partner.sudo()
            while ancestor:
                if ancestor.id in counts:
                    counts[ancestor.id][0] += number
                    counts[ancestor.id][1] += 0 if stage.closed else number
                ancestor = ancestor.parent_id
        return counts
