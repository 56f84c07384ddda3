from odoo import fields, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    helpdesk_swallowed_by = fields.Selection(
        [
            ("opt_out", "Opt-out Word"),
            ("flow", "Flow"),
            ("survey", "Survey"),
            ("thank_you", "Closed Thank-you"),
        ],
        index="btree_not_null",
        help="Why this message of a customer opened no case; listed for the leader.",
    )
    helpdesk_is_history = fields.Boolean(
        help="Imported from before: no case, no unread mark, no figure."
    )

    _helpdesk_history = models.Index("(res_id, id) WHERE helpdesk_is_history")
