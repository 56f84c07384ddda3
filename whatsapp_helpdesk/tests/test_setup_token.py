"""Connecting an account by its one token: asked, agreed on, tested, watched."""

import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..gateway.account_check import AccountCheck
from ..models.messaging_secret_mixin import MASK
from . import fake_telegram
from .common import MessagingCase
from .fake_telegram import BOT_ID, OTHER_BOT_ID, OTHER_TOKEN, TOKEN
from .outbound_case import OutboundMixin
from .setup_case import SetupMixin

ELSEWHERE = "https://other.example.com/bot"


class TokenSetupMixin(SetupMixin):
    def _start_bots(self):
        self.bots = fake_telegram.FakeBots()
        self.addCleanup(self.bots.stop)
        network_class = self.env.registry["messaging.network"]
        self.startPatcher(
            patch.object(network_class, "_end_transaction", lambda network: None)
        )

    def _start_token_setup(self):
        Setup = self.env["messaging.setup"].with_user(self.admin)
        setup = Setup.browse(Setup.action_start_again()["res_id"])
        setup.with_context(setup_channel="telegram").action_choose_channel()
        setup.base_url = self.bots.url
        return setup

    def _connect(self, setup, token=TOKEN):
        setup.access_token = token
        setup.action_next()
        return setup.account_id

    def _bot_hears(self, connection, text, *, secret=None, update_id=1):
        """The customer writes; the bot's webhook delivers it."""
        values = fake_telegram.message(
            text, update_id=update_id, timestamp=self._now_timestamp()
        )
        secret = secret or connection.sudo().app_secret
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        answer = connection._receive(headers, json.dumps(values).encode())
        self._process()
        return answer


class TokenSetupCase(TokenSetupMixin, OutboundMixin, MessagingCase):
    def setUp(self):
        super().setUp()
        self._start_bots()
        self.admin = self._create_admin()
        self.setup = self._start_token_setup()


