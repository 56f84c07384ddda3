"""Whoever tries to go around the gate: every way out of the product, every closed door.

Read marks are no messages: they carry nothing but the id of what the customer wrote.
"""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..gateway.outgoing import OutText
from ..models.messaging_arbiter import Burst, Candidate, Fallback
from .gate_case import GateCase


@tagged("post_install", "-at_install")
class TestAroundTheGate(GateCase):
    def setUp(self):
        super().setUp()
        self.template = self._create_template()
        self.account.write({"opt_in_policy": "none", "greeting_enabled": True})

    # -- doors ------------------------------------------------------------------------

    def _shut_window(self):
        self._close_window()

    def _shut_account(self):
        self.account._stop("Repair")

    def _shut_customer(self):
        self.identity.blocked = True

    def _shut_consent(self):
        self._record("out", "service", "utility", "marketing")

    def _shut_cap(self):
        self.account.automatic_daily_cap = 0

    def _shut_automatic(self):
        self.account.automatic_answers = False

    def _shut_template(self):
        self._close_window()
        self.template._stop("Stopped")

    # -- ways out ---------------------------------------------------------------------

    def _try_reply(self):
        self._reply(self.conversation)

    def _try_greeting(self):
        stored = type("Entry", (), {"opened": True, "case": self.case})()
        burst = Burst(self.identity, self.conversation, self.case, (stored,))
        arbiter = self.env["messaging.arbiter"]
        arbiter._say(burst, [arbiter._get_greeting(burst)])

    def _try_confirmation(self):
        arbiter = self.env["messaging.arbiter"]
        stored = type("Entry", (), {"consumer": "opt_out"})()
        burst = Burst(self.identity, self.conversation, self.case, (stored,))
        candidate = arbiter._get_consent_confirmation(burst, "opt_out")
        arbiter._say(burst, [candidate])

    def _try_tell(self):
        candidate = Candidate("server_action", 60, "By the way")
        self.env["messaging.arbiter"]._tell(self.conversation, candidate)

    def _try_tell_with_fallback(self):
        candidate = Candidate(
            "server_action", 60, "By the way", fallback=Fallback(self.template, {})
        )
        self.env["messaging.arbiter"]._tell(self.conversation, candidate)

    def _try_server_action(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Tell",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "state": "messaging",
                "messaging_text": "Ready",
                "when_closed": "skip",
            }
        )
        action.with_context(
            active_model="helpdesk.ticket", active_ids=self.case.ids
        ).run()

    def _try_template(self):
        self._post_template(self.template, "automatic", unasked=True)

    def _try_bulk(self):
        self._post_template(self.template, "automatic", unasked=True, bulk=True)

    def _try_reaction(self):
        said = self._customer_says(self.conversation).messaging_part_ids
        self.identity.last_inbound_at = self.was_written_at
        self.env["messaging.message"]._queue_reaction(said, "👍")

    def _try_again(self):
        self.failed.with_user(self.env.ref("base.user_admin")).action_send_again()

    def _go_around(self, door, *ways):
        self.failed = self._get_parts(self._reply(self.conversation, "Once more"))
        self.failed._fail("recipient")
        getattr(self, f"_shut_{door}")()
        self.was_written_at = self.identity.last_inbound_at
        for way in ways:
            with self.subTest(door=door, way=way), self.env.cr.savepoint():
                try:
                    with self.env.cr.savepoint():
                        getattr(self, f"_try_{way}")()
                except UserError as error:
                    self.assertTrue(str(error))
                self._assert_nothing_waits()
        self._send()
        self.assertFalse(self.script.calls)

    def test_a_refused_template_is_in_the_list_of_automatic_messages(self):
        """Also where it would answer something, long after it was written."""
        self._close_window()
        self._record("out", "utility")
        stored = type("Entry", (), {"opened": False, "case": self.case})()
        burst = Burst(self.identity, self.conversation, self.case, (stored,))
        candidate = Candidate(
            "server_action", 60, "By the way", fallback=Fallback(self.template, {})
        )
        self.env["messaging.arbiter"]._say(burst, [candidate])
        refused = self.env["messaging.automatic"].search([], limit=1)
        self.assertEqual(refused.refusal, "opted_out")
        self._assert_nothing_waits()

    def test_closed_window(self):
        self._go_around(
            "window",
            "reply",
            "greeting",
            "confirmation",
            "tell",
            "server_action",
            "reaction",
            "again",
        )

    def test_stopped_account(self):
        self._go_around(
            "account",
            "reply",
            "greeting",
            "confirmation",
            "tell",
            "tell_with_fallback",
            "server_action",
            "template",
            "bulk",
            "reaction",
            "again",
        )

    def test_blocked_customer(self):
        self._go_around(
            "customer",
            "reply",
            "greeting",
            "confirmation",
            "tell",
            "tell_with_fallback",
            "server_action",
            "template",
            "bulk",
            "reaction",
            "again",
        )

    def test_opted_out(self):
        self._go_around(
            "consent",
            "greeting",
            "confirmation",
            "tell",
            "tell_with_fallback",
            "server_action",
            "template",
            "bulk",
        )

    def test_cap_reached(self):
        self._go_around(
            "cap",
            "greeting",
            "confirmation",
            "tell",
            "tell_with_fallback",
            "server_action",
            "template",
            "bulk",
        )

    def test_automatic_messages_switched_off(self):
        self._go_around(
            "automatic",
            "greeting",
            "confirmation",
            "tell",
            "tell_with_fallback",
            "server_action",
            "template",
            "bulk",
        )

    def test_stopped_template(self):
        self._go_around("template", "tell_with_fallback", "template", "bulk")

    def test_every_door_is_open_otherwise(self):
        """The ways above lead out when nothing is in the way."""
        for way in ("reply", "greeting", "tell", "server_action", "template", "bulk"):
            with self.subTest(way=way):
                before = self._get_outbox(self.conversation)
                self.env["messaging.automatic"].search([]).sent_at = "2020-01-01"
                getattr(self, f"_try_{way}")()
                self.assertTrue(self._get_outbox(self.conversation) - before)


