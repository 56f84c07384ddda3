"""The health page, alerts, the check of tokens, and how long deliveries are kept."""

from datetime import timedelta, timezone
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from ..gateway.errors import GatewayError, Retry
from ..gateway.provider import Credentials
from ..models.messaging_event_retention import BODY_DAYS, KEY_DAYS
from . import bodies
from .common import MessagingCase
from .outbound_case import OutboundMixin


class AskedProvider:
    """Answers the questions about an account."""

    credentials = Credentials(account="1")

    def __init__(self, answer, ends=None):
        self.answer = answer
        self.ends = ends

    def probe(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def token_expires_at(self):
        return self.ends


class HealthCase(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.cron"].search([]).nextcall = fields.Datetime.now()
        cls.health = cls.env["messaging.health"].browse(cls.account.id)

    def _age(self, records, **delta):
        """Make records older, and read everything anew."""
        self.env.flush_all()
        moment = fields.Datetime.now() - timedelta(**delta)
        for field in ("create_date", "write_date", "received_at"):
            if field in records._fields:
                self.env.cr.execute(
                    f"UPDATE {records._table} SET {field} = %s WHERE id IN %s",  # noqa: S608
                    (moment, records._ids),
                )
        self.env.invalidate_all()

    def _deliver_on_past_days(self):
        for day in range(1, 6):
            self._deliver(bodies.text(f"Day {day}"))
            event = self.env["messaging.event"].search([], limit=1)
            self._age(event, days=day, hours=1)
            event.update_ids.state = "done"

    def _kinds(self):
        self.env.invalidate_all()
        health = self.health.sudo()
        found = health._find_problems(health._get_gauges(), health._get_jobs_state())
        return {problem.kind for problem in found[self.account.id]}

    def _deliver_parked(self):
        self._deliver(bodies.text("Parked"))
        updates = self._get_updates()
        updates.state = "parked"
        return updates


@tagged("post_install", "-at_install")
class TestHealth(HealthCase):
    def test_quiet_account_is_good(self):
        self.assertEqual((self.health.level, self.health.advice), ("good", ""))

    def test_delivery_is_shown(self):
        self._deliver(bodies.text())
        self.assertEqual(self.health.pending_count, 1)
        self.assertEqual(self.health.received_minute, 1)
        self.assertTrue(self.health.last_webhook_at)

    def test_old_pending_update_is_bad(self):
        self._deliver(bodies.text())
        self._age(self._get_updates(), minutes=4)
        self.assertNotIn("pending", self._kinds())
        self._age(self._get_updates(), minutes=6)
        self.assertIn("pending", self._kinds())
        self.assertEqual(self.health.level, "bad")

    def test_parked_update_is_a_warning_after_a_while(self):
        updates = self._deliver_parked()
        self.assertEqual(self.health.parked_count, 1)
        self.assertNotIn("parked", self._kinds())
        self._age(updates, minutes=11)
        self.assertIn("parked", self._kinds())
        self.assertIn("1", self.health.advice)

    def test_threshold_of_zero_switches_off(self):
        self.account.alert_parked_minutes = 0
        self._age(self._deliver_parked(), minutes=600)
        self.assertNotIn("parked", self._kinds())

    def test_update_for_an_unknown_number_is_counted_apart(self):
        updates = self._deliver_parked()
        updates.account_ref = "999"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.health.parked_count, 0)
        self.assertEqual(self.health.unassigned_count, 1)

    def test_wrong_signatures_are_counted(self):
        self.env["messaging.signature.failure"]._add({self.connection.id: 21})
        self.assertEqual(self.health.forged_count, 21)
        self.assertIn("forged", self._kinds())

    def test_wrong_signatures_of_the_last_hour_are_no_new_problem(self):
        failures = self.env["messaging.signature.failure"]
        failures._add({self.connection.id: 21})
        for hours, found in ((1, True), (3, False)):
            failures.search([]).hour = fields.Datetime.now().replace(
                minute=0, second=0, microsecond=0
            ) - timedelta(hours=hours)
            self.assertEqual("forged" in self._kinds(), found)

    def test_silence_at_a_usual_time_is_a_warning(self):
        self._deliver_on_past_days()
        self.assertIn("silence", self._kinds())
        self._deliver(bodies.text("Today"))
        self.assertNotIn("silence", self._kinds())

    def test_stopped_account_is_bad_with_its_reason(self):
        self.account.write({"state": "stopped", "stop_reason": "No money."})
        self.assertEqual(self.health.level, "bad")
        self.assertIn("No money.", self.health.advice)

    def test_late_jobs_are_bad(self):
        crons = self.env["ir.cron"].search([])
        crons.nextcall = fields.Datetime.now() - timedelta(minutes=10)
        self.assertIn("jobs", self._kinds())

    def test_page_of_many_accounts_asks_a_constant_number_of_queries(self):
        for number in range(10):
            self._create_account(self.connection, f"many{number}")
        self.env.flush_all()

        def read(accounts):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            names = ["level", "advice", "failed_reasons", "display_address"]
            self.env["messaging.health"].browse(accounts.ids).read(names)
            return self.env.cr.sql_log_count - before

        accounts = self.env["messaging.account"].search([])
        read(accounts)
        self.assertEqual(read(accounts), read(self.account))

    def test_page_shows_no_secret(self):
        names = list(self.env["messaging.health"].fields_get())
        shown = str(self.health.read(names))
        for secret in ("test-access-token", "test-app-secret", self.connection.token):
            self.assertNotIn(secret, shown)

    def test_agent_does_not_see_the_page(self):
        with self.assertRaises(AccessError):
            self.health.with_user(self.agent).read(["level"])

    def test_manager_sees_the_page_and_replays(self):
        manager = self._create_agent(
            "manager", "Mara Manager", "helpdesk_mgmt.group_helpdesk_manager"
        )
        updates = self._deliver_parked()
        health = self.health.with_user(manager)
        self.assertEqual(health.parked_count, 1)
        health.action_replay_parked()
        self.assertEqual(updates.mapped("state"), ["pending"])

    def test_manager_of_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other"})
        manager = new_test_user(
            self.env,
            "other_manager",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            company_id=company.id,
        )
        found = self.env["messaging.health"].with_user(manager).search([])
        self.assertNotIn(self.account.id, found.ids)

    def test_agent_does_not_replay(self):
        with self.assertRaises(AccessError):
            self._deliver_parked().with_user(self.agent).action_replay()

    def test_replay_says_how_many_were_finished(self):
        parked = self._deliver_parked()
        self._deliver(bodies.text("Done"))
        done = self._get_updates() - parked
        done.state = "done"
        message = (parked | done).action_replay()["params"]["message"]
        self.assertEqual(message.count("1"), 2)
        self.assertEqual(done.state, "done")


@tagged("post_install", "-at_install")
class TestFailures(OutboundMixin, HealthCase):
    def test_share_of_failures_does_not_depend_on_other_accounts(self):
        part = self._get_parts(self._reply(self._create_conversation()))
        other = self._create_account(self.connection, "busy")
        attempts = self.env["messaging.attempt"]
        for account, count in ((self.account, 100), (other, 5100)):
            values = {"message_id": part.id, "account_id": account.id}
            attempts.create([values] * count)
        for _number in range(10):
            part.copy({"state": "failed", "failed_at": fields.Datetime.now()})
        self.assertNotIn("failures", self._kinds())
        for _number in range(15):
            part.copy({"state": "failed", "failed_at": fields.Datetime.now()})
        self.assertIn("failures", self._kinds())


@tagged("post_install", "-at_install")
class TestAlerts(HealthCase):
    def _watch(self):
        self.env.invalidate_all()
        self.env["messaging.problem"]._cron_watch()

    def _get_activities(self):
        return self.account.activity_ids

    def test_problem_raises_one_activity(self):
        self._age(self._deliver_parked(), minutes=11)
        self._watch()
        self._watch()
        self.assertEqual(len(self._get_activities()), 1)
        self.assertIn("replay", self._get_activities().note)

    def test_activity_goes_when_the_problem_is_gone(self):
        updates = self._deliver_parked()
        self._age(updates, minutes=11)
        self._watch()
        updates.state = "done"
        self._watch()
        self.assertFalse(self._get_activities())
        self.assertFalse(self.env["messaging.problem"].search([]))
        self.assertIn("Solved by itself", self.account.message_ids[0].body)

    def test_finished_activity_does_not_come_back_while_the_problem_lasts(self):
        self._age(self._deliver_parked(), minutes=11)
        self._watch()
        self._get_activities().action_feedback()
        self._watch()
        self.assertFalse(self._get_activities())

    def test_problem_that_comes_back_is_told_again(self):
        updates = self._deliver_parked()
        for state in ("parked", "done", "parked"):
            updates.state = state
            self._age(updates, minutes=11)
            self._watch()
        self.assertEqual(len(self._get_activities()), 1)

    def test_silence_lasts_until_something_is_delivered(self):
        self._deliver_on_past_days()
        self._watch()
        problem = self.env["messaging.problem"].search([])
        self.assertEqual(problem.mapped("kind"), ["silence"])
        self._age(self.env["messaging.event"].search([]), days=30)
        self._watch()
        self.assertTrue(problem.exists())
        self._age(problem, hours=1)
        self._deliver(bodies.text("At last"))
        self._watch()
        self.assertFalse(problem.exists())

    def test_problem_of_a_connection_is_told_once(self):
        other = self._create_account(self.connection, "other")
        self.env["messaging.signature.failure"]._add({self.connection.id: 21})
        self._deliver_on_past_days()
        self._watch()
        kinds = self.env["messaging.problem"].search([]).mapped("kind")
        self.assertEqual(sorted(kinds), ["forged", "silence"])
        self.assertEqual(len((self.account | other).activity_ids), 2)

    def test_late_jobs_are_told_once(self):
        self._create_account(self._create_connection(), "other")
        crons = self.env["ir.cron"].search([])
        crons.nextcall = fields.Datetime.now() - timedelta(minutes=10)
        self._watch()
        kinds = self.env["messaging.problem"].search([]).mapped("kind")
        self.assertEqual(kinds, ["jobs"])


@tagged("post_install", "-at_install")
class TestAccountCheck(HealthCase):
    def _check(self, answer, ends=None):
        provider = AskedProvider(answer, ends)
        self.account.checked_at = False
        account_class = self.env.registry["messaging.account"]
        with (
            self._without_commit(),
            patch.object(account_class, "_get_provider", lambda account: provider),
        ):
            self.env["messaging.account"]._cron_check()
        return self.account

    def test_good_token(self):
        account = self._check({"status": "connected", "quality": "green"})
        self.assertEqual(account.token_state, "good")
        self.assertEqual(account.provider_quality, "green")
        self.assertTrue(account.checked_at)

    def test_expired_token_is_bad_and_told(self):
        self._check(GatewayError("token", Retry.STOP_ACCOUNT))
        self.assertEqual(self.account.token_state, "bad")
        self.assertIn("token", self._kinds())

    def test_answer_about_an_old_token_is_no_answer(self):
        asked = []

        class Renewed(AskedProvider):
            def probe(provider):
                asked.append(provider)
                if len(asked) == 1:
                    self.account.access_token = "renewed"
                    raise GatewayError("token", Retry.STOP_ACCOUNT)
                return {"status": "connected"}

        provider = Renewed(None)
        account_class = self.env.registry["messaging.account"]
        with (
            self._without_commit(),
            patch.object(account_class, "_get_provider", lambda account: provider),
        ):
            self.account.checked_at = False
            self.env["messaging.account"]._cron_check()
        self.assertEqual((len(asked), self.account.token_state), (2, "good"))

    def test_provider_that_is_not_reached_says_nothing_about_the_token(self):
        self._check({"status": "connected"})
        account = self._check(GatewayError("network", Retry.SOON))
        self.assertEqual(
            (account.token_state, account.check_reason), ("good", "network")
        )

    def test_token_that_ends_soon_is_told(self):
        ends = self._aware(days=5)
        self._check({"status": "connected"}, ends)
        self.assertIn("token_ends", self._kinds())
        self._check({"status": "connected"}, self._aware(days=50))
        self.assertNotIn("token_ends", self._kinds())

    def _aware(self, **delta):
        moment = fields.Datetime.now() + timedelta(**delta)
        return moment.replace(tzinfo=timezone.utc)

    def test_new_token_is_not_checked_yet(self):
        self._check({"status": "connected"})
        self.account.access_token = "another"
        self.assertEqual(self.account.token_state, "unknown")
        self.assertFalse(self.account.checked_at)

    def test_check_now_starts_the_job(self):
        self._check({"status": "connected"})
        cron = self.env.ref("whatsapp_helpdesk.cron_account_check")
        self.account.action_check()
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertTrue(triggers)
        self.assertFalse(self.account.checked_at)


@tagged("post_install", "-at_install")
class TestRetention(HealthCase):
    def _receive_old(self, **delta):
        message = self._receive(bodies.text("Old", timestamp=self._now_timestamp()))
        event = self.env["messaging.event"].search([], limit=1)
        self._age(event, **delta)
        return message, event

    def _vacuum(self):
        events = self.env["messaging.event"]
        return events._gc_bodies(), events._gc_keys()

    def test_body_goes_and_what_was_received_is_still_known(self):
        values = bodies.text("Once")
        self._receive(values)
        event = self.env["messaging.event"].search([], limit=1)
        self._age(event, days=31)
        self._vacuum()
        self.assertFalse(event.body)
        self._deliver(values)
        self.assertEqual(len(self._get_updates()), 1)
        self.assertEqual(self._get_updates().event_id, event)

    def test_young_body_stays(self):
        _message, event = self._receive_old(days=29)
        self._vacuum()
        self.assertTrue(event.with_context(bin_size=False).body)

    def test_unfinished_event_stays(self):
        _message, event = self._receive_old(days=300)
        for state in ("pending", "parked", "waiting"):
            event.update_ids.state = state
            self._vacuum()
            self.assertTrue(event.exists())
            self.assertTrue(event.body)

    def test_event_goes_in_the_end_and_the_message_stays(self):
        message, event = self._receive_old(days=91)
        updates = event.update_ids
        self._vacuum()
        self.assertFalse(event.exists() or updates.exists())
        self.assertTrue(message.exists())
        self.assertIn("Old", message.body)

    def test_zero_keeps_for_ever(self):
        self.env["ir.config_parameter"].set_param(BODY_DAYS, "0")
        _message, event = self._receive_old(days=3000)
        self._vacuum()
        self.assertTrue(event.body)

    def test_keys_are_kept_for_a_month_whatever_is_set(self):
        self.env["ir.config_parameter"].set_param(BODY_DAYS, "1")
        self.env["ir.config_parameter"].set_param(KEY_DAYS, "1")
        _message, event = self._receive_old(days=29)
        self._vacuum()
        self.assertFalse(event.body)
        self.assertTrue(event.exists())

    def test_vacuum_says_whether_there_is_more(self):
        self._receive_old(days=31)
        name = "odoo.addons.whatsapp_helpdesk.models.messaging_event_retention.BATCH"
        with patch(name, 1):
            self.assertEqual(self.env["messaging.event"]._gc_bodies(), (1, 1))
            self.assertEqual(self.env["messaging.event"]._gc_bodies(), (0, 0))

    def test_settings_store_a_zero(self):
        settings = self.env["res.config.settings"].create(
            {"messaging_event_body_days": 0, "messaging_event_key_days": 40}
        )
        settings.execute()
        events = self.env["messaging.event"]
        self.assertEqual(
            (events._get_days(BODY_DAYS), events._get_days(KEY_DAYS)), (0, 40)
        )
