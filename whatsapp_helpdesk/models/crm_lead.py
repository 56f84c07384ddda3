from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    helpdesk_conversation_id = fields.Many2one(
        related="partner_id.helpdesk_conversation_id"
    )