@tagged("post_install", "-at_install")
class TestOutboxByHand(GateCase):
    """Rows of the outbox, by people and by code that forgot to ask."""

    def _prepare_part(self, **values):
        return {
            "account_id": self.account.id,
            "identity_id": self.identity.id,
            "conversation_id": self.conversation.id,
            "direction": "out",
            "kind": "text",
            "payload": OutText("Sneaky").to_payload(),
            "author_kind": "agent",
            **values,
        }

    def _assert_refused(self, function, *args):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            function(*args)

    def _get_failed_part(self):
        part = self._get_parts(self._reply(self.conversation))
        part._fail("recipient")
        return part

    def test_nobody_creates_a_part_that_waits(self):
        for values in (
            {},
            {"state": "queued"},
            {"state": "held"},
            {"state": "queued", "direction": "in"},
        ):
            for user in (self.env.ref("base.user_admin"), self.agent, self.env.user):
                Outbox = self.env["messaging.message"].with_user(user)
                for outbox in (Outbox, Outbox.sudo()):
                    with self.subTest(values=values, user=user.login, su=outbox.env.su):
                        self._assert_refused(
                            outbox.create, self._prepare_part(**values)
                        )

    def test_defaults_of_the_context_are_no_way_around(self):
        outbox = self.env["messaging.message"].with_context(
            default_state="queued", default_kind="text"
        )
        values = self._prepare_part()
        del values["kind"]
        self._assert_refused(outbox.create, values)

    def test_a_pass_of_a_client_is_none(self):
        for forged in (True, "pass", {"identity": self.identity.id}, [1]):
            outbox = self.env["messaging.message"].with_context(
                messaging_pass=forged if isinstance(forged, bool | str) else str(forged)
            )
            self._assert_refused(outbox.create, self._prepare_part())

    def test_a_pass_is_for_one_customer_one_author_and_once(self):
        gate = self.env["messaging.gate"]
        other = self._create_conversation("Omar").messaging_identity_id
        passed = gate._pass(other, "agent")
        outbox = self.env["messaging.message"].with_context(messaging_pass=passed)
        self._assert_refused(outbox.create, self._prepare_part())
        passed = gate._pass(self.identity, "automatic")
        outbox = self.env["messaging.message"].with_context(messaging_pass=passed)
        self._assert_refused(outbox.create, self._prepare_part())
        passed = gate._pass(self.identity, "agent")
        outbox = self.env["messaging.message"].with_context(messaging_pass=passed)
        self.assertTrue(outbox.create(self._prepare_part()))
        self._assert_refused(outbox.create, self._prepare_part())

    def test_nobody_wakes_a_part_that_ended(self):
        part = self._get_failed_part()
        for state in ("queued", "held"):
            self._assert_refused(part.write, {"state": state})
            admin = part.with_user(self.env.ref("base.user_admin"))
            self._assert_refused(admin.write, {"state": state})

    def test_nobody_makes_a_received_message_leave(self):
        part = self._customer_says(self.conversation).messaging_part_ids
        self._assert_refused(part.write, {"state": "queued"})

    def test_nobody_changes_what_waits(self):
        part = self._get_parts(self._reply(self.conversation))
        other = self._create_conversation("Omar").messaging_identity_id
        for values in (
            {"payload": OutText("Something else").to_payload()},
            {"identity_id": other.id},
        ):
            self._assert_refused(part.write, values)

    def test_a_read_mark_never_becomes_a_message(self):
        said = self._customer_says(self.conversation).messaging_part_ids
        mark = self.env["messaging.message"]._queue_read_mark(said)
        self._assert_refused(
            mark.write, {"kind": "text", "payload": OutText("Hi").to_payload()}
        )
        mark.payload = {"kind": "read", "target": "wamid.other"}
        self._send()
        self.assertFalse(self.script.calls)
        self.assertEqual(self.script.reads, ["wamid.other"])

    def test_the_sender_may_put_back_what_it_took(self):
        part = self._get_parts(self._reply(self.conversation))
        part.state = "sending"
        part._set_state("queued")
        self.assertEqual(part.state, "queued")

    def test_sending_again_asks_the_gate(self):
        part = self._get_failed_part()
        part._queue_again()
        self.assertEqual(part.state, "queued")
        part._fail("recipient")
        self._close_window()
        self._refuses("window_closed", part._queue_again)
        self.assertEqual(part.state, "failed")

    def test_every_reason_has_a_sentence(self):
        for code, sentence in self.env["messaging.gate"]._get_reasons():
            self.assertTrue(sentence.strip().endswith("."), code)
