"""One test for each rule of the gate, when asked and when a part leaves."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..gateway.errors import GatewayError, Retry
from .gate_case import GateCase


@tagged("post_install", "-at_install")
class TestTemplateRule(GateCase):
    def test_an_approved_template_passes_the_closed_window(self):
        self._close_window()
        self.assertEqual(self._get_code(template=self._create_template()), "")

    def test_a_template_that_is_not_approved(self):
        template = self._create_template(status="PAUSED")
        self.assertEqual(self._get_code(template=template), "template_unusable")

    def test_a_stopped_template_says_why(self):
        template = self._create_template()
        template._stop("Too many complaints")
        code, sentence = self.env["messaging.gate"]._get_refusal(
            self.identity, "agent", template=template
        )
        self.assertEqual(code, "template_unusable")
        self.assertIn("Too many complaints", sentence)

    def test_a_template_of_another_account(self):
        other = self._create_account(self.connection, "987")
        template = self._create_template(account_id=other.id)
        self.assertEqual(self._get_code(template=template), "template_unusable")

    def test_a_template_that_stops_while_it_waits_does_not_leave(self):
        self._close_window()
        template = self._create_template()
        message = self._post_template(template)
        template._stop("Paused")
        self._send()
        part = self._get_parts(message)
        self.assertEqual(
            (part.state, part.failure_reason), ("failed", "template_unusable")
        )
        self.assertFalse(self.script.calls)


@tagged("post_install", "-at_install")
class TestConsentRule(GateCase):
    def test_advertising_needs_an_opt_in(self):
        template = self._create_template(category="marketing")
        self.assertEqual(self._get_code(template=template), "no_opt_in")
        self._record("in", "marketing")
        self.assertEqual(self._get_code(template=template), "")

    def test_an_account_may_ask_for_no_opt_in(self):
        self.account.opt_in_policy = "none"
        template = self._create_template(category="marketing")
        self.assertEqual(self._get_code(template=template), "")

    def test_an_account_may_ask_for_an_opt_in_for_all_it_starts(self):
        self.account.opt_in_policy = "all"
        template = self._create_template()
        self._close_window()
        self.assertEqual(self._get_code(template=template, unasked=True), "no_opt_in")
        self.assertEqual(self._get_code(template=template), "", "an answer")

    def test_opted_out_beats_opted_in_and_no_policy(self):
        self.account.opt_in_policy = "none"
        template = self._create_template(category="marketing")
        self._record("in")
        self._record("out")
        self.assertEqual(self._get_code(template=template), "opted_out")

    def test_who_stopped_gets_answers_and_nothing_unasked(self):
        self._record("out")
        self.assertEqual(self._get_code("agent"), "")
        self.assertEqual(self._get_code("automatic"), "")
        self.assertEqual(self._get_code("automatic", unasked=True), "opted_out")
        template = self._create_template()
        self.assertEqual(self._get_code(template=template), "", "an agent's answer")
        self.assertEqual(self._get_code(template=template, bulk=True), "opted_out")

    def test_the_ledger_counts_past_the_rules_of_the_user(self):
        self._record("out")
        agent = self._create_agent("lost", "Lost", "base.group_user")
        gate = self.env["messaging.gate"].with_user(agent)
        self.assertEqual(gate._get_opted_out(self.identity, "marketing"), self.identity)

    def test_an_opt_out_after_queueing_stops_the_part(self):
        self._record("in")
        message = self._post_template(self._create_template(category="marketing"))
        self._record("out", given_at=fields.Datetime.now() + timedelta(seconds=1))
        self._send()
        self.assertEqual(self._get_parts(message).failure_reason, "opted_out")
        self.assertFalse(self.script.calls)


@tagged("post_install", "-at_install")
class TestLimitRule(GateCase):
    def _create_others(self, count):
        others = [self._create_conversation(f"Other {n}") for n in range(count)]
        identities = self.env["messaging.identity"].union(
            *(other.messaging_identity_id for other in others)
        )
        for identity in identities:
            self._close_window(identity)
        return identities

    def setUp(self):
        super().setUp()
        self.account.messaging_limit = 2
        self.template = self._create_template()
        self._close_window()

    def test_a_day_has_so_many_customers(self):
        for identity in self._create_others(2):
            self._post_template(self.template, identity=identity)
        self.assertEqual(self._get_code(template=self.template), "portfolio_limit")
        self.identity.last_inbound_at = fields.Datetime.now()
        self.assertEqual(self._get_code(template=self.template), "", "no start")

    def test_a_customer_counts_once(self):
        others = self._create_others(2)
        for identity in others | others:
            self._post_template(self.template, identity=identity)
        self.assertEqual(self._get_code(template=self.template, identity=others[0]), "")

    def test_accounts_of_a_connection_share_the_limit(self):
        for identity in self._create_others(2):
            self._post_template(self.template, identity=identity)
        second = self._create_account(self.connection, "second", messaging_limit=2)
        self.startPatcher(patch.object(type(self), "account", second))
        identity = self._create_others(1)
        template = self._create_template("second", account_id=second.id)
        self.assertEqual(
            self._get_code(template=template, identity=identity), "portfolio_limit"
        )

    def test_yesterday_and_failures_do_not_count(self):
        messages = [
            self._post_template(self.template, identity=identity)
            for identity in self._create_others(2)
        ]
        self._get_parts(messages[0])._fail("recipient")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE messaging_message SET create_date = create_date - interval "
            "'25 hours' WHERE id = %s",
            [self._get_parts(messages[1]).id],
        )
        self.assertEqual(self._get_code(template=self.template), "")

    def test_no_limit_asks_nothing(self):
        self.account.messaging_limit = 0
        for identity in self._create_others(3):
            self._post_template(self.template, identity=identity)
        self.assertEqual(self._get_code(template=self.template), "")

    def test_a_lower_limit_holds_for_what_waits(self):
        first, second = self._create_others(2)
        self._post_template(self.template, identity=first)
        self._send()
        waiting = self._post_template(self.template, identity=second)
        self.account.messaging_limit = 1
        self._send()
        part = self._get_parts(waiting)
        self.assertEqual(part.failure_reason, "portfolio_limit")

    def test_the_provider_tells_the_limit(self):
        portfolio = self.env["messaging.gate"]._get_portfolio(self.account)
        for word, limit in (("TIER_250", 250), ("TIER_2K", 2000), (100, 100)):
            portfolio._learn_messaging_limit(word)
            self.assertEqual(self.account.messaging_limit, limit)
        portfolio._learn_messaging_limit("NOT_SET")
        self.assertEqual(self.account.messaging_limit, 100)
        portfolio._learn_messaging_limit("TIER_UNLIMITED")
        self.assertEqual(self.account.messaging_limit, 0)


@tagged("post_install", "-at_install")
class TestQuietHours(GateCase):
    """Nights are set around the present moment, so no clock has to be waited for."""

    def _make_night(self, zone="Asia/Baghdad", hours_before=1, hours_after=2):
        self.identity.partner_id.tz = zone
        gate = self.env["messaging.gate"]
        local = gate._get_local_time(self.identity, fields.Datetime.now())
        hour = local.hour + local.minute / 60
        self.account.quiet_from = (hour - hours_before) % 24
        self.account.quiet_to = (hour + hours_after) % 24

    def test_what_nobody_asked_for_keeps_quiet(self):
        self._make_night()
        self.assertEqual(self._get_code("automatic", unasked=True), "quiet_hours")

    def test_answers_never_keep_quiet(self):
        self._make_night()
        self.assertEqual(self._get_code("automatic"), "")
        self.assertEqual(self._get_code("agent"), "")
        self.assertEqual(self._get_code("agent", unasked=True), "")

    def test_the_hours_are_those_of_the_customer(self):
        self._make_night("Asia/Baghdad", 1, 1)
        self.identity.address_ids.value = "+12125550123"
        self.assertEqual(self._get_code("automatic", unasked=True), "")

    def _get_zone(self):
        return self.env["messaging.gate"]._get_time_zone(self.identity)

    def test_the_number_tells_more_than_who_typed_the_contact_in(self):
        self.identity.partner_id.tz = "America/New_York"
        self.assertEqual(self._get_zone(), "Asia/Baghdad")

    def test_a_customer_with_a_login_chose_a_time_zone(self):
        partner = self.identity.partner_id
        portal = self._create_agent("sara", "Sara", "base.group_portal")
        portal.partner_id = partner
        partner.tz = "America/New_York"
        self.assertEqual(self._get_zone(), "America/New_York")

    def test_without_a_number_the_contact_tells_it(self):
        self.identity.partner_id.tz = "America/New_York"
        self.identity.address_ids.kind = "user_id"
        self.assertEqual(self._get_zone(), "America/New_York")

    def test_no_quiet_hours_by_default(self):
        self.assertFalse(self.env["messaging.gate"]._get_quiet_until(self.identity))

    def _get_end(self, start, end, moment):
        self.identity.partner_id.tz = "Asia/Baghdad"  # UTC+3, no summer time
        self.account.write({"quiet_from": start, "quiet_to": end})
        return self.env["messaging.gate"]._get_quiet_until(self.identity, moment)

    def test_a_night_over_midnight(self):
        evening = datetime(2026, 3, 1, 19, 30)  # 22:30 there
        self.assertEqual(self._get_end(21, 8, evening), datetime(2026, 3, 2, 5, 0))
        night = datetime(2026, 3, 1, 23, 0)  # 2:00 there
        self.assertEqual(self._get_end(21, 8, night), datetime(2026, 3, 2, 5, 0))
        noon = datetime(2026, 3, 1, 9, 0)
        self.assertFalse(self._get_end(21, 8, noon))

    def test_quiet_hours_within_a_day(self):
        noon = datetime(2026, 3, 1, 9, 30)  # 12:30 there
        self.assertEqual(self._get_end(12, 13.5, noon), datetime(2026, 3, 1, 10, 30))
        self.assertFalse(self._get_end(12, 13.5, datetime(2026, 3, 1, 10, 30)))

    def test_a_campaign_waits_for_the_morning(self):
        self._make_night()
        message = self._post_template(self._create_template(), bulk=True)
        part = self._get_parts(message)
        until = self.env["messaging.gate"]._get_quiet_until(self.identity)
        self.assertEqual(part.next_try_at, until)
        self.assertGreater(part.expires_at, until)
        self._send()
        self.assertEqual(part.state, "queued")
        self.assertFalse(self.script.calls)

    def test_a_campaign_that_meets_the_night_in_the_queue_waits(self):
        message = self._post_template(self._create_template(), bulk=True)
        part = self._get_parts(message)
        expires_at = part.expires_at
        self._make_night()
        self._send()
        self.assertEqual(part.state, "queued")
        self.assertGreater(part.next_try_at, fields.Datetime.now())
        self.assertGreater(part.expires_at, expires_at)


@tagged("post_install", "-at_install")
class TestConsequences(GateCase):
    """What errors of the provider mean for what follows."""

    def _send_refused(self, error, **values):
        self._record("in")
        template = self._create_template(**values)
        message = self._post_template(template)
        self.script.answer(error)
        self._send()
        return template, self._get_parts(message)

    def test_no_advertising_for_a_day_after_the_platform_held_it_back(self):
        error = GatewayError("not_delivered_by_choice", Retry.LATER, code=131049)
        template, part = self._send_refused(error, category="marketing")
        self.assertEqual(part.state, "failed")
        self._send()
        self.assertEqual(len(self.script.calls), 1, "never tried again by itself")
        self.assertEqual(self._get_code(template=template), "marketing_hold")
        self.assertEqual(self._get_code(), "", "answers go on")
        self.identity.marketing_hold_until = fields.Datetime.now()
        self.assertEqual(self._get_code(template=template), "")

    def test_an_experiment_of_the_platform_holds_nothing_back(self):
        error = GatewayError("not_delivered_by_choice", code=130472)
        self._send_refused(error, category="marketing")
        self.assertFalse(self.identity.marketing_hold_until)

    def test_a_paused_template_is_stopped_with_an_alert(self):
        error = GatewayError("template_paused", Retry.LATER, code=132015)
        template, part = self._send_refused(error)
        self.assertFalse(template.is_usable)
        self.assertTrue(template.stopped_until)
        self.assertTrue(template.activity_ids)
        self.assertEqual(part.failure_reason, "template_paused")
        self.assertEqual(self._get_code(template=template), "template_unusable")

    def test_a_disabled_template_stays_stopped(self):
        error = GatewayError("template_disabled", code=132016)
        template, _part = self._send_refused(error)
        self.assertFalse(template.is_usable)
        self.assertFalse(template.stopped_until)

    def test_a_stopped_template_alerts_once(self):
        error = GatewayError("template_paused", Retry.LATER, code=132015)
        template, part = self._send_refused(error)
        part._follow_policy(error)
        self.assertEqual(len(template.activity_ids), 1)

    def test_opted_out_at_the_platform(self):
        error = GatewayError("opted_out", Retry.OPTED_OUT, code=131050)
        template, _part = self._send_refused(error, category="marketing")
        self.assertEqual(self._get_code(template=template), "opted_out")

    def test_payment_token_and_policy_stop_the_account(self):
        for reason, code in (("payment", 131042), ("token", 190), ("account", 368)):
            with self.subTest(code=code), self.env.cr.savepoint():
                self.account.action_resume()
                alerts = len(self.account.activity_ids)
                error = GatewayError(reason, Retry.STOP_ACCOUNT, code=code)
                _template, part = self._send_refused(error, name=f"stop_{code}")
                self.assertEqual(self.account.state, "stopped")
                self.assertEqual(len(self.account.activity_ids), alerts + 1)
                self.assertEqual(self._get_code(), "account_stopped")
                part.unlink()
