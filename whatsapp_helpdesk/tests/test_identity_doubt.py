"""Numbers that got a new owner, are shared, or were changed."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.messaging_arbiter import Candidate
from . import bodies
from .proof_case import KNOWN, ProofCase


@tagged("post_install", "-at_install")
class TestDoubt(ProofCase):
    def _fell_silent(self, **delta):
        self.known.last_inbound_at = fields.Datetime.now() - timedelta(**delta)

    def _says_again(self, name):
        self._says("Hello", KNOWN, bodies.NUMBER_ID, name=name)

    # -- what makes it ----------------------------------------------------------------

    def test_another_user_id_behind_the_number(self):
        self._says("Hi", KNOWN, bodies.NUMBER_ID, name="Sara", bsuid="IQ.1111111111")
        self.assertTrue(self.known._is_trusted())
        self._says("Hi", KNOWN, bodies.NUMBER_ID, name="Sara", bsuid="IQ.2222222222")
        self.assertEqual(self.known.doubt, "new_owner")
        self.assertTrue(self.known.doubt_since)

    def test_another_name_after_a_long_silence(self):
        self._fell_silent(days=200)
        self._says_again("Omar Somebody")
        self.assertEqual(self.known.doubt, "new_owner")
        self.assertIn("Omar Somebody", "".join(self._get_notes(self.known)))

    def test_the_same_name_after_a_long_silence_is_no_doubt(self):
        self._fell_silent(days=200)
        self._says_again("SARA  known")
        self.assertTrue(self.known._is_trusted())

    def test_another_name_soon_is_no_doubt(self):
        self._fell_silent(days=20)
        self._says_again("Omar Somebody")
        self.assertTrue(self.known._is_trusted())

    def test_how_long_is_a_setting_of_the_account(self):
        self.account.doubt_after_months = 12
        self._fell_silent(days=200)
        self._says_again("Omar Somebody")
        self.assertTrue(self.known._is_trusted())
        self.account.doubt_after_months = 0
        self._fell_silent(days=2000)
        self._says_again("Third Name")
        self.assertTrue(self.known._is_trusted())

    def test_contacts_of_several_persons_share_a_number(self):
        number = "+9647707777777"
        self.env["res.partner"].create(
            [{"name": "Mother", "phone": number}, {"name": "Son", "phone": number}]
        )
        self._says("Hi", phone=number.strip("+"), name="Family")
        identity = self._get_identity(number.strip("+"), self.second)
        self.assertEqual(identity.doubt, "shared")

    def test_an_agent_marks_a_shared_number(self):
        self.known.with_user(self.agent).action_mark_shared()
        self.assertEqual(self.known.doubt, "shared")
        self.assertIn("several people", self._get_notes(self.known)[-1])

    def test_shared_stays_shared_whatever_comes(self):
        self.known._set_doubt("shared")
        self.known._set_doubt("changed_number")
        self.assertEqual(self.known.doubt, "shared")

    # -- what ends it -----------------------------------------------------------------

    def test_an_agent_verifies(self):
        self.known._set_doubt("new_owner")
        self.known.with_user(self.agent).action_verified()
        self.assertTrue(self.known._is_trusted())
        self.assertTrue(self.known.verified_at)
        self.assertIn(self.agent.name, self._get_notes(self.known)[-1])

    def test_nobody_else_verifies(self):
        self.known._set_doubt("new_owner")
        employee = self._create_agent("staff", "Staff", "base.group_user")
        other = self._create_agent("other", "Other Agent")
        for user in (employee, other):
            for method in ("action_verified", "action_mark_shared"):
                with (
                    self.subTest(user=user.login, method=method),
                    self.assertRaises(AccessError),
                ):
                    getattr(self.known.with_user(user), method)()
        self.assertFalse(self.known._is_trusted())

    def test_a_person_does_not_write_it(self):
        manager = self._create_agent(
            "boss", "Boss", "helpdesk_mgmt.group_helpdesk_manager"
        )
        with self.assertRaises(AccessError):
            self.known.with_user(manager).doubt = False

    # -- what it stops ----------------------------------------------------------------

    def test_automation_tells_nothing_personal(self):
        self.known._set_doubt("new_owner")
        self.assertEqual(
            self._get_code("automatic", self.known, personal=True), "unverified"
        )
        self.assertEqual(self._get_code("automatic", self.known), "")
        self.assertEqual(self._get_code("agent", self.known, personal=True), "")
        self.known._verify()
        self.assertEqual(self._get_code("automatic", self.known, personal=True), "")

    def _create_order_template(self):
        template = self._create_template(body="Your ticket {{1}} is done.")
        template.variable_ids.write({"source": "ticket", "field_path": "number"})
        return template

    def test_a_template_with_values_of_records_is_personal(self):
        self.known._set_doubt("new_owner")
        told = {"template": self._create_order_template(), "purpose": "utility"}
        self.assertEqual(self._get_code("automatic", self.known, **told), "unverified")
        self.assertEqual(
            self._get_code("agent", self.known, bulk=True, **told), "unverified"
        )
        self.assertEqual(self._get_code("agent", self.known, **told), "")
        plain = {"template": self._create_template("plain"), "purpose": "utility"}
        self.assertEqual(self._get_code("automatic", self.known, **plain), "")

    def test_what_waits_when_the_doubt_comes_does_not_leave(self):
        message = self.known.conversation_id._helpdesk_post_outbound(
            author=self.env.user.partner_id,
            author_kind="automatic",
            personal=True,
            body="Your order of May is on its way.",
        )
        self.known._set_doubt("new_owner")
        self._send()
        part = message.messaging_part_ids
        self.assertEqual((part.state, part.failure_reason), ("failed", "unverified"))
        self.assertFalse(self.script.texts)

    def test_the_arbiter_says_only_what_is_not_personal(self):
        self.known._set_doubt("new_owner")
        arbiter = self.env["messaging.arbiter"]
        conversation = self.known.conversation_id
        told = arbiter._tell(
            conversation,
            Candidate("server_action", 50, "Your order of May", personal=True),
        )
        self.assertFalse(told)
        refused = self.env["messaging.automatic"].search([], limit=1)
        self.assertEqual(refused.refusal, "unverified")
        self.assertTrue(
            arbiter._tell(conversation, Candidate("server_action", 50, "We moved."))
        )

    def test_agents_see_it_in_the_conversation_and_its_panel(self):
        self.known._set_doubt("new_owner")
        conversation = self.known.conversation_id.with_user(self.agent)
        [identity] = conversation.helpdesk_get_panel()["identities"]
        self.assertEqual(identity["doubt"], "new_owner")
        self.assertIn("new owner", identity["doubt_text"])
        self.assertIn("new owner", conversation.messaging_identity_id._get_doubt_text())
