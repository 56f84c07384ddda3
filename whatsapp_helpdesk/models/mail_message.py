from odoo import api, fields, models

from odoo.addons.mail.tools.discuss import Store

from .messaging_message import WORST_FIRST


class MailMessage(models.Model):
    _inherit = "mail.message"

    message_type = fields.Selection(
        selection_add=[("helpdesk_message", "Customer Message")],
        ondelete={"helpdesk_message": "set default"},
    )
    helpdesk_ticket_id = fields.Many2one(
        "helpdesk.ticket", "Case", index="btree_not_null", ondelete="set null"
    )
    messaging_identity_id = fields.Many2one(
        "messaging.identity", index="btree_not_null", ondelete="restrict"
    )
    messaging_direction = fields.Selection([("in", "In"), ("out", "Out")])
    messaging_part_ids = fields.One2many("messaging.message", "mail_message_id")
    messaging_state = fields.Char(
        compute="_compute_messaging_state", help="State of the worst part."
    )
    helpdesk_author_kind = fields.Selection(
        [
            ("customer", "Customer"),
            ("agent", "Agent"),
            ("phone_app", "Phone App"),
            ("automatic", "Automatic"),
        ]
    )
    helpdesk_late = fields.Boolean(help="Processed long after it was written.")
    helpdesk_occurred_at = fields.Datetime(help="When the customer wrote it.")

    @api.depends("messaging_part_ids.state")
    def _compute_messaging_state(self):
        for message in self:
            # sudo: messaging.message - the state of a readable message is no secret
            states = set(message.sudo().messaging_part_ids.mapped("state"))
            message.messaging_state = next(
                (state for state in WORST_FIRST if state in states), False
            )

    # -- store ------------------------------------------------------------------------

    def _to_store_defaults(self, target):
        return super()._to_store_defaults(target) + self._get_messaging_store_fields()

    def _get_messaging_store_fields(self):
        def is_customer_message(message):
            return message.message_type == "helpdesk_message"

        return [
            Store.Attr("messaging_direction", predicate=is_customer_message),
            Store.Attr("messaging_state", predicate=is_customer_message),
            Store.Attr(
                "messaging_failure",
                lambda message: message._get_messaging_failure(),
                predicate=is_customer_message,
            ),
            Store.Attr(
                "messaging_can_retry",
                lambda message: message.messaging_state in ("failed", "expired"),
                predicate=is_customer_message,
            ),
            Store.Attr(
                "messaging_parts",
                lambda message: message._get_messaging_parts(),
                predicate=is_customer_message,
            ),
            Store.Attr("helpdesk_late", predicate=is_customer_message),
            Store.Attr("helpdesk_occurred_at", predicate=is_customer_message),
            Store.Attr("helpdesk_author_kind", predicate=is_customer_message),
        ]

    def _get_messaging_failure(self):
        parts = self.sudo().messaging_part_ids  # sudo: as the state above
        return next((part.failure_text for part in parts if part.failure_text), "")

    def _get_messaging_parts(self):
        return [
            {
                "id": part.id,
                "kind": part.kind,
                "state": part.state,
                "text": part.failure_text,
            }
            for part in self.sudo().messaging_part_ids  # sudo: as the state above
        ]

    def _broadcast_messaging_state(self):
        """Send the ticks of these messages to whoever sees their conversation.

        A job has no language: the reason of a failure is in the agent's.
        """
        posted = self.filtered(lambda m: m.model == "discuss.channel")
        channels = self.env["discuss.channel"].browse(posted.mapped("res_id"))
        for message in posted:
            channel = channels.browse(message.res_id).with_prefetch(channels.ids)
            # sudo: discuss.channel - only the language of who answers
            language = channel.sudo().helpdesk_agent_id.lang or self.env.lang
            reader = message.with_context(lang=language)
            Store(bus_channel=channel).add(
                reader, reader._get_messaging_store_fields()
            ).bus_send()
