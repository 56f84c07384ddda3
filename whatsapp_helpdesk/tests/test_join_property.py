"""Random joins, messages, splits and undos on the real database.

Whatever the order: no message is lost or doubled, none is shown to somebody who may not
see its conversation, one customer has one conversation in an inbox, and an undo brings
back what was. The seed is fixed by ``derandomize``: a failure repeats.
"""

from contextlib import contextmanager

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from odoo import Command, fields
from odoo.tests import tagged

from .outbound_case import OutboundCase

#: Customers, of two accounts in one inbox in turn.
CUSTOMERS = 4
PLACES = st.integers(0, CUSTOMERS - 1)
STEPS = st.one_of(
    st.tuples(st.just("write"), PLACES),
    st.tuples(st.just("reply"), PLACES),
    st.tuples(st.just("note"), PLACES),
    st.tuples(st.just("file"), PLACES),
    st.tuples(st.just("close"), PLACES),
    st.tuples(st.just("confide"), PLACES),
    st.tuples(st.just("join"), PLACES, PLACES),
    st.tuples(st.just("join_cases"), PLACES, PLACES),
    st.tuples(st.just("split"), PLACES),
    st.tuples(st.just("undo"), st.integers(0, 3)),
)
HARD = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=12,
    suppress_health_check=list(HealthCheck),
)


