from odoo import api, fields, models


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        "Working Hours",
        compute="_compute_resource_calendar_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        ondelete="restrict",
        help="When this team works. Time limits and answers out of hours follow it. "
        "A new team has the working hours of its company.",
    )

    @api.depends("company_id")
    def _compute_resource_calendar_id(self):
        """A team keeps its hours as long as they may be its company's."""
        for team in self:
            company = team.company_id or self.env.company
            calendar = team.resource_calendar_id
            if not calendar or calendar.company_id not in (
                company,
                company.browse(),
            ):
                team.resource_calendar_id = company.resource_calendar_id
