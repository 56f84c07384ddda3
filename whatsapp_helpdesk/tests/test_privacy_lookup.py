from odoo.exceptions import UserError
from odoo.tests import tagged

from .erase_case import NAME, EraseCase


@tagged("post_install", "-at_install")
class TestPrivacyLookup(EraseCase):
    def setUp(self):
        super().setUp()
        self._receive_both()
        self.partner.email = "anahita@zebariyan.example"
        self.wizard = self.env["privacy.lookup.wizard"].create(
            {"name": NAME, "email": "anahita@zebariyan.example"}
        )
        self.wizard.action_lookup()

    def _get_line(self, model):
        return self.wizard.line_ids.filtered(lambda line: line.res_model == model)

    def test_identities_addresses_and_conversations_are_found(self):
        self.assertEqual(self._get_line("messaging.identity").res_id, self.identity.id)
        self.assertEqual(
            set(self._get_line("messaging.address").mapped("res_id")),
            set(self.identity.address_ids.ids),
        )
        self.assertEqual(self._get_line("discuss.channel").res_id, self.conversation.id)
        self.assertNotIn(
            self.neighbour.id, self._get_line("messaging.identity").mapped("res_id")
        )

    def test_each_leads_to_erasing_the_person(self):
        for model in (
            "res.partner",
            "messaging.identity",
            "messaging.address",
            "discuss.channel",
        ):
            line = self._get_line(model)[:1]
            action = line.with_user(
                self.env.ref("base.user_admin")
            ).action_erase_person()
            with self.subTest(model=model):
                self.assertEqual(
                    action["context"]["default_partner_id"], self.partner.id
                )

    def test_single_records_of_a_customer_are_not_deleted(self):
        with self.assertRaises(UserError):
            self._get_line("messaging.identity").action_unlink()
        self.assertTrue(self.identity.exists())

    def test_the_log_of_erasing_is_not_found(self):
        self._queue()
        self.wizard.action_lookup()
        self.assertFalse(self._get_line("messaging.erase"))
