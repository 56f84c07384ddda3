"""Connecting a number step by step: what is tested, what repairs it, what is kept."""

from odoo.exceptions import AccessError, UserError
from odoo.modules.neutralize import neutralize_database
from odoo.tests import tagged

from ..models.messaging_secret_mixin import MASK
from . import bodies
from .common import MessagingCase
from .outbound_case import OutboundMixin
from .setup_case import SetupMixin


class SetupCase(SetupMixin, OutboundMixin, MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The number of the base case is connected by the test itself.
        cls.account.unlink()
        cls.connection.unlink()

    def setUp(self):
        super().setUp()
        self._start_graph()
        self.admin = self._create_admin()
        self.setup = self._start_setup()

    def _hello(self, secret="right-secret"):
        """A customer writes to the number that is being connected."""
        connection = self.setup.connection_id.sudo()
        values = bodies.text("HELLO", timestamp=self._now_timestamp())
        answer = self._deliver(values, connection=connection, secret=secret)
        self._process()
        return answer


@tagged("post_install", "-at_install")
class TestSetupSteps(SetupCase):
    def test_progress_is_found_again(self):
        action = self.env["messaging.setup"].with_user(self.admin).action_start()
        self.assertEqual(action["res_id"], self.setup.id)
        self.assertEqual(self.setup.step, "app")

    def test_agents_connect_nothing(self):
        Setup = self.env["messaging.setup"].with_user(self.agent)
        with self.assertRaises(AccessError):
            Setup.action_start()

    def test_app_needs_its_secret(self):
        self.setup.app_secret = False
        with self.assertRaises(UserError):
            self.setup.action_next()

    def test_secrets_are_not_shown_again(self):
        self.setup.access_token = "good-token"
        [values] = self.setup.read(["app_secret", "access_token"])
        self.assertEqual((values["app_secret"], values["access_token"]), (MASK, MASK))

    def test_masked_secret_changes_nothing(self):
        self.setup.write({"app_secret": MASK, "access_token": MASK})
        self.assertEqual(self.setup.sudo().connection_id.app_secret, "right-secret")
        self.assertFalse(self.setup.sudo().access_token)

    def test_restored_copy_has_no_token_of_a_begun_set_up(self):
        self.setup.access_token = "good-token"
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.env.invalidate_all()
        self.assertFalse(self.setup.sudo().access_token)

    def test_number_becomes_an_account(self):
        account = self._choose_number(self.setup)
        self.assertEqual(account.external_id, bodies.NUMBER_ID)
        self.assertEqual(account.name, "Lucky Shrub")
        self.assertEqual(account.sudo().access_token, "good-token")
        self.assertEqual(self.setup.step, "check")
        self.assertFalse(self.setup.sudo().access_token, "it moved to the account")

    def test_number_that_is_connected_gets_the_new_token(self):
        account = self._choose_number(self.setup)
        self.graph.good_tokens = {"new-token"}
        self.setup.write({"step": "account", "access_token": "new-token"})
        self.setup.action_find_numbers()
        self.setup.number_ids.action_choose()
        self.assertEqual(self.setup.account_id, account)
        self.assertEqual(account.sudo().access_token, "new-token")

    def test_number_that_was_archived_comes_back(self):
        account = self._choose_number(self.setup)
        account.active = False
        self.setup.write({"step": "account", "access_token": "good-token"})
        self.setup.action_find_numbers()
        self.setup.number_ids.action_choose()
        self.assertEqual(self.setup.account_id, account)
        self.assertTrue(account.active)

    def test_token_without_permission_is_refused_with_its_name(self):
        self.graph.scopes.remove("whatsapp_business_management")
        with self.assertRaisesRegex(UserError, "whatsapp_business_management"):
            self._choose_number(self.setup)

    def test_dead_token_is_refused(self):
        self.graph.good_tokens.clear()
        with self.assertRaises(UserError):
            self._choose_number(self.setup)
        self.assertFalse(self.setup.account_id)

    def test_business_account_is_a_number(self):
        self.setup.action_next()
        self.setup.write({"access_token": "good-token", "external_parent_id": "shop"})
        with self.assertRaises(UserError):
            self.setup.action_find_numbers()

    def test_last_step_gives_the_number_a_team(self):
        account = self._choose_number(self.setup)
        self.setup.action_next()
        team = self.env["helpdesk.ticket.team"].create({"name": "Night"})
        self.setup.team_id = team
        with self.assertRaises(UserError):
            self.setup.action_next()
        self.setup.agent_ids = self.agent
        self.setup.action_next()
        self.assertEqual((self.setup.step, account.team_id), ("done", team))
        self.assertEqual(team.user_ids, self.agent)

    def test_sandbox_takes_one_click(self):
        setup = self.env["messaging.setup"].with_user(self.admin).create({})
        action = setup.with_context(setup_channel="sandbox").action_choose_channel()
        self.assertIn("#", action["context"]["sandbox_phone_url"])
        self.assertTrue(self.env["messaging.sandbox.link"]._is_enabled())
        link = self.env["messaging.sandbox.link"].search([], limit=1)
        self.assertTrue(link.account_id.is_test)
        self.assertTrue(link.account_id.team_id)


@tagged("post_install", "-at_install")
class TestSetupChecks(SetupCase):
    def setUp(self):
        super().setUp()
        self.account = self._choose_number(self.setup)

    def test_what_is_asked_and_what_is_waited_for(self):
        states = self._get_states(self.setup)
        self.assertEqual(
            {code: states[code] for code in ("token", "permissions", "number")},
            {"token": "ok", "permissions": "ok", "number": "ok"},
        )
        self.assertEqual(
            (states["webhook"], states["subscribed"]), ("failed", "failed")
        )
        self.assertEqual((states["inbound"], states["outbound"]), ("waiting",) * 2)

    def test_each_failure_has_a_sentence_and_most_a_button(self):
        for code in ("webhook", "subscribed"):
            check = self._get_check(self.setup, code)
            self.assertTrue(check["text"])
            getattr(self.setup, check["action"]["name"])()
            self.assertEqual(self._get_check(self.setup, code)["state"], "ok")
        self.assertEqual(self.graph.callback, self.setup.webhook_url)
        self.assertEqual(self.graph.verify_token, self.setup.verify_token)
        self.assertTrue(self.graph.subscribed)

    def test_wrong_app_secret_is_found_by_asking(self):
        self.setup.app_secret = "wrong-secret"
        self.setup.action_check()
        check = self._get_check(self.setup, "webhook")
        self.assertEqual((check["state"], check["detail"]), ("failed", "secret"))
        self.assertEqual(check["action"]["name"], "action_go_to_app")

    def test_override_is_shown_and_taken_back(self):
        self.graph.subscribed, self.graph.override = True, "https://old.example.com/x"
        self.setup.action_check()
        check = self._get_check(self.setup, "subscribed")
        self.assertIn("https://old.example.com/x", check["text"])
        self.setup.action_subscribe()
        self.assertEqual(self._get_check(self.setup, "subscribed")["state"], "ok")

    def test_number_is_registered_with_its_pin(self):
        self.graph.status = "PENDING"
        self.setup.action_check()
        self.assertEqual(self._get_check(self.setup, "number")["state"], "failed")
        action = self.setup.action_register()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard = wizard.with_user(self.admin)
        wizard.pin = "12345"
        with self.assertRaises(UserError):
            wizard.action_register()
        wizard.pin = "123456"
        wizard.action_register()
        self.assertEqual(self.graph.pin, "123456")
        self.assertFalse(wizard.sudo().pin, "it is not kept")
        self.assertEqual(self._get_check(self.setup, "number")["state"], "ok")

    def test_number_is_verified_by_a_code(self):
        self.graph.status, self.graph.verified = "PENDING", "NOT_VERIFIED"
        self.setup.action_check()
        self.assertEqual(
            self._get_check(self.setup, "number")["detail"], "not_verified"
        )
        action = self.setup.action_register()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.step, "verify")
        wizard = wizard.with_user(self.admin)
        wizard.action_request_code()
        wizard.code = "123-456"
        wizard.action_verify_code()
        self.assertEqual((wizard.step, self.graph.verified), ("register", "VERIFIED"))

    def test_handshake_is_seen(self):
        connection = self.setup.connection_id.sudo()
        self.assertEqual(self._get_states(self.setup)["handshake"], "waiting")
        query = {
            "hub.mode": "subscribe",
            "hub.challenge": "1158201444",
            "hub.verify_token": connection.verify_token,
        }
        self.assertEqual(connection._answer_challenge(query), (200, "1158201444"))
        self.assertEqual(self._get_states(self.setup)["handshake"], "ok")

    def test_wrong_handshake_is_not_taken_for_one(self):
        connection = self.setup.connection_id.sudo()
        query = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "x"}
        self.assertEqual(connection._answer_challenge(query)[0], 403)
        self.assertFalse(connection.handshake_at)

    def test_address_has_to_be_public(self):
        parameters = self.env["ir.config_parameter"].sudo()
        connection = self.setup.connection_id
        for url, issue in (
            ("http://localhost:8069", "local"),
            ("https://odoo.local", "local"),
            ("https://192.168.1.20", "local"),
            ("http://help.example.com", "plain"),
            ("https://help.example.com", ""),
        ):
            parameters.set_param("web.base.url", url)
            connection.invalidate_recordset()
            with self.subTest(url):
                self.assertEqual(connection._get_address_issue(), issue)

    def test_local_address_fails_unless_the_provider_is_local_too(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "web.base.url", "http://localhost:8069"
        )
        self.assertEqual(self._get_states(self.setup)["address"], "unknown")
        self.setup.base_url = False
        self.assertEqual(self._get_states(self.setup)["address"], "failed")

    def test_first_real_message_is_seen(self):
        self.assertEqual(self._hello()[0], 200)
        check = self._get_check(self.setup, "inbound")
        self.assertEqual(check["state"], "ok")

    def test_delivery_with_another_secret_names_the_fix(self):
        self.assertEqual(self._hello(secret="other-secret")[0], 403)
        self.env["messaging.signature.failure"]._add({self.setup.connection_id.id: 1})
        check = self._get_check(self.setup, "inbound")
        self.assertEqual((check["state"], check["detail"]), ("failed", "forged"))
        self.assertEqual(check["action"]["name"], "action_go_to_app")

    def test_test_message_goes_to_who_wrote_and_is_seen_delivered(self):
        self._hello()
        self.assertEqual(
            self._get_check(self.setup, "outbound")["action"]["name"],
            "action_send_test",
        )
        self.setup.action_send_test()
        self._send()
        [sent] = self.graph.sent
        self.assertEqual(sent["type"], "text")
        part = self.setup.test_message_id.sudo().messaging_part_ids
        self.assertEqual(self._get_states(self.setup)["outbound"], "waiting")
        self._status(part, "delivered")
        self.assertEqual(self._get_states(self.setup)["outbound"], "ok")

    def test_test_message_leaves_from_the_number_that_is_tested(self):
        self._hello()
        inbound = self.setup._get_first_inbound()
        conversation = inbound.sudo().conversation_id
        number = self._create_account(self.setup.connection_id, "another-number")
        conversation.messaging_identity_id = self.env["messaging.identity"].create(
            {"account_id": number.id, "partner_id": conversation.helpdesk_partner_id.id}
        )
        self.setup.action_send_test()
        part = self.setup.test_message_id.sudo().messaging_part_ids
        self.assertEqual(part.account_id, self.setup.account_id)

    def test_test_message_is_no_answer_to_the_customer(self):
        self._hello()
        self.setup.action_send_test()
        facts = self.env["helpdesk.message.fact"].search(
            [("account_id", "=", self.account.id), ("author_kind", "=", "agent")]
        )
        self.assertFalse(facts)

    def test_test_message_needs_somebody_who_wrote(self):
        with self.assertRaises(UserError):
            self.setup.action_send_test()

    def test_everything_passed_is_ready(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "web.base.url", "https://help.example.com"
        )
        self.setup.action_set_webhook()
        self.setup.action_subscribe()
        self._hello()
        self.setup.action_send_test()
        self.assertFalse(self.setup.get_checks()["is_ready"])
        self._send()
        self._status(self.setup.test_message_id.sudo().messaging_part_ids, "read")
        self.setup.invalidate_recordset()
        self.assertTrue(
            self.setup.get_checks()["is_ready"], self._get_states(self.setup)
        )

    def test_looking_costs_few_queries(self):
        self._hello()
        self.setup.action_send_test()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(35):
            self.setup.get_checks()
