"""Random joins, messages, splits and undos on the real database.

Whatever the order: no message is lost or doubled, none is shown to somebody who may not
see it, a customer has one conversation in an inbox, and an undo brings back what was.
``derandomize`` fixes the seed: a failure repeats.
"""

import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from .join_case import JoinCase

CUSTOMERS = 4
WHO = st.integers(0, CUSTOMERS - 1)
STEPS = st.one_of(
    st.tuples(st.sampled_from(["write", "answer", "note", "file", "close"]), WHO),
    st.tuples(st.sampled_from(["write", "write_to_other_case"]), WHO),
    st.tuples(st.just("apart"), WHO, WHO),
    st.tuples(st.just("together"), WHO, WHO),
    st.tuples(st.just("split"), WHO),
    st.tuples(st.just("undo"), st.integers(0, 2)),
)
#: Seconds; what is left of the examples is skipped, so that a slow day stays bounded.
LONGEST = 40
HARD = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=40,
    suppress_health_check=list(HealthCheck),
)


class _Rollback(Exception):
    """Ends an example."""


@tagged("post_install", "-at_install")
class TestJoinProperty(JoinCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        others = [cls._create_conversation(name=f"Cem {n}") for n in (1, 2)]
        cls.people = [cls.first_identity, cls.second_identity]
        cls.people += [place.messaging_identity_id for place in others]
        # The last customer also talks to a private team.
        cls.private_team = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Personnel",
                "is_private": True,
                "company_id": cls.company.id,
                "user_ids": [(6, 0, cls.agent2.ids)],
            }
        )
        cls.secret_case = cls.env["helpdesk.ticket"]._create_case(
            cls.people[-1],
            cls.people[-1].conversation_id,
            {
                "name": "Private",
                "description": "x",
                "team_id": cls.private_team.id,
                "user_id": cls.agent2.id,
            },
        )
        cls.secret_case.conversation_id._helpdesk_post_inbound(
            identity=cls.people[-1], ticket=cls.secret_case, body="secret"
        )
        places = cls.env["discuss.channel"].search([("channel_type", "=", "helpdesk")])
        places.helpdesk_sales_readable = cls.account.sales_can_read
        cls.manager = cls._create_agent(
            "property_manager", "Manager", "helpdesk_mgmt.group_helpdesk_manager"
        )
        cls.stranger = cls._create_agent("property_stranger", "Stranger")
        cls.env.flush_all()

    # -- steps ------------------------------------------------------------------------

    def _get_place(self, identity):
        return self.env["discuss.channel"]._get_for_identity(
            identity, identity.partner_id
        )

    def _get_case(self, identity, other=False):
        """The case a message is added to; a colleague may choose any other."""
        place = self._get_place(identity)
        cases = place._helpdesk_get_open_cases()
        if other and len(cases) > 1:
            return cases[-1]
        case = place._helpdesk_get_current_case()
        if case and case._is_open():
            return case
        values = {"name": "New", "description": "x"}
        return self.env["helpdesk.ticket"]._create_case(identity, place, values)

    def _step_write(self, who, other=False):
        identity = self.people[who]
        case = self._get_case(identity, other)
        place = case.conversation_id
        message = place._helpdesk_post_inbound(
            identity=identity, ticket=case, body="says"
        )
        self.env["messaging.message"].create(
            {
                "account_id": identity.account_id.id,
                "identity_id": identity.id,
                "conversation_id": place.id,
                "mail_message_id": message.id,
                "ticket_id": case.id,
                "direction": "in",
                "kind": "text",
                "author_kind": "customer",
                "state": "received",
            }
        )
        self.said[message.id] = identity
        return message

    def _step_write_to_other_case(self, who):
        self._step_write(who, other=True)

    def _step_answer(self, who):
        identity = self.people[who]
        case = self._get_case(identity)
        place = case.conversation_id
        message = place._helpdesk_post_outbound(
            author=self.agent.partner_id,
            author_kind="agent",
            identity=identity,
            ticket=case,
            body="answers",
        )
        self.said[message.id] = identity

    def _step_note(self, who):
        place = self._get_place(self.people[who])
        note = place.with_user(self.manager).message_post(
            body="note", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.said[note.id] = None

    def _step_file(self, who):
        self._attach(self._step_write(who))

    def _step_close(self, who):
        case = self._get_place(self.people[who]).helpdesk_ticket_id
        if case:
            self._close(case)

    def _step_apart(self, who, whom, cases="apart"):
        identity, partner = self.people[who], self.people[whom].partner_id
        if identity.partner_id == partner:
            return
        before = self._get_snapshot()
        join = self._join(identity, partner, cases=cases)
        self.joins.append((join, before, len(self.said)))

    def _step_together(self, who, whom):
        self._step_apart(who, whom, "together")

    def _step_split(self, who):
        self.journal._split(self.people[who], self.leader)
        self.joins.append(None)

    def _step_undo(self, back):
        """The newest undone at once restores everything; others leave it sound."""
        done = [entry for entry in self.joins if entry]
        if len(done) <= back:
            return
        entry = done[-1 - back]
        join, before, said = entry
        is_last = self.joins[-1] is entry
        try:
            self._undo(join)
        except UserError:
            return
        self.joins.remove(entry)
        if (
            is_last
            and said == len(self.said)
            and self.last_step in ("apart", "together")
        ):
            self.assertEqual(self._get_snapshot(), before)

    # -- what always holds ------------------------------------------------------------

    def _check(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self._check_messages()
        self._check_conversations()
        self._check_visibility()

    def _check_messages(self):
        """Nothing lost or doubled, everything with the contact of its identity."""
        messages = self.env["mail.message"].browse(self.said)
        self.assertEqual(messages.exists(), messages)
        for message in messages:
            place = self.env["discuss.channel"].browse(message.res_id)
            self.assertFalse(place.helpdesk_merged_into_id)
            identity = self.said[message.id]
            if identity:
                self.assertEqual(place.helpdesk_partner_id, identity.partner_id)
                self.assertEqual(message.messaging_part_ids.conversation_id, place)
            for file in message.attachment_ids:
                self.assertEqual(file.res_id, place.id)
        facts = self.env["helpdesk.message.fact"].search(
            [("mail_message_id", "in", messages.ids)]
        )
        self.assertEqual(len(facts), len(messages))
        for fact in facts:
            self.assertEqual(fact.conversation_id.id, fact.mail_message_id.res_id)

    def _check_conversations(self):
        places = self.env["discuss.channel"].search(
            [("channel_type", "=", "helpdesk"), ("helpdesk_merged_into_id", "=", False)]
        )
        keys = [
            (p.messaging_inbox_id, p.helpdesk_partner_id, p.helpdesk_private_team_id)
            for p in places
        ]
        self.assertEqual(len(keys), len(set(keys)))
        for identity in self.people:
            place = identity.conversation_id
            self.assertIn(place, places)
            self.assertEqual(place.helpdesk_partner_id, identity.partner_id)
        self.assertFalse(self.env["discuss.channel"]._helpdesk_find_left_behind())

    def _check_visibility(self):
        """As three people: what they find is what lies where they may look."""
        for user in (self.agent, self.manager, self.stranger):
            places = (
                self.env["discuss.channel"]
                .with_user(user)
                .search([("channel_type", "=", "helpdesk")])
            )
            found = (
                self.env["mail.message"]
                .with_user(user)
                .search([("id", "in", list(self.said) + self.secret_ids)])
            )
            for message in found.sudo():
                # Core: whoever wrote a message keeps it.
                mine = message.author_id == user.partner_id
                self.assertTrue(mine or message.res_id in places.ids)
                self.assertNotIn(message.id, self.secret_ids)
        secret = self.env["mail.message"].browse(self.secret_ids)
        self.assertTrue(secret.exists())
        place = self.env["discuss.channel"].browse(secret.res_id)
        self.assertEqual(place.helpdesk_private_team_id, self.private_team)

    # -- the property -----------------------------------------------------------------

    def _play(self, steps):
        self.said, self.joins, self.last_step = {}, [], ""
        self.secret_ids = self.secret_case._find_message_ids()
        for name, *args in steps:
            getattr(self, f"_step_{name}")(*args)
            self.last_step = name
        self._check()

    maxDiff = None

    def test_whatever_happens_everybody_keeps_what_is_theirs(self):
        ends = time.monotonic() + LONGEST
        played = []

        @HARD
        @given(st.lists(STEPS, min_size=3, max_size=14))
        def play(steps):
            if time.monotonic() > ends:
                return
            try:
                with self.env.cr.savepoint():
                    self._play(steps)
                    raise _Rollback
            except _Rollback:
                played.append(steps)
            finally:
                self.env.invalidate_all()

        play()
        self.assertGreater(len(played), 3)