@tagged("post_install", "-at_install")
class TestJoinProperty(OutboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_account = cls._create_account(cls.connection, "second-number")
        cls.second_account.inbox_id = cls.account.inbox_id
        cls.stranger = cls._create_agent("stranger", "Stranger Agent")
        cls.salesperson = cls._create_agent(
            "seller", "Sales Person", "sales_team.group_sale_salesman"
        )
        cls.confidant = cls._create_agent("confidant", "Cora Confidant")
        cls.private_team = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Personnel",
                "is_private": True,
                "user_ids": [Command.set(cls.confidant.ids)],
            }
        )
        cls.identities = [cls._create_customer(number) for number in range(CUSTOMERS)]

    @classmethod
    def _create_customer(cls, number):
        account = cls.second_account if number % 2 else cls.account
        first, cls.account = cls.account, account
        try:
            conversation = cls._create_conversation(
                f"Customer {number}", f"+96477055500{number:02d}"
            )
        finally:
            cls.account = first
        if number == 0:
            conversation.helpdesk_partner_id.user_id = cls.salesperson
        conversation.helpdesk_sales_readable = account.sales_can_read
        return conversation.messaging_identity_id

    def setUp(self):
        super().setUp()
        self.maxDiff = None
        self.journal = self.env["messaging.join"]

    # -- one example ------------------------------------------------------------------

    @contextmanager
    def _world(self):
        """Undo everything of an example when it is over."""
        savepoint = self.env.cr.savepoint()
        self.written, self.joins, self.counter = {}, [], 0
        try:
            yield
        finally:
            self.env.flush_all()
            savepoint.rollback()
            savepoint.close()
            self.env.invalidate_all()

    def _do(self, step, *places):
        getattr(self, f"_step_{step}")(*places)
        self.env.flush_all()
        self.env.invalidate_all()

    def _remember(self, message, identity=None):
        self.written[message.id] = (message.body, identity)

    def _get_case(self, conversation):
        case = conversation.helpdesk_ticket_id
        if case and not case.closed and case.conversation_id == conversation:
            return case
        return self._open_case(conversation)

    def _open_case(self, conversation):
        identity = conversation.messaging_identity_id
        case = self.env["helpdesk.ticket"].create(
            {
                "name": "Another matter",
                "description": "Another matter",
                "partner_id": conversation.helpdesk_partner_id.id,
                "team_id": (conversation.helpdesk_private_team_id or self.team).id,
                "conversation_id": conversation.id,
                "messaging_account_id": identity.account_id.id,
                "messaging_identity_id": identity.id,
            }
        )
        conversation._helpdesk_sync_cases()
        return case

    # -- steps ------------------------------------------------------------------------

    def _step_write(self, place, **values):
        identity = self.identities[place]
        conversation = identity.conversation_id
        conversation.messaging_identity_id = identity
        self._get_case(conversation)
        self.counter += 1
        message = self._customer_says(conversation, f"Line {self.counter}")
        conversation._helpdesk_sync_cases()
        self._remember(message, identity)
        return message

    def _step_reply(self, place):
        identity = self.identities[place]
        conversation = identity.conversation_id
        conversation.messaging_identity_id = identity
        private = conversation.helpdesk_private_team_id
        agent = self.confidant if private else self.agent
        self._get_case(conversation).user_id = agent
        conversation._helpdesk_sync_cases()
        self.counter += 1
        message = self._reply(conversation, f"Answer {self.counter}", user=agent)
        self._remember(message, identity)

    def _step_note(self, place):
        conversation = self.identities[place].conversation_id
        private = conversation.helpdesk_private_team_id
        writer = self.confidant if private else self.leader
        self.counter += 1
        self._remember(self._note(conversation, f"Note {self.counter}", user=writer))

    def _step_file(self, place):
        message = self._step_write(place)
        message.attachment_ids = [
            Command.create(
                {
                    "name": "photo.png",
                    "raw": b"x",
                    "res_model": message.model,
                    "res_id": message.res_id,
                }
            )
        ]

    def _step_close(self, place):
        case = self.identities[place].conversation_id.helpdesk_ticket_id
        if case and not case.closed:
            closed = self.env["helpdesk.ticket.stage"].search(
                [("closed", "=", True)], limit=1
            )
            case.stage_id = closed

    def _step_confide(self, place):
        """Hand the open case to a private team; the customer lands there next."""
        case = self.identities[place].conversation_id.helpdesk_ticket_id
        if case and not case.closed and case.team_id == self.team:
            case.write({"team_id": self.private_team.id, "user_id": False})

    def _step_join(self, place, other, cases="apart"):
        source = self.identities[place].partner_id
        target = self.identities[other].partner_id
        if source == target:
            return
        identities = self.env["messaging.identity"].search(
            [("partner_id", "=", source.id)]
        )
        self.joins.append(
            self.journal._join(identities, target, "agent", self.leader, cases)
        )

    def _step_join_cases(self, place, other):
        self._step_join(place, other, "together")

    def _step_split(self, place):
        identity = self.identities[place]
        if len(self._get_identities(identity.partner_id)) > 1:
            self.journal._split(identity, self.leader)

    def _step_undo(self, back):
        standing = [join for join in self.joins if join.can_undo]
        if len(standing) > back:
            standing[-1 - back]._undo(self.leader)

    def _get_identities(self, partner):
        return self.env["messaging.identity"].search([("partner_id", "=", partner.id)])

    # -- what must hold ---------------------------------------------------------------

    def _check(self):
        conversations = self._get_conversations()
        self._check_keys(conversations)
        self._check_messages(conversations)
        self._check_belongings(conversations)
        for user in (self.agent, self.stranger, self.salesperson, self.confidant):
            self._check_visible(user, conversations)

    def _get_conversations(self):
        return self.env["discuss.channel"].search([("channel_type", "=", "helpdesk")])

    def _check_keys(self, conversations):
        live = conversations.filtered(lambda c: not c.helpdesk_merged_into_id)
        keys = live.mapped(
            lambda c: (
                c.messaging_inbox_id,
                c.helpdesk_partner_id,
                c.helpdesk_private_team_id,
            )
        )
        self.assertEqual(len(keys), len(set(keys)))
        for identity in self.identities:
            landing = identity.conversation_id
            self.assertIn(landing, live)
            self.assertEqual(landing.helpdesk_partner_id, identity.partner_id)
            self.assertTrue(identity.partner_id.active)

    def _check_messages(self, conversations):
        messages = self.env["mail.message"].browse(self.written)
        self.assertEqual(messages.exists(), messages)
        for message in messages:
            body, identity = self.written[message.id]
            self.assertEqual(message.body, body)
            self.assertIn(message.res_id, conversations.ids)
            if identity:
                self.assertEqual(message.messaging_identity_id, identity)
                place = self.env["discuss.channel"].browse(message.res_id)
                self.assertEqual(place.helpdesk_partner_id, identity.partner_id)
        merged = conversations.filtered("helpdesk_merged_into_id")
        stranded = messages.filtered(lambda m: m.res_id in merged.ids)
        self.assertFalse(stranded)
        # None of them is there a second time.
        same = self.env["mail.message"].search(
            [
                ("model", "=", "discuss.channel"),
                ("res_id", "in", conversations.ids),
                ("body", "in", messages.mapped("body")),
            ]
        )
        self.assertEqual(same, messages.sorted(reverse=True))

    def _check_belongings(self, conversations):
        for message in self.env["mail.message"].browse(self.written):
            parts = message.messaging_part_ids
            self.assertLessEqual(set(parts.conversation_id.ids), {message.res_id})
            files = message.attachment_ids
            self.assertLessEqual(set(files.mapped("res_id")), {message.res_id})
            case = message.helpdesk_ticket_id
            if case and message.messaging_identity_id:
                facts = case.search([("id", "=", case.id)])
                self.assertTrue(facts)
        for case in conversations.helpdesk_ticket_ids:
            self.assertFalse(case.conversation_id.helpdesk_merged_into_id)
            self.assertEqual(case.partner_id, case.conversation_id.helpdesk_partner_id)

    def _check_visible(self, user, conversations):
        """A message is read by exactly those who may read its conversation."""
        readable = conversations.with_user(user).search(
            [("id", "in", conversations.ids)]
        )
        messages = self.env["mail.message"].browse(self.written)
        seen = messages.with_user(user).search([("id", "in", messages.ids)])
        expected = messages.filtered(lambda m: m.res_id in readable.ids)
        written = messages.filtered(lambda m: m.author_id == user.partner_id)
        self.assertEqual(set(seen.ids), set((expected | written).ids))

    # -- properties -------------------------------------------------------------------

    @HARD
    @given(st.lists(STEPS, min_size=3, max_size=10))
    def test_nothing_is_lost_doubled_or_shown_to_others(self, steps):
        with self._world():
            for step in steps:
                self._do(*step)
                self._check()

    @HARD
    @given(st.lists(STEPS, max_size=6), PLACES, PLACES, st.booleans())
    @example([("confide", 0)], 0, 1, False)
    @example([("note", 0), ("confide", 0)], 0, 1, False)
    def test_undo_at_once_restores_the_state(self, steps, place, other, together):
        with self._world():
            for step in steps:
                self._do(*step)
            if self.identities[place].partner_id == self.identities[other].partner_id:
                return
            before = self._snapshot()
            self._do("join_cases" if together else "join", place, other)
            self.joins[-1]._undo(self.leader)
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(self._snapshot(), before)

    def _snapshot(self):
        """Everything of the customers that people can see, as plain values."""
        identities = self.env["messaging.identity"].browse(
            [identity.id for identity in self.identities]
        )
        partners = identities.with_context(active_test=False).partner_id
        conversations = self._get_conversations()
        live = conversations.filtered(lambda c: not c.helpdesk_merged_into_id)
        cases = live.helpdesk_ticket_ids.sorted("id")
        messages = self.env["mail.message"].browse(self.written)
        return {
            "identities": {
                i.id: (i.partner_id.id, i.conversation_id.id) for i in identities
            },
            "contacts": {p.id: (p.active, p.name, p.phone, p.email) for p in partners},
            "conversations": {
                c.id: (
                    c.helpdesk_partner_id.id,
                    c.helpdesk_agent_id.id,
                    fields.Datetime.to_string(c.helpdesk_waiting_since),
                    c.messaging_identity_id.id,
                )
                for c in live
            },
            "cases": {
                c.id: (c.conversation_id.id, c.partner_id.id, c.user_id.id, c.closed)
                for c in cases
            },
            "messages": {
                m.id: (m.res_id, m.helpdesk_ticket_id.id, m.attachment_ids.ids)
                for m in messages
            },
        }
