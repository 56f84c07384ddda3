from odoo import fields, models


class MessagingAccount(models.Model):
    _inherit = "messaging.account"

    doubt_after_months = fields.Integer(
        "Verify Again after Silence (Months)",
        default=6,
        help="Who writes after a longer silence, under another name, may be a new "
        "owner of the number. 0: never.",
    )
    proof_template_id = fields.Many2one(
        "messaging.template",
        "Template for Codes",
        ondelete="set null",
        domain="[('account_id', '=', id), "
        "('category', 'in', ('authentication', 'utility'))]",
        help="Sends a code to a customer who has not written lately. Every variable "
        "without a value of its own becomes the code. Left empty, an approved "
        "authentication template is used when there is one.",
    )

    _doubt_after_months_positive = models.Constraint(
        "CHECK(doubt_after_months >= 0)", "A time cannot be negative."
    )
