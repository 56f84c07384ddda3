from odoo.tests import tagged

from ..gateway import delivery
from .outbound_case import OutboundCase

PARTS = 16
#: Statements of one claim and one transaction of outcomes, however many parts.
CLAIM = 18
STORE = 21
#: What each part may add to them.
EACH = 0.2


@tagged("post_install", "-at_install")
class TestOutboundQueries(OutboundCase):
    def _count(self, function, *args):
        self.cr.flush()  # what the set-up left for its commit is not counted
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        result = function(*args)
        self.env.flush_all()
        return result, self.cr.sql_log_count - before

    def test_many_parts_cost_hardly_more_than_one(self):
        self.account.messages_per_second = 1000
        for number in range(PARTS):
            self._reply(self._create_conversation(f"Customer {number}"))
        Outbox = self.env["messaging.message"]
        jobs, claim = self._count(Outbox._claim_batch)
        outcomes = [delivery.perform(job) for job in jobs]
        _parts, store = self._count(Outbox._store_outcomes, outcomes)
        self.assertEqual(len(jobs), PARTS)
        self.assertLessEqual(claim, CLAIM + EACH * PARTS)
        self.assertLessEqual(store, STORE + EACH * PARTS)

    def test_nothing_to_do_costs_one_statement(self):
        _jobs, count = self._count(self.env["messaging.message"]._claim_batch)
        self.assertEqual(count, 1)
