"""The business's public profile, read and saved by buttons."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MessagingCase
from .setup_case import SetupMixin


@tagged("post_install", "-at_install")
class TestAccountProfile(SetupMixin, MessagingCase):
    def setUp(self):
        super().setUp()
        self._start_graph()
        self.graph.good_tokens = {"test-access-token"}
        self.graph.profile = {
            "about": "Plants",
            "email": "shop@example.com",
            "websites": ["https://shop.example.com/"],
            "vertical": "RETAIL",
            "profile_picture_url": "https://pps.whatsapp.net/x.jpg",
        }
        self.connection.base_url = self.graph.url

    def test_profile_and_number_are_read(self):
        self.account.action_read_profile()
        account = self.account
        self.assertEqual(
            (account.profile_about, account.profile_vertical, account.profile_website),
            ("Plants", "RETAIL", "https://shop.example.com/"),
        )
        self.assertEqual(
            (account.provider_name, account.provider_quality), ("Lucky Shrub", "green")
        )
        self.assertEqual(account.messaging_limit, 2000)

    def test_profile_is_saved_whole(self):
        self.account.action_read_profile()
        self.account.write({"profile_about": "Trees", "profile_email": False})
        self.account.action_save_profile()
        self.assertEqual(self.graph.profile["about"], "Trees")
        self.assertEqual(self.graph.profile["email"], "")
        self.assertEqual(self.graph.profile["websites"], ["https://shop.example.com/"])

    def test_limits_are_characters_and_named(self):
        self.account.action_read_profile()
        self.account.profile_about = "م" * 139
        self.account.action_save_profile()
        self.account.profile_about = "م" * 140
        with self.assertRaisesRegex(UserError, "About.*140.*139"):
            self.account.action_save_profile()
        self.assertEqual(len(self.graph.profile["about"]), 139)

    def test_profile_that_was_never_read_is_not_overwritten(self):
        with self.assertRaises(UserError):
            self.account.action_save_profile()
        self.assertEqual(self.graph.profile["about"], "Plants")

    def test_unknown_line_of_business_is_left_out(self):
        self.graph.profile["vertical"] = "SPACEFLIGHT"
        self.account.action_read_profile()
        self.assertFalse(self.account.profile_vertical)

    def test_managers_may_and_agents_may_not(self):
        manager = self._create_agent(
            "boss", "Bea Boss", "helpdesk_mgmt.group_helpdesk_manager"
        )
        self.account.with_user(manager).action_read_profile()
        self.assertEqual(self.account.profile_about, "Plants")
        with self.assertRaises(AccessError):
            self.account.with_user(self.agent).action_read_profile()

    def test_test_channels_have_none(self):
        connection = self._create_connection(channel="sandbox")
        self.assertFalse(self._create_account(connection, "sandbox").has_profile)
        self.assertTrue(self.account.has_profile)
