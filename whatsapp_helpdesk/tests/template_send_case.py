"""A usable template on the account of the outbound tests."""

from datetime import timedelta

from odoo import Command, fields

from .outbound_case import OutboundCase

GROUP_START = "whatsapp_helpdesk.group_messaging_start"


class TemplateMixin:
    @classmethod
    def _create_template(cls, **values):
        return cls.env["messaging.template"].create(
            {
                "account_id": cls.account.id,
                "name": "order_update",
                "language": "en_US",
                "category": "utility",
                "status": "APPROVED",
                "body": "Hello {{1}}, order {{2}} is on its way.",
                **values,
            }
        )

    @classmethod
    def _map(cls, template, key, source, path="", fallback=""):
        variable = template.variable_ids.filtered(lambda v: v.key == key)
        variable.write({"source": source, "field_path": path, "fallback": fallback})
        return variable

    @classmethod
    def _allow_starting(cls, user):
        group = cls.env.ref(GROUP_START)
        user.group_ids = [Command.link(group.id)]

    @classmethod
    def _close_window(cls, identity):
        identity.last_inbound_at = fields.Datetime.now() - timedelta(hours=30)


class TemplateCase(TemplateMixin, OutboundCase):
    """A conversation whose window is closed, and a template with two variables."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._close_window(cls.identity)
        cls.template = cls._create_template()
        cls.values = {"body:0:1": "Sara", "body:0:2": "S0042"}

    def _send_in_conversation(self, user=None, values=None, **options):
        options.setdefault("attachment", self.env["ir.attachment"])
        return self.conversation.with_user(user or self.agent)._helpdesk_send_template(
            self.template, self.values if values is None else values, **options
        )

    def _start(self, partner, user=None, **options):
        user = user or self.agent
        return (
            self.env["discuss.channel"]
            .with_user(user)
            ._helpdesk_start_with_template(
                self.template.with_user(user),
                self.values,
                partner.with_user(user),
                **options,
            )
        )

    def _get_refusal(self, function, *args, **kwargs):
        """Return the reason code and sentence with which something is refused."""
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            function(*args, **kwargs)
        return getattr(caught.exception, "gate_reason", ""), str(caught.exception)
