"""Which cases go along, and what of a case changes with its contact."""

from odoo import api, models
from odoo.tools import SQL


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        # sudo: discuss.channel - a case added here while contents move is not left
        tickets.sudo().conversation_id._helpdesk_touch()
        return tickets

    @api.model
    def _decide_cases(self, move):
        """Set ``move.cases``; a case with messages of both sides is listed."""
        cases = self.with_context(active_test=False).search(
            [("conversation_id", "=", move.source.id)], order="id"
        )
        if move.whole:
            move.cases = cases
            move.details["cases"] = cases.ids
            return
        owners = cases._get_owners()
        move.cases = cases.browse()
        for case in cases:
            mine = owners.get(case.id, set()) & set(move.identities.ids)
            others = owners.get(case.id, set()) - mine
            if mine and others:
                move.undecided.append((case, case._get_undecided_reason()))
            elif mine or (not others and case.id in move.case_ids):
                move.cases |= case
            elif not others and not move.since:
                move.undecided.append((case, case._get_undecided_reason()))

    def _get_owners(self):
        """Return ``{case: identities}`` it has messages of; its own without any."""
        owners = {}
        if self:
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "SELECT DISTINCT helpdesk_ticket_id, messaging_identity_id "
                    "FROM mail_message WHERE helpdesk_ticket_id IN %s "
                    "AND messaging_identity_id IS NOT NULL",
                    tuple(self.ids),
                )
            )
            for case_id, identity_id in self.env.cr.fetchall():
                owners.setdefault(case_id, set()).add(identity_id)
        for case in self:
            if case.id not in owners and case.messaging_identity_id:
                owners[case.id] = set(case.messaging_identity_id.ids)
        return owners

    def _get_undecided_reason(self):
        return self.env._(
            "Case %(number)s has messages of both, or of neither, so nothing tells "
            "whose it is.",
            number=self.number,
        )

    @api.model
    def _follow_identities(self, move):
        """Cases go to the other conversation and contact, without mails or news."""
        values = {} if move.stays else {"conversation_id": move.target.id}
        theirs = move.cases.filtered(
            lambda case: case.partner_id
            in (move.source_partner, case.partner_id.browse())
        )
        contact = self._prepare_contact_values(move.partner)
        theirs._without_emails()._write_quietly({**values, **contact})
        if values:
            (move.cases - theirs)._without_emails()._write_quietly(values)
        move.cases._move_followers(move.source_partner, move.partner)
        if not move.stays:
            self._settle_identities(move.source | move.target)
        # What of a held case leaves it with its identity is held there.
        staying = [r for r, _sentence in move.undecided if r._name == self._name]
        if any(case.legal_hold for case in staying):
            move.partner.messaging_legal_hold = True

    @api.model
    def _settle_identities(self, conversations):
        """A case is of an address of the contact it is with now.

        Else what is answered in it would go to somebody who was told apart.
        """
        for conversation in conversations:
            partner = conversation.helpdesk_partner_id
            astray = self.with_context(active_test=False).search(
                [
                    ("conversation_id", "=", conversation.id),
                    ("messaging_identity_id", "!=", False),
                    ("messaging_identity_id.partner_id", "!=", partner.id),
                ]
            )
            owners = astray._get_owners()
            for case in astray:
                known = case.messaging_identity_id.browse(owners.get(case.id, ()))
                theirs = known.filtered(lambda i, p=partner: i.partner_id == p)
                identity = theirs.sorted("id")[-1:] or conversation._helpdesk_get_own()
                case._write_quietly(
                    {
                        "messaging_identity_id": identity.id,
                        "messaging_account_id": identity.account_id.id
                        or case.messaging_account_id.id,
                    }
                )

    @api.model
    def _prepare_contact_values(self, partner):
        return {
            "partner_id": partner.id,
            "partner_name": partner.name,
            "partner_email": partner.email,
        }

    def _move_followers(self, before, after):
        """The customer follows the case in the portal as the contact they are now."""
        if not self or not before:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE mail_followers f SET partner_id = %s "
                "WHERE res_model = 'helpdesk.ticket' AND res_id IN %s "
                "AND partner_id = %s AND NOT EXISTS (SELECT FROM mail_followers o "
                "WHERE o.res_model = f.res_model AND o.res_id = f.res_id "
                "AND o.partner_id = %s)",
                after.id,
                tuple(self.ids),
                before.id,
                after.id,
            )
        )
        self.env.invalidate_all()