@tagged("post_install", "-at_install")
class TestTokenSetup(TokenSetupCase):
    def test_connection_takes_no_second_account(self):
        account = self._connect(self.setup)
        values = {"connection_id": account.connection_id.id, "external_id": "7"}
        Account = self.env["messaging.account"]
        with self.assertRaises(ValidationError):
            Account.create({"name": "Second", **values})
        account.active = False
        self.assertTrue(Account.create({"name": "Instead", **values}))
        with self.assertRaises(ValidationError):
            account.active = True

    def test_only_what_the_channel_knows_can_be_set(self):
        account = self._connect(self.setup)
        abilities = ("has_parent", "has_read_marks", "has_phone_app")
        self.assertFalse(any(account[name] for name in abilities))
        self.assertTrue(all(self.account[name] for name in abilities))

    def test_only_its_token_is_asked_for(self):
        self.assertEqual(self.setup.step, "token")
        with self.assertRaises(UserError):
            self.setup.action_next()

    def test_token_becomes_an_account_that_delivers_here(self):
        account = self._connect(self.setup)
        self.assertEqual(self.setup.step, "check")
        self.assertEqual(
            (account.external_id, account.display_address, account.name),
            (BOT_ID, "@shrub_bot", "Lucky Shrub"),
        )
        self.assertEqual(account.sudo().access_token, TOKEN)
        connection = account.connection_id.sudo()
        webhook = self.bots.get_webhook()
        self.assertEqual(
            (webhook["url"], webhook["secret_token"]),
            (connection.webhook_url, connection.app_secret),
        )
        self.assertRegex(connection.app_secret, r"^[A-Za-z0-9_-]{32,256}$")

    def test_token_is_kept_nowhere_else_and_never_shown(self):
        account = self._connect(self.setup)
        self.assertFalse(self.setup.sudo().access_token)
        [values] = account.with_user(self.admin).read(["access_token"])
        self.assertEqual(values["access_token"], MASK)

    def test_pasted_with_spaces(self):
        account = self._connect(self.setup, f"  {TOKEN}\n")
        self.assertEqual(account.sudo().access_token, TOKEN)

    def test_unknown_token_is_refused_with_what_to_do(self):
        for token in (f"{BOT_ID}:AAEnotThisOneAtAllnotThisOneAtAll000", "nonsense"):
            with self.assertRaisesRegex(UserError, "environment"):
                self._connect(self.setup, token)
            self.assertFalse(self.setup.account_id)

    def test_bot_of_another_program_is_not_taken_silently(self):
        self.bots.webhooks[int(BOT_ID)] = {"url": ELSEWHERE}
        self._connect(self.setup)
        self.assertEqual(self.bots.get_webhook()["url"], ELSEWHERE)
        check = self._get_check(self.setup, "webhook")
        self.assertEqual((check["state"], check["detail"]), ("failed", "other"))
        self.assertIn(ELSEWHERE, check["text"])
        getattr(self.setup, check["action"]["name"])()
        self.assertEqual(self._get_check(self.setup, "webhook")["state"], "ok")
        self.assertEqual(self.bots.get_webhook()["url"], self.setup.webhook_url)

    def test_second_bot_has_a_connection_of_its_own(self):
        first = self._connect(self.setup)
        second = self._connect(self._start_token_setup(), OTHER_TOKEN)
        self.assertEqual(second.external_id, OTHER_BOT_ID)
        self.assertNotEqual(second.connection_id, first.connection_id)
        self.assertNotEqual(
            self.bots.get_webhook(TOKEN)["url"],
            self.bots.get_webhook(OTHER_TOKEN)["url"],
        )

    def test_bot_that_is_connected_already_is_found_again(self):
        first = self._connect(self.setup)
        secret = first.connection_id.sudo().app_secret
        again = self._start_token_setup()
        spare = again.connection_id
        self.assertEqual(self._connect(again), first)
        self.assertFalse(spare.exists())
        self.assertEqual(first.connection_id.sudo().app_secret, secret)

    def test_bot_that_was_archived_comes_back(self):
        account = self._connect(self.setup)
        account.connection_id.action_archive()
        self.assertFalse(account.active)
        self.assertEqual(self._connect(self._start_token_setup()), account)
        self.assertTrue(account.active and account.connection_id.active)

    def test_bot_of_another_company_is_refused(self):
        account = self._connect(self.setup)
        other = self.env["res.company"].create({"name": "Other"})
        account.connection_id.sudo().company_id = other
        with self.assertRaisesRegex(UserError, "Other"):
            self._connect(self._start_token_setup())

    def test_new_token_of_the_same_bot(self):
        account = self._connect(self.setup)
        new = f"{BOT_ID}:AAFnewnewnewnewnewnewnewnewnewnewnew"
        self.bots.renew_token(TOKEN, new)
        self._replace_token(account, new)
        self.assertEqual(account.sudo().access_token, new)

    def test_token_of_another_bot_replaces_nothing(self):
        account = self._connect(self.setup)
        with self.assertRaises(UserError):
            self._replace_token(account, OTHER_TOKEN)
        self.assertEqual(account.sudo().access_token, TOKEN)

    def _replace_token(self, account, token):
        Wizard = self.env["messaging.secret.replace"].with_user(self.admin)
        wizard = Wizard.create({"account_id": account.id, "value": token})
        wizard.action_replace_token()


