"""Joins asked for by a worker: done soon, once, and never half."""

from odoo.tests import tagged

from .join_case import JoinCase


@tagged("post_install", "-at_install")
class TestJoinRequest(JoinCase):
    def _run_job(self):
        with self._without_commit():
            self.journal._cron_join()
        self.env.flush_all()
        self.env.invalidate_all()

    def _ask(self, proof="code"):
        return self.journal._request(self.second_identity, self.ana, proof)

    def test_request_waits_for_the_job_and_wakes_it(self):
        Trigger = self.env["ir.cron.trigger"]
        cron = self.env.ref("whatsapp_helpdesk.cron_join")
        Trigger.search([("cron_id", "=", cron.id)]).unlink()
        join = self._ask()
        self.assertEqual(join.state, "waiting")
        self.assertEqual(self.second_identity.partner_id, self.double)
        self.assertTrue(Trigger.search([("cron_id", "=", cron.id)]))
        self._run_job()
        self.assertEqual((join.state, join.proof), ("done", "code"))
        self.assertEqual(self.second_identity.partner_id, self.ana)
        self.assertFalse(join.user_id)

    def test_asking_again_is_the_same_request(self):
        self.assertEqual(self._ask(), self._ask("own_contact"))

    def test_what_is_one_already_is_done_with_nothing(self):
        join = self._ask()
        self._join()
        self._run_job()
        self.assertEqual(join.state, "done")
        self.assertFalse(join.line_ids)

    def test_what_can_never_be_says_why_and_stops_no_other(self):
        third = self._create_conversation(name="Third")
        employee = self.agent.partner_id
        refused = self.journal._request(third.messaging_identity_id, employee, "code")
        join = self._ask()
        self._run_job()
        self.assertEqual(refused.state, "failed")
        self.assertTrue(refused.failure)
        self.assertEqual(third.messaging_identity_id.partner_id.name, "Third")
        self.assertEqual(join.state, "done")

    def test_contact_deleted_meanwhile_is_a_refusal(self):
        partner = self.env["res.partner"].create({"name": "Gone"})
        join = self.journal._request(self.second_identity, partner, "deep_link")
        partner.unlink()
        self._run_job()
        self.assertEqual(join.state, "failed")

    def test_what_was_left_behind_is_brought_along(self):
        self._join()
        message = self._customer_says(self.first, "stray")
        self._attach(message)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message SET res_id = %s WHERE id = %s",
            (self.second.id, message.id),
        )
        self.env.cr.execute(
            "UPDATE ir_attachment SET res_id = %s WHERE id IN %s",
            (self.second.id, tuple(message.attachment_ids.ids)),
        )
        self.env.invalidate_all()
        self._run_job()
        self.assertEqual(message.res_id, self.first.id)
        self.assertEqual(message.attachment_ids.res_id, self.first.id)
