"""What an account may send when: quiet hours, opt-in, the provider's limit, words."""

from odoo import fields, models

from ..gateway.tiers import customers_per_day


class MessagingAccount(models.Model):
    _inherit = "messaging.account"

    quiet_from = fields.Float(
        "Quiet From",
        help="Between these hours of the customer nothing is sent that nobody asked "
        "for. Answers are always sent. The same hour twice: no quiet hours.",
    )
    quiet_to = fields.Float("Quiet To")
    opt_in_policy = fields.Selection(
        [
            ("marketing", "For Marketing"),
            ("all", "For Everything We Start"),
            ("none", "Never"),
        ],
        string="Opt-in Needed",
        default="marketing",
        required=True,
        help="Which templates only reach customers who agreed to them before. Whoever "
        "opted out gets none, whatever is chosen here.",
    )
    messaging_limit = fields.Integer(
        "Customers per Day",
        readonly=True,
        copy=False,
        help="How many customers the provider lets you write to first, in 24 hours, "
        "from all accounts of the connection. 0: no limit, or not known.",
    )
    opt_out_words = fields.Text(
        "More Words for Stop",
        help="One per line. A customer opts out by a message that is one of them; the "
        "usual words of many languages are known already.",
    )
    opt_in_words = fields.Text(
        "More Words for Start",
        help="One per line. A customer opts in again by a message that is one of them.",
    )
    opt_out_reply = fields.Text(
        "Answer to Stop",
        translate=True,
        help="Left empty, the standard text is sent in the language of the customer.",
    )
    opt_in_reply = fields.Text(
        "Answer to Start",
        translate=True,
        help="Left empty, the standard text is sent in the language of the customer.",
    )

    _quiet_hours_of_a_day = models.Constraint(
        "CHECK(LEAST(quiet_from, quiet_to) >= 0 "
        "AND GREATEST(quiet_from, quiet_to) < 24)",
        "Quiet hours are between 0:00 and 23:59.",
    )

    def _get_standard_reply(self, word):
        """Return what confirms ``opt_out`` or ``opt_in``, in the context's language."""
        if word == "opt_out":
            return self.env._(
                "You will get no more advertising or notifications from us. You can "
                "still write to us here at any time. Send START to get them again."
            )
        return self.env._(
            "You will get our notifications and offers again. Send STOP to end them."
        )

    def _store_check(self, check):
        """Override: the provider also says how many customers we may write to first."""
        result = super()._store_check(check)
        if check.limit is not None and check.limit != self.messaging_limit:
            self.messaging_limit = check.limit
        return result

    def _learn_messaging_limit(self, value):
        """Store a limit as the provider spells it; one that says nothing is ignored."""
        limit = customers_per_day(value)
        if limit is not None:
            self.write({"messaging_limit": limit})
