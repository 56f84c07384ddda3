from pathlib import Path

from odoo.tests import tagged

from .common import MessagingCase

SAMPLES = Path(__file__).parent / "samples" / "whatsapp"


@tagged("post_install", "-at_install")
class TestInboundSamples(MessagingCase):
    """Every sample body goes all the way; nothing is lost and nothing fails."""

    def _deliver_sample(self, path):
        """Deliver one body to accounts that have all the numbers it names."""
        raw = path.read_bytes()
        refs = {
            update.account
            for update in self.connection._get_provider_class().parse(raw)
            if update.account
        }
        known = set(self.connection.account_ids.mapped("external_id"))
        for ref in refs - known:
            self._create_account(self.connection, ref)
        status, text = self._deliver(raw)
        self.assertEqual((status, text), (200, "OK"))

    def test_every_update_of_every_sample_ends_with_a_state_and_a_reason(self):
        paths = sorted(SAMPLES.rglob("*.json"))
        self.assertGreater(len(paths), 10)
        for path in paths:
            with self.subTest(sample=path.name):
                self._deliver_sample(path)
                self._process()
                updates = self._get_updates()
                self.assertFalse(updates.filtered("error"), updates.mapped("error"))
                self.assertNotIn("pending", updates.mapped("state"))
                unfinished = updates.filtered(lambda u: u.state != "done")
                self.assertTrue(all(unfinished.mapped("reason")))

    def test_samples_together_are_processed_in_any_order(self):
        for path in sorted(SAMPLES.rglob("*.json"), reverse=True):
            self._deliver_sample(path)
        self._process()
        self.assertFalse(self._get_updates().filtered("error"))
        self.assertFalse(
            self._get_updates().filtered(lambda update: update.state == "pending")
        )
