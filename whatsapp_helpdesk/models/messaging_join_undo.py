"""Taking a join back, exactly by identity.

What an identity wrote, was sent or got since the join goes with it. Nothing is guessed:
what belongs to both stays with the contact that was joined to, and is listed.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .messaging_join_move import Move


class MessagingJoin(models.Model):
    _inherit = "messaging.join"

    def _undo(self, user):
        """Take a join back: everything follows its identity to where that was before.

        :param user: ``res.users``
        :return: self; what could not be decided is in ``open_ids``.
        :raise UserError: it cannot be undone any more.
        """
        self.ensure_one()
        join = self.sudo()  # sudo: messaging.join - whoever may was checked before
        identities = join._get_still_joined()
        if not join.can_undo or not identities:
            raise UserError(join._get_undo_refusal(identities))
        partners = identities.partner_id
        join._check_not_erased(partners | join.source_partner_id)
        partner = join._get_partner_before(identities)
        join._lock(partners | partner, identities)
        for current, mine in identities.grouped("partner_id").items():
            join._give_back(mine, current, partner)
        join._restore_contacts(partner)
        join.write(
            {
                "state": "undone",
                "undone_at": fields.Datetime.now(),
                "undone_by_id": user.id if user else False,
            }
        )
        return self

    def _get_undo_refusal(self, identities):
        if self.state == "done" and not identities and self.kind != "split":
            return self.env._("These addresses were separated already.")
        if self.state == "undone":
            return self.env._("This was undone already.")
        if self.state == "done" and self.kind != "split":
            return self.env._(
                "The time to undo this is over. Split the address off instead."
            )
        return self.env._("Only a join can be undone.")

    def _get_still_joined(self):
        """Return identities that are where this join, and those after it, put them."""
        partners = self._get_partner_chain()
        return self.identity_ids.filtered(lambda i: i.partner_id in partners)

    def _get_partner_chain(self):
        """Return the contact joined to, and those it was joined to afterwards."""
        partners = self.partner_id
        later = self.search(
            [
                ("id", ">", self.id),
                ("state", "=", "done"),
                ("kind", "in", ("join", "merge")),
                ("identity_ids", "in", self.identity_ids.ids),
            ],
            order="id",
        )
        for join in later:
            if join.source_partner_id in partners:
                partners |= join.partner_id
        return partners

    @api.model
    def _get_successor(self, partner):
        """Return the contact that goes on for one that was emptied by joins."""
        seen = partner
        while partner and not self._has_identities(partner):
            last = self.search(
                [("source_partner_id", "=", partner.id), ("state", "=", "done")],
                limit=1,
            )
            if not last.partner_id or last.partner_id in seen:
                break
            partner = last.partner_id
            seen |= partner
        return partner

    def _get_partner_before(self, identities):
        """Return the contact they had, or a new one when that is gone or the same."""
        partner = self.source_partner_id.with_context(active_test=False).exists()
        company = identities.company_id
        if (
            not partner
            or not self.source_name  # erased meanwhile
            or partner in self._get_partner_chain()
            or (partner.company_id and partner.company_id != company)
            or partner in identities.partner_id
        ):
            return self._create_own_partner(identities, name=self.source_name)
        return partner

    def _give_back(self, identities, current, partner):
        """Move what is of these identities out of a contact's conversations."""
        places = self._get_places(identities, current)
        for line in self.line_ids:
            # Where only notes are left of them.
            place = (
                line.conversation_id and line.conversation_id._helpdesk_get_survivor()
            )
            if place and place.helpdesk_partner_id == current:
                places |= place
        self._carry_hold(current, partner)
        identities.write({"partner_id": partner.id})
        for source in places.sorted("id"):
            move = self._plan_return(source, identities, current, partner)
            self._restore_cases(move)
            self._execute(move)
            self._list_undecided(move)

    def _plan_return(self, source, identities, current, partner):
        line = self._get_line_for(source)
        details = line.details or {}
        target = source._helpdesk_find_other(partner)
        before = line.source_conversation_id
        if (
            not target
            and before.helpdesk_merged_into_id
            and not before.helpdesk_erase_id
        ):
            target = before
            before._helpdesk_step_forward(partner, details.get("merged") or [])
        whole = source._helpdesk_is_only_of(identities)
        if not target and whole and before == source:
            target = source
        if not target:
            target = source._helpdesk_create_other(partner)
        return Move(
            identities=identities,
            source=source,
            target=target,
            source_partner=current,
            partner=partner,
            whole=whole and target == source,
            since=self.done_at,
            after_id=details.get("newest") or 0,
            note_ids=details.get("notes") or [],
            case_ids=details.get("cases") or [],
        )

    def _get_line_for(self, conversation):
        """Return the journal's line of the same inbox and team."""
        lines = self.line_ids.filtered(
            lambda line: line.inbox_id == conversation.messaging_inbox_id
            and line.private_team_id == conversation.helpdesk_private_team_id
        )
        return lines[:1]

    def _restore_cases(self, move):
        """Open cases again that were made one, with what is theirs."""
        for entry in (self._get_line_for(move.source).details or {}).get("joined", []):
            case = self.env["helpdesk.ticket"].browse(entry["case"]).exists()
            if case:
                case._take_out_of_joined(entry, move)

    @api.model
    def _restore_value(self, partner, name, before, after):
        value = partner._fields[name].convert_to_write(partner[name], partner)
        if value == after:
            partner.with_context(tracking_disable=True).write({name: before})
