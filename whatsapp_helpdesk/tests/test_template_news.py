"""What webhooks say about templates."""

from odoo.tests import tagged

from . import bodies
from .template_case import ProviderTemplateCase


@tagged("post_install", "-at_install")
class TestTemplateNews(ProviderTemplateCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls._create_template("order_update", external_id="55")

    def tell(self, name="message_template_status_update", **values):
        which = {
            "message_template_id": 55,
            "message_template_name": "order_update",
            "message_template_language": "en",
        }
        self._receive(bodies.field(name, **{**which, **values}))

    def tell_status(self, event, **values):
        self.tell(event=event, **{"reason": None, **values})

    def is_asked_for(self):
        return not self.account.templates_due_at

    def test_paused_is_not_offered_and_told_once(self):
        for _time in range(2):
            self.tell_status("PAUSED", other_info={"title": "FIRST_PAUSE"})
            self.tell_status("APPROVED")
        self.tell_status("PAUSED", other_info={"description": "Bad feedback"})
        self.assertFalse(self.template.is_usable)
        self.assertIn("Bad feedback", self.template.reason)
        self.assertEqual(len(self.template.activity_ids), 1)
        user = self.template.activity_ids.user_id
        self.assertEqual(user, self.account._get_responsible_user())

    def test_rejection_and_disabling_are_told(self):
        for event in ("REJECTED", "DISABLED"):
            self.template.write({"status": "APPROVED"})
            self.tell_status(event, reason="SCAM")
            with self.subTest(event=event):
                self.assertEqual(self.template.status, event)
                self.assertIn("scam", self.template.reason)
        self.assertEqual(len(self.template.activity_ids), 2)

    def test_approval_ends_a_stop(self):
        self.template.write({"status": "PENDING"})
        self.template._stop("paused")
        self.tell_status("APPROVED")
        self.assertTrue(self.template.is_usable)
        self.assertFalse(self.template.activity_ids)

    def count_told(self):
        partner = self.leader.partner_id
        return self.env["mail.notification"].search_count(
            [
                ("res_partner_id", "=", partner.id),
                ("mail_message_id.model", "=", "messaging.template"),
            ]
        )

    def test_whoever_handed_it_in_is_told_of_the_decision(self):
        self.template.handed_in_by_id = self.leader
        for number, event in enumerate(("APPROVED", "REJECTED"), 1):
            self.template.status = "PENDING"
            self.tell_status(event)
            with self.subTest(event=event):
                self.assertEqual(self.count_told(), number)

    def test_an_end_of_a_pause_is_no_decision(self):
        self.template.handed_in_by_id = self.leader
        self.tell_status("PAUSED")
        self.tell_status("APPROVED")
        self.assertEqual(self.count_told(), 0)

    def test_reinstated_is_approved(self):
        self.template.write({"status": "DISABLED"})
        self.tell_status("REINSTATED")
        self.assertEqual(self.template.status, "APPROVED")

    def test_flagged_is_a_warning_only(self):
        self.tell_status("FLAGGED")
        self.assertTrue(self.template.is_usable)
        self.assertEqual(len(self.template.activity_ids), 1)

    def test_deleted_is_archived(self):
        self.tell_status("DELETED")
        self.assertFalse(self.template.active)

    def test_a_new_kind_of_event_breaks_nothing(self):
        self.tell_status("SOMETHING_NEW")
        self.assertEqual(self.template.status, "UNKNOWN")
        self.assertEqual(self._get_updates()[-1].state, "done")

    def test_quality(self):
        self.tell(previous_quality_score="GREEN", new_quality_score="RED")
        self.assertEqual(self.template.quality, "RED")
        self.assertEqual(len(self.template.activity_ids), 1)

    def test_another_category_is_told(self):
        self.tell(
            "template_category_update",
            previous_category="UTILITY",
            new_category="MARKETING",
        )
        self.assertEqual(self.template.category, "marketing")
        self.assertEqual(len(self.template.activity_ids), 1)

    def test_a_category_to_come_is_told_and_not_stored(self):
        self.tell(
            "template_category_update",
            correct_category="MARKETING",
            new_category="UTILITY",
        )
        self.assertEqual(self.template.category, "utility")
        self.assertEqual(len(self.template.activity_ids), 1)

    def test_another_text_is_fetched(self):
        self.account.templates_due_at = "2100-01-01"
        self.tell("message_template_components_update", message_template_element="Hi")
        self.assertTrue(self.is_asked_for())

    def test_an_unknown_template_is_fetched(self):
        self.account.templates_due_at = "2100-01-01"
        self.tell_status("APPROVED", message_template_id=99)
        self.assertTrue(self.is_asked_for())
        self.assertEqual(self.template.status, "APPROVED")

    def test_one_whose_id_is_not_stored_yet_is_found_by_its_name(self):
        self.template.write({"external_id": False, "status": "PENDING"})
        self.tell_status("APPROVED")
        self.assertEqual(self.template.status, "APPROVED")

    def test_language_with_a_dash(self):
        self.template.write({"external_id": False, "language": "en_US"})
        self.tell_status("PAUSED", message_template_language="en-US")
        self.assertEqual(self.template.status, "PAUSED")

    def test_one_that_is_being_changed_stays_a_draft(self):
        self.template.write({"status": "DRAFT", "provider_status": "APPROVED"})
        self.tell_status("PAUSED")
        self.assertEqual(self.template.status, "DRAFT")
        self.assertEqual(self.template.provider_status, "PAUSED")

    def test_another_business_changes_nothing(self):
        body = bodies.field(
            "message_template_status_update", event="PAUSED", message_template_id=55
        )
        body["entry"][0]["id"] = "999"
        self._receive(body)
        self.assertEqual(self.template.status, "APPROVED")
        self.assertEqual(self._get_updates()[-1].state, "ignored")