@tagged("post_install", "-at_install")
class TestTokenChecks(TokenSetupCase):
    def setUp(self):
        super().setUp()
        self.bot = self._connect(self.setup)
        self.bot_connection = self.bot.connection_id

    def test_tests_are_those_of_the_channel(self):
        self.assertEqual(
            self._get_states(self.setup),
            {
                "token": "ok",
                "address": "unknown",
                "webhook": "ok",
                "deliveries": "ok",
                "inbound": "waiting",
                "outbound": "waiting",
            },
        )

    def test_every_text_is_about_this_channel(self):
        self.bots.webhooks.clear()
        self.setup.action_check()
        self.setup.invalidate_recordset()
        for check in self.setup.checks:
            self.assertTrue(check["text"])
            self.assertNotIn("Meta", check["text"])

    def test_chat_is_a_link_and_a_code(self):
        self.assertTrue(self.setup.chat_url.startswith("https://t.me/shrub_bot"))
        self.assertTrue(self.setup.chat_qr_code)

    def test_dead_token_leads_to_the_page_where_it_is_pasted(self):
        self.bots.bots.pop(TOKEN)
        self.setup.action_check()
        check = self._get_check(self.setup, "token")
        self.assertEqual(check["state"], "failed")
        getattr(self.setup, check["action"]["name"])()
        self.assertEqual(self.setup.step, "token")

    def test_address_needs_a_port_that_is_delivered_to(self):
        parameters = self.env["ir.config_parameter"].sudo()
        for url, issue in (
            ("https://help.example.com", ""),
            ("https://help.example.com:8443", ""),
            ("https://help.example.com:8069", "port"),
            ("http://help.example.com", "plain"),
            ("https://localhost", "local"),
        ):
            parameters.set_param("web.base.url", url)
            self.bot_connection.invalidate_recordset()
            with self.subTest(url):
                self.assertEqual(self.bot_connection._get_address_issue(), issue)

    def test_last_error_is_shown_until_something_arrives(self):
        self.bots.infos[int(BOT_ID)] = {
            "pending_update_count": 3,
            "last_error_date": self._now_timestamp(minutes=-1),
            "last_error_message": "SSL error: certificate verify failed",
        }
        self.setup.action_check()
        check = self._get_check(self.setup, "deliveries")
        self.assertEqual(check["state"], "failed")
        self.assertIn("certificate verify failed", check["text"])
        self.assertEqual(self._bot_hears(self.bot_connection, "HELLO")[0], 200)
        self.assertEqual(self._get_check(self.setup, "deliveries")["state"], "ok")

    def test_delivery_without_our_secret_names_the_fix(self):
        answer = self._bot_hears(self.bot_connection, "HELLO", secret="other")
        self.assertEqual(answer[0], 403)
        self.env["messaging.signature.failure"]._add({self.bot_connection.id: 1})
        check = self._get_check(self.setup, "inbound")
        self.assertEqual(check["detail"], "forged")
        self.assertEqual(check["action"]["name"], "action_set_webhook")

    def test_customer_writes_and_is_answered(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "web.base.url", "https://help.example.com"
        )
        self.setup.action_set_webhook()
        self.assertEqual(self._bot_hears(self.bot_connection, "HELLO")[0], 200)
        self.assertEqual(self._get_check(self.setup, "inbound")["state"], "ok")
        self.setup.action_send_test()
        self._send()
        [sent] = self.bots.sent
        self.assertEqual(str(sent["chat_id"]), str(fake_telegram.CUSTOMER_ID))
        check = self._get_check(self.setup, "outbound")
        self.assertEqual((check["state"], check["detail"]), ("ok", "unconfirmed"))
        self.setup.invalidate_recordset()
        self.assertTrue(self.setup.is_ready, self._get_states(self.setup))
        self.setup.team_id = self.team
        self.setup.action_next()
        self.setup.action_next()
        self.assertEqual((self.setup.step, self.bot.team_id), ("done", self.team))

    def test_wrong_check_of_the_provider_stops_nothing(self):
        self.bots.refusal = ("getWebhookInfo", 500, "Internal Server Error")
        self.setup.action_check()
        self.assertIn(
            self._get_check(self.setup, "webhook")["state"], ("unknown", "failed")
        )


