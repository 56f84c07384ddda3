from odoo import fields, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    helpdesk_text_removed = fields.Boolean(
        help="The text was older than texts are kept."
    )

    _helpdesk_old_texts = models.Index(
        "(date) WHERE message_type IN ('helpdesk_message', 'comment') "
        "AND model = 'discuss.channel' AND helpdesk_text_removed IS NOT TRUE"
    )
