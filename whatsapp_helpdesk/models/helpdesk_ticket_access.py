"""A case stays on the same side of a privacy boundary as its conversation."""

from odoo import api, models
from odoo.exceptions import ValidationError


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.constrains("team_id", "conversation_id")
    def _check_privacy_boundary(self):
        # sudo: discuss.channel - the team may be one the user does not see
        for ticket in self.sudo().filtered("conversation_id"):
            private_team = ticket.team_id if ticket.team_id.is_private else False
            if ticket.conversation_id.helpdesk_private_team_id.id != (
                private_team and private_team.id
            ):
                raise ValidationError(
                    self.env._(
                        "The conversation of case %(number)s cannot move between a "
                        "private team and another one: who reads it would change.",
                        number=ticket.number,
                    )
                )