@tagged("post_install", "-at_install")
class TestOwnSecret(TokenSetupCase):
    def setUp(self):
        super().setUp()
        self.bot = self._connect(self.setup)
        self.bot_connection = self.bot.connection_id
        self.old = self.bot_connection.sudo().app_secret

    def _renew(self):
        self.bot_connection.with_user(self.admin).action_rotate()
        return self.bot_connection.sudo().app_secret

    def test_new_secret_is_agreed_on_and_both_are_good(self):
        new = self._renew()
        self.assertNotEqual(new, self.old)
        self.assertEqual(self.bots.get_webhook()["secret_token"], new)
        for number, secret in enumerate((self.old, new), 1):
            answer = self._bot_hears(
                self.bot_connection, "HELLO", secret=secret, update_id=number
            )
            self.assertEqual(answer[0], 200)

    def test_previous_one_ends_when_the_new_one_is_used(self):
        self._renew()
        self.bot_connection.sudo().secret_changed_at -= timedelta(hours=1)
        self.bot._store_check(AccountCheck(True))
        self.assertTrue(self.bot_connection.sudo().app_secret_previous)
        self._bot_hears(self.bot_connection, "HELLO")
        self.bot._store_check(AccountCheck(True))
        self.assertFalse(self.bot_connection.sudo().app_secret_previous)
        answer = self._bot_hears(
            self.bot_connection, "HELLO", secret=self.old, update_id=2
        )
        self.assertEqual(answer[0], 403)

    def test_refused_by_the_provider_loses_nothing(self):
        self.bots.refusal = ("setWebhook", 400, "Bad Request: bad webhook")
        with self.assertRaises(UserError), self.env.cr.savepoint(flush=False):
            self._renew()
        answer = self._bot_hears(self.bot_connection, "HELLO", secret=self.old)
        self.assertEqual(answer[0], 200)

    def test_pressed_twice_keeps_the_one_in_use(self):
        new = self._renew()
        self.assertEqual(self._renew(), new)
        self.assertEqual(self.bot_connection.sudo().app_secret_previous, self.old)

    def test_archiving_asks_whether_deliveries_end(self):
        action = self.bot_connection.with_user(self.admin).action_archive()
        self.assertEqual(action["res_model"], "messaging.disconnect")
        self.assertTrue(self.bots.get_webhook(), "asked first")
        values = {"connection_id": self.bot_connection.id}
        wizard = self.env["messaging.disconnect"].with_user(self.admin).create(values)
        wizard.action_remove()
        self.assertFalse(self.bots.get_webhook())

    def test_archiving_an_app_asks_nothing(self):
        action = self.connection.with_user(self.admin).action_archive()
        self.assertFalse(isinstance(action, dict) and action.get("res_model"))


@tagged("post_install", "-at_install")
class TestWebhookWatch(TokenSetupCase):
    def setUp(self):
        super().setUp()
        self.bot = self._connect(self.setup)

    def _check(self):
        """The job asks about every account; the others have nobody to ask."""
        (
            self.env["messaging.account"].search([]) - self.bot
        ).checked_at = fields.Datetime.now()
        self.bot.checked_at = False
        with self._without_commit():
            self.env["messaging.account"]._cron_check()

    def _get_advice(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["messaging.health"].browse(self.bot.id).advice

    def test_nothing_to_tell(self):
        self._check()
        self.assertFalse(self.bot.webhook_problem)
        self.assertEqual(self.bot.token_state, "good")

    def test_webhook_taken_by_somebody_else_is_noticed(self):
        self.bots.webhooks[int(BOT_ID)] = {"url": ELSEWHERE}
        self._check()
        self.assertEqual(self.bot.webhook_problem, "webhook_elsewhere")
        self.assertIn("another program", self._get_advice())

    def test_webhook_taken_away_is_noticed_and_set_again(self):
        self.bots.webhooks.clear()
        self._check()
        self.assertEqual(self.bot.webhook_problem, "webhook_absent")
        self.bot.connection_id.with_user(self.admin).action_set_webhook()
        self._check()
        self.assertFalse(self.bot.webhook_problem)

    def test_failing_deliveries_are_told_with_the_reason(self):
        self.bots.infos[int(BOT_ID)] = {
            "pending_update_count": 7,
            "last_error_date": self._now_timestamp(minutes=-1),
            "last_error_message": "Connection timed out",
        }
        self._check()
        self.assertEqual(self.bot.webhook_problem, "webhook_failing")
        self.assertEqual(self.bot.webhook_pending, 7)
        self.assertIn("Connection timed out", self._get_advice())
