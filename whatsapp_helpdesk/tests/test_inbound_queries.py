from odoo.tests import tagged

from . import bodies
from .common import MessagingCase

#: Queries of one message in a batch of :data:`BATCH`, everything included.
BUDGET_KNOWN = 5
BUDGET_NEW = 15
BATCH = 20


@tagged("post_install", "-at_install")
class TestInboundQueries(MessagingCase):
    def _count_queries(self, text):
        """Queries for each of a batch of customers who write one message each."""
        for number in range(BATCH):
            self._deliver(
                bodies.text(
                    text, phone=f"96477030{number:05d}", timestamp=self._now_timestamp()
                )
            )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self._process()
        return (self.cr.sql_log_count - before) / BATCH

    def test_messages_of_known_and_new_customers_stay_within_budget(self):
        self._receive(bodies.text("Warm", timestamp=self._now_timestamp()))
        new = self._count_queries("First")
        known = self._count_queries("Second")
        self.assertLessEqual(new, BUDGET_NEW)
        self.assertLessEqual(known, BUDGET_KNOWN)
