"""Beside other addons for tickets and channels.

``./dev test --with-oca`` runs all tests with those addons installed, these included;
without them the same statements hold for what is there.
"""

from odoo.tests import tagged

from . import bodies
from .common import MessagingCase

#: Fields of others that we change on purpose: a further value, or a better compute.
SHARED_FIELDS = {
    ("discuss.channel", "channel_type"),
    ("discuss.channel", "invitation_url"),
    ("mail.message", "message_type"),
    ("res.partner", "helpdesk_ticket_count"),
    ("res.partner", "helpdesk_ticket_active_count"),
    ("res.partner", "helpdesk_ticket_count_string"),
}


@tagged("post_install", "-at_install")
class TestCoinstall(MessagingCase):
    def test_no_field_of_another_addon_is_taken(self):
        taken = [
            (model, name)
            for model in (
                "discuss.channel",
                "mail.message",
                "helpdesk.ticket",
                "helpdesk.ticket.team",
                "res.partner",
                "crm.lead",
            )
            for name, field in self.env[model]._fields.items()
            if "whatsapp_helpdesk" in (field._modules or ()) and len(field._modules) > 1
        ]
        self.assertFalse(set(taken) - SHARED_FIELDS)

    def test_values_of_selections_are_ours_alone(self):
        for model, name, value in (
            ("discuss.channel", "channel_type", "helpdesk"),
            ("mail.message", "message_type", "helpdesk_message"),
        ):
            field = self.env["ir.model.fields"]._get(model, name)
            selection = field.selection_ids.filtered(lambda s, v=value: s.value == v)
            data = self.env["ir.model.data"].search(
                [
                    ("model", "=", "ir.model.fields.selection"),
                    ("res_id", "=", selection.id),
                ]
            )
            self.assertEqual(data.mapped("module"), ["whatsapp_helpdesk"])

    def test_channels_of_other_types_are_no_conversations(self):
        channel = self.env["discuss.channel"]._create_channel("General", None)
        self.assertFalse(channel.is_helpdesk)
        self.assertTrue(channel.with_user(self.agent).has_access("read"))
        message = channel.with_user(self.agent).message_post(
            body="hi", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(message.message_type, "comment")

    def test_ticket_of_a_message_gets_no_service_level_of_another_addon(self):
        """helpdesk_mgmt_sla stays out as long as its switch on the team is off."""
        Team = self.env["helpdesk.ticket.team"]
        self.assertFalse("use_sla" in Team._fields and self.team.use_sla)
        message = self._receive(bodies.text("Hello", timestamp=self._now_timestamp()))
        ticket = message.helpdesk_ticket_id
        self.assertEqual(ticket.team_id, self.team)
        self.assertFalse("sla_ids" in ticket._fields and ticket["sla_ids"])
