"""The form about two customers, and the buttons for joining, splitting, undoing."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .join_case import JoinCase

RULES = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")


@tagged("post_install", "-at_install")
class TestJoinCustomers(JoinCase):
    def _open(self, identities=None, partner=None, user=None, suggestion=None):
        """Open the form as a user does; return it."""
        action = (
            self.env["messaging.join.customers"]
            .with_user(user or self.leader)
            ._get_action(identities or self.second_identity, partner, suggestion)
        )
        model = (
            self.env[action["res_model"]]
            .with_user(user or self.leader)
            .with_context(**action["context"])
        )
        return Form(model)

    def _fill_in_as(self, user, **values):
        """Create the form's record as somebody who calls the server directly."""
        return (
            self.env["messaging.join.customers"]
            .with_user(user)
            .create(
                {
                    "partner_id": self.double.id,
                    "other_partner_id": self.ana.id,
                    "kept": "other",
                    **values,
                }
            )
        )

    def _suggest(self, partner=None, identity=None):
        return self.env["messaging.join.suggestion"]._suggest(
            identity or self.second_identity,
            partner or self.ana,
            "same_phone",
            "+964 770",
        )

    # -- what it shows ----------------------------------------------------------------

    def test_both_sides_are_shown_with_what_they_have(self):
        self._customer_says(self.first, "hello")
        self.env["crm.lead"].create({"name": "Lead", "partner_id": self.ana.id})
        form = self._open(partner=self.ana)
        self.assertIn(self.double.name, form.this_side)
        self.assertIn(self.ana.name, form.other_side)
        self.assertIn(self.first_identity.address, form.other_side)
        self.assertIn("1 / 1", form.other_side)

    def test_a_name_from_outside_is_shown_as_text(self):
        self.ana.name = "<img src=x onerror=alert(1)>"
        form = self._open(partner=self.ana)
        self.assertNotIn("<img", form.other_side)

    def test_says_what_will_happen(self):
        form = self._open(partner=self.ana)
        self.assertIn(self.ana.display_name, form.consequence)
        self.assertIn("archived", form.consequence)
        self.assertIn("30 days", form.consequence)

    def test_cases_are_asked_about_when_both_have_open_ones(self):
        self.assertTrue(self._open(partner=self.ana).both_have_cases)
        self._close(self.first_case)
        self.assertFalse(self._open(partner=self.ana).both_have_cases)

    def test_contact_without_channels_is_the_one_that_stays(self):
        known = self.env["res.partner"].create({"name": "Known", "phone": "+9647701"})
        form = self._open(partner=known)
        self.assertFalse(form.can_choose)
        self.assertEqual(form.kept, "other")

    def test_other_direction_moves_the_others_addresses(self):
        form = self._open(partner=self.ana)
        form.kept = "this"
        wizard = form.save()
        self.assertEqual(wizard.identity_ids, self.first_identity)
        self.assertEqual(wizard.kept_partner_id, self.double)

    def test_only_what_was_asked_about_moves(self):
        more = self.second_identity.copy({"partner_id": self.double.id})
        form = self._open(identities=more, partner=self.ana)
        form.kept = "other"
        self.assertEqual(form.save().identity_ids, more)

    # -- joining ----------------------------------------------------------------------

    def test_joins_and_offers_the_way_back(self):
        form = self._open(partner=self.ana)
        form.kept = "other"
        action = form.save().action_join()
        self.assertEqual(self.second_identity.partner_id, self.ana)
        self.assertEqual(action["tag"], "helpdesk_join_done")
        join = self.journal.browse(action["params"]["join_id"])
        self.assertEqual((join.proof, join.user_id), ("agent", self.leader))
        getattr(join.with_user(self.leader), action["params"]["undo"])()
        self.assertEqual(self.second_identity.partner_id, self.double)

    def test_cases_together(self):
        form = self._open(partner=self.ana)
        form.kept = "other"
        form.cases = "together"
        form.save().action_join()
        self.assertTrue(self.second_case.closed)

    def test_suggestion_is_accepted_by_joining(self):
        suggestion = self._suggest()
        form = self._open(partner=self.ana, suggestion=suggestion)
        self.assertIn("+964 770", form.reason_text)
        form.kept = "other"
        form.save().action_join()
        self.assertEqual(suggestion.state, "accepted")
        self.assertEqual(suggestion.join_id.proof, "suggestion")

    def test_suggestion_is_settled_by_a_join_of_another_way(self):
        suggestion = self._suggest()
        self._join(proof="code", user=self.env["res.users"])
        self.assertEqual(suggestion.state, "accepted")

    def test_suggestion_about_an_archived_double_names_who_is_left(self):
        third = self._create_conversation(name="Third")
        suggestion = self._suggest(self.double, third.messaging_identity_id)
        self._join()
        self.assertFalse(self.double.active)
        self.assertEqual((suggestion.partner_id, suggestion.state), (self.ana, "open"))

    def test_dismissing_in_the_form(self):
        suggestion = self._suggest()
        form = self._open(partner=self.ana, suggestion=suggestion)
        form.save().action_dismiss()
        self.assertEqual(suggestion.state, "dismissed")
        self.assertEqual(self.second_identity.partner_id, self.double)

    # -- who --------------------------------------------------------------------------

    def test_agent_of_another_team_learns_and_joins_nothing(self):
        stranger = self._create_agent("stranger", "Stranger")
        with mute_logger(*RULES), self.assertRaises(AccessError):
            self.second_identity.with_user(stranger).action_join()
        with mute_logger(*RULES), self.assertRaises(AccessError):
            self.second_identity.with_user(stranger).action_split()
        # Around the button: the form itself, filled with what was guessed.
        wizard = self._fill_in_as(stranger)
        self.assertIn("Has not written", wizard.other_side)
        for name in ("action_join", "action_send_code", "action_make_link"):
            with self.subTest(name), self.assertRaises(UserError):
                getattr(wizard, name)()
        with mute_logger(*RULES), self.assertRaises(AccessError):
            wizard.identity_ids = self.second_identity
            wizard.action_join()
        self.assertEqual(self.second_identity.partner_id, self.double)

    def test_employee_cannot_open_the_form(self):
        employee = self._create_agent("staff", "Staff", group="base.group_user")
        with mute_logger(*RULES), self.assertRaises(AccessError):
            self.env["messaging.join.customers"].with_user(employee).create(
                {"partner_id": self.double.id, "other_partner_id": self.ana.id}
            )

    def test_addresses_of_third_customers_are_refused(self):
        third = self._create_conversation(name="Third")
        wizard = self._fill_in_as(
            self.leader, identity_ids=[(6, 0, third.messaging_identity_id.ids)]
        )
        with self.assertRaises(UserError):
            wizard.action_join()

    def test_obstacle_is_said_before_the_button_is_pressed(self):
        self.ana.is_messaging_test = True
        form = self._open(partner=self.ana)
        form.kept = "other"
        self.assertTrue(form.obstacle)

    # -- splitting --------------------------------------------------------------------

    def test_one_click_splits_and_one_takes_it_back(self):
        self._join()
        action = self.second_identity.with_user(self.leader).action_split()
        self.assertNotEqual(self.second_identity.partner_id, self.ana)
        split = self.journal.browse(action["params"]["join_id"])
        self.assertEqual(split.kind, "split")
        getattr(split.with_user(self.leader), action["params"]["undo"])()
        self.assertEqual(self.second_identity.partner_id, self.ana)

    def test_panel_offers_splitting_only_where_something_is_left(self):
        panel = self.first.with_user(self.leader).helpdesk_get_panel()
        self.assertEqual([i["can_split"] for i in panel["identities"]], [False])
        self._join()
        panel = self.first.with_user(self.leader).helpdesk_get_panel()
        self.assertEqual([i["can_split"] for i in panel["identities"]], [True] * 2)

    def test_panel_lists_joins_that_can_be_undone(self):
        join = self._join()
        panel = self.first.with_user(self.leader).helpdesk_get_panel()
        self.assertEqual(
            [(j["id"], j["can_undo"]) for j in panel["joins"]], [(join.id, True)]
        )
        self._undo(join)
        panel = self.first.with_user(self.leader).helpdesk_get_panel()
        self.assertFalse(panel["joins"])

    # -- contact and case -------------------------------------------------------------

    def test_contact_counts_its_joins_and_questions(self):
        self._suggest()
        ana = self.ana.with_user(self.leader)
        self.assertEqual(ana.messaging_suggestion_count, 1)
        self.assertEqual(ana.messaging_join_count, 0)
        self._join()
        ana.invalidate_recordset()
        self.assertEqual(ana.messaging_suggestion_count, 0)
        self.assertEqual(ana.messaging_join_count, 1)

    def test_case_counts_the_questions_about_its_customer(self):
        self._suggest()
        case = self.second_case.with_user(self.leader)
        self.assertEqual(case.join_suggestion_count, 1)

    # -- proof instead of a decision --------------------------------------------------

    def test_code_goes_to_the_known_address(self):
        form = self._open(partner=self.ana)
        form.kept = "other"
        wizard = form.save()
        self.assertEqual(wizard.sent_identity_id, self.first_identity)
        wizard.action_send_code()
        proof = self.env["messaging.proof"].search([], limit=1)
        self.assertEqual(
            (proof.identity_id, proof.sent_identity_id, proof.user_id),
            (self.second_identity, self.first_identity, self.leader),
        )
        self.assertEqual(self.second_identity.partner_id, self.double)

    def test_link_is_shown_to_be_handed_over(self):
        form = self._open(partner=self.ana)
        form.kept = "other"
        wizard = form.save()
        if not wizard.link_account_id:
            self.fail("The channel of this test has links.")
        action = wizard.action_make_link()
        self.assertTrue(wizard.link.startswith("http"))
        self.assertEqual(action["res_id"], wizard.id)
