from odoo import api, fields, models

#: Which address answers go to, best first. A phone number also keeps the number
#: visible in later webhooks.
ANSWER_ORDER = ("phone", "user_id", "bsuid", "parent_bsuid", "email")


class MessagingAddress(models.Model):
    """One address of an identity: a phone number or an id at the provider.

    ``scope`` is where the value is unique. Within it a second identity with the same
    address cannot exist, so two deliveries at the same moment cannot make two.
    ``reach`` says how far the value means the same person; equal ``reach``, ``kind``
    and ``value`` on another account is the same customer.
    """

    _name = "messaging.address"
    _description = "Messaging Address"
    _order = "id"
    _rec_name = "value"

    identity_id = fields.Many2one(
        "messaging.identity", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="identity_id.partner_id")
    kind = fields.Selection(
        [
            ("phone", "Phone Number"),
            ("bsuid", "Business-scoped User ID"),
            ("parent_bsuid", "Parent User ID"),
            ("user_id", "User ID"),
            ("email", "Email"),
        ],
        required=True,
    )
    value = fields.Char(required=True)
    scope = fields.Char(required=True)
    reach = fields.Char(required=True)
    verified = fields.Boolean(
        default=True, help="The provider said so; a number typed by hand is not."
    )

    _scope_kind_value_unique = models.Constraint(
        "UNIQUE(scope, kind, value)", "This address already belongs to a customer."
    )
    _reach_kind_value = models.Index("(reach, kind, value)")

    @api.model
    def _get_scope(self, account):
        return f"account:{account.id}"

    @api.model
    def _get_reach(self, account, scope):
        """:param str scope: a ``gateway.updates.Scope`` value."""
        return {
            "provider": f"provider:{account.channel}",
            "portfolio": f"connection:{account.connection_id.id}",
            "account": f"account:{account.id}",
        }[scope]

    def _sorted_to_answer(self):
        return self.sorted(lambda a: (ANSWER_ORDER.index(a.kind), a.id))
