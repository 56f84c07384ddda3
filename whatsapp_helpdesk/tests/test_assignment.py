from odoo import sql_db
from odoo.tests import tagged

from .common import MessagingCase


@tagged("post_install", "-at_install")
class TestAssignment(MessagingCase):
    def _claim_elsewhere(self, cr, count):
        """Claim agents for another transaction, one that still runs."""
        team = self.team.with_env(self.env(cr=cr))
        users = self.agent | self.agent2
        return self.env(cr=cr)["helpdesk.assignment"]._claim(
            users.with_env(self.env(cr=cr)), count, team._choose_least_busy
        )

    def test_claims_of_running_transactions_count_until_they_end(self):
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            taken = self._claim_elsewhere(cr, 3)
            self.assertEqual([u.id for u in taken].count(self.agent.id), 2)
            agents = self.team._choose_agents(3)
            self.assertEqual(agents, [self.agent2, self.agent, self.agent2])
            cr.rollback()
        agents = self.team._choose_agents(2)
        self.assertEqual(agents, [self.agent, self.agent2])

    def test_case_that_another_opened_in_the_same_second_counts(self):
        user = self.env.ref("base.user_admin")
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            elsewhere = self.env(cr=cr)["helpdesk.assignment"]
            mine = self.env["helpdesk.assignment"]
            before = mine._get_load(user, elsewhere, "1")[user]
            case = elsewhere.env["helpdesk.ticket"].create(
                {"name": "Theirs", "description": "x", "user_id": user.id}
            )
            elsewhere.env.flush_all()
            cr.execute(
                "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
                (self.env.cr.now(), case.id),
            )
            self.assertEqual(mine._get_load(user, elsewhere, "1")[user], before + 1)
            cr.rollback()

    def test_own_case_counts_before_it_is_committed(self):
        self.env["helpdesk.ticket"].create(
            {"name": "Mine", "description": "x", "user_id": self.agent.id}
        )
        self.assertEqual(self.team._choose_agent(), self.agent2)

    def test_claims_in_a_restored_database_are_over(self):
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            claims = self.env(cr=cr)["helpdesk.assignment"]
            claims._store_claims([self.agent] * 9, str(10**15))
            self.assertNotIn(str(10**15), claims._count_claims())
            claims._store_claims([], "1")
            cr.execute(
                "SELECT FROM helpdesk_assignment WHERE transaction = %s",
                (str(10**15),),
            )
            self.assertFalse(cr.rowcount)
            cr.rollback()

    def test_agent_of_two_teams_is_not_promised_twice(self):
        other = self.team.copy({"name": "Other", "user_ids": self.team.user_ids.ids})
        chosen = self.env["helpdesk.ticket"]._choose_agents([self.team, other])
        self.assertEqual(chosen, [self.agent, self.agent2])

    def test_numbers_of_many_cases_continue_those_of_single_ones(self):
        tickets = self.env["helpdesk.ticket"]
        values = {"company_id": self.team.company_id.id or self.env.company.id}
        first = tickets._prepare_ticket_number(values)
        many = tickets._prepare_ticket_numbers([values] * 3)
        last = tickets._prepare_ticket_number(values)
        digits = [
            int("".join(c for c in n if c.isdigit())) for n in (first, *many, last)
        ]
        self.assertEqual(digits, list(range(digits[0], digits[0] + 5)))
        self.assertEqual(len({len(number) for number in (first, *many, last)}), 1)

    def test_numbers_by_date_or_without_gaps_are_drawn_one_by_one(self):
        sequence = self.env.ref("helpdesk_mgmt.helpdesk_ticket_sequence")
        sequence.implementation = "no_gap"
        before = sequence.number_next
        numbers = self.env["helpdesk.ticket"]._prepare_ticket_numbers([{}] * 3)
        self.assertEqual(len(set(numbers)), 3)
        self.assertEqual(sequence.number_next, before + 3)
