"""What follows when a case is assigned, handed over, closed or opened again."""

from odoo import api, fields, models

#: Fields whose change concerns the conversation.
FOLLOWED = {
    "active",
    "conversation_id",
    "partner_id",
    "priority",
    "stage_id",
    "team_id",
    "user_id",
}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets.filtered("closed")._stamp_closed()
        talked = tickets.filtered("conversation_id")
        if talked:
            talked._sync_landing()
            talked.conversation_id._helpdesk_sync_cases()
        return tickets

    def write(self, vals):
        if not FOLLOWED & set(vals):
            return super().write(vals)
        # sudo: helpdesk.ticket - whoever gives a ticket away may not read it afterwards
        tickets_sudo = self.sudo()
        was_closed = {t: (t.closed, t.closed_date) for t in tickets_sudo}
        before = tickets_sudo.conversation_id
        for tickets, more in self._split_by_privacy(vals):
            super(HelpdeskTicket, tickets).write({**vals, **more})
        tickets_sudo._stamp_changes(was_closed)
        if before or tickets_sudo.conversation_id:
            tickets_sudo._sync_landing()
            (before | tickets_sudo.conversation_id)._helpdesk_sync_cases()
        return True

    # -- closing and opening ----------------------------------------------------------

    def _stamp_changes(self, was_closed):
        """Keep the closing date true: it goes when a ticket opens again, and moving a
        closed ticket between closed stages does not move it."""
        closed = self.filtered(lambda t: t.closed and not was_closed[t][0])
        closed._stamp_closed()
        for ticket in self.filtered(lambda t: not t.closed and was_closed[t][0]):
            ticket._write_quietly(
                {"closed_date": False, "reopen_count": ticket.reopen_count + 1}
            )
        for ticket in self.filtered(lambda t: t.closed and was_closed[t][0]):
            closed_date = was_closed[ticket][1]
            if closed_date and ticket.closed_date != closed_date:
                ticket._write_quietly({"closed_date": closed_date})

    def _stamp_closed(self):
        now = fields.Datetime.now()
        for ticket in self:
            values = {}
            if not ticket.closed_date:
                values["closed_date"] = now
            if not ticket.first_closed_at:
                values["first_closed_at"] = ticket.closed_date or now
            if ticket.waiting_on:
                values.update(waiting_on=False, waiting_since=False)
            if values:
                ticket._write_quietly(values)

    def _write_quietly(self, values):
        """Write bookkeeping fields: no tracking, no followers, no hooks of ours."""
        # sudo: helpdesk.ticket - the change that caused it was checked
        return self.sudo().with_context(tracking_disable=True).write(values)

    # -- privacy ----------------------------------------------------------------------

    def _split_by_privacy(self, vals):
        """Yield tickets with the conversation they move to by a change of team.

        A private team talks in a conversation of its own; a case that crosses this
        boundary opens or continues the conversation of the other side.
        """
        if "team_id" not in vals or "conversation_id" in vals:
            return [(self, {})]
        # sudo: helpdesk.ticket.team - only whether it is private
        team = self.env["helpdesk.ticket.team"].sudo().browse(vals["team_id"])
        private_team = team if team.is_private else team.browse()
        moving = self.filtered(
            lambda ticket: ticket.conversation_id
            # sudo: discuss.channel - the user may not read the private side
            and ticket.sudo().conversation_id.helpdesk_private_team_id != private_team
        )
        parts = [(self - moving, {})] if self - moving or not moving else []
        for ticket in moving:
            conversation = ticket._get_conversation_of(private_team)
            parts.append((ticket, {"conversation_id": conversation.id}))
        return parts

    def _get_conversation_of(self, private_team):
        """Return the conversation on the other side; both sides get a line about it."""
        ticket_sudo = self.sudo()  # sudo: follows a change of team that is checked
        before = ticket_sudo.conversation_id
        conversation = before._get_or_create_conversation(
            before.messaging_inbox_id, before.helpdesk_partner_id, private_team
        )
        conversation._helpdesk_set_sender(ticket_sudo.messaging_identity_id)
        before._messaging_note(
            self.env._("Case %(number)s was handed over.", number=self.number)
        )
        conversation._messaging_note(
            self.env._("Case %(name)s was handed over.", name=self.display_name)
        )
        return conversation

    def _sync_landing(self):
        """While a private team's case is open the customer's messages land there, and
        in the common conversation afterwards."""
        for ticket_sudo in self.sudo():  # sudo: follows a change that was checked
            if ticket_sudo.conversation_id:
                ticket_sudo.conversation_id._helpdesk_sync_landing(ticket_sudo)

    # -- emails -----------------------------------------------------------------------

    def _track_template(self, changes):
        """The stage's email is for customers by mail; others are told where they
        write."""
        result = super()._track_template(changes)
        if self[:1].conversation_id:
            result.pop("stage_id", None)
        return result

    def _message_auto_subscribe_notify(self, partner_ids, template):
        """No "you have been assigned" email: the conversation itself shows up."""
        by_mail = self.filtered(lambda ticket: not ticket.conversation_id)
        if not by_mail:
            return None
        return super(HelpdeskTicket, by_mail)._message_auto_subscribe_notify(
            partner_ids, template
        )
