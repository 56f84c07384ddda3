"""A number that the platform says is the sender's own."""

from dataclasses import replace
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from . import bodies
from .proof_case import KNOWN, SECOND, STRANGER, ProofCase

NUMBER = "+9647709999999"


@tagged("post_install", "-at_install")
class TestOwnContact(ProofCase):
    """The stranger shares a card; on their channel they have no number so far."""

    def setUp(self):
        super().setUp()
        features = replace(self.second._get_features(), own_contact=True)
        account_class = self.env.registry["messaging.account"]
        self.startPatcher(
            patch.object(account_class, "_get_features", lambda account: features)
        )
        self.contact = self.env["messaging.contact"]
        self.stranger.address_ids.kind = "user_id"
        self.stranger.partner_id.phone = False

    def _shares(self, number=NUMBER, own=True, forwarded=False):
        """The stranger sends a card in the way of the provider's webhook."""
        card = {
            "name": {"formatted_name": "Sara"},
            "phones": [{"phone": number, "wa_id": number.strip("+")}],
        }
        rest = {"context": {"forwarded": True}} if forwarded else {}
        message = bodies.message(
            "contacts",
            phone=STRANGER,
            contacts=[{**card, **({"origin": "contact_request"} if own else {})}],
            timestamp=self._now_timestamp(),
            **rest,
        )
        self.stranger.address_ids.filtered(
            lambda a: a.kind == "user_id"
        ).kind = "phone"  # the webhook of this provider names numbers
        return self._receive(bodies.inbound(message, number_id=SECOND, name="Sara"))

    def _learn(self, number=NUMBER):
        return self.contact._learn_own_number(self.stranger, number)

    def _create_owner(self, name="Owner", **values):
        return self.env["res.partner"].create({"name": name, "phone": NUMBER, **values})

    # -- whose it is ------------------------------------------------------------------

    def test_nobody_has_it_so_it_is_kept_as_verified(self):
        self.assertEqual(self._learn(), "kept")
        address = self.stranger.address_ids.filtered(lambda a: a.kind == "phone")
        self.assertEqual((address.value, address.verified), (NUMBER, True))
        self.assertEqual(self.stranger.partner_id.phone, NUMBER)
        self.assertFalse(self._get_joins())

    def test_one_person_has_it_so_they_are_joined(self):
        owner = self._create_owner()
        self.assertEqual(self._learn(), "joined")
        join = self._get_joins()
        self.assertEqual((join.partner_id, join.proof), (owner, "own_contact"))

    def test_an_archived_person_counts(self):
        owner = self._create_owner(active=False)
        self._learn()
        self.assertEqual(self._get_joins().partner_id, owner)

    def test_who_writes_from_it_on_another_channel_is_found(self):
        self.known.partner_id.phone = False
        self.assertEqual(self._learn(f"+{KNOWN}"), "joined")
        self.assertEqual(self._get_joins().partner_id, self.known.partner_id)

    def test_a_company_with_the_number_does_not_count(self):
        self._create_owner(is_company=True)
        self.assertEqual(self._learn(), "kept")
        self.assertFalse(self._get_joins())

    def test_of_another_company_of_ours_nobody_is_found(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self._create_owner(company_id=company.id)
        self.assertEqual(self._learn(), "kept")
        self.assertFalse(self._get_joins())

    def test_several_persons_are_a_suggestion_and_a_doubt(self):
        owners = self._create_owner("One") | self._create_owner("Two")
        self.assertEqual(self._learn(), "suggested")
        self.assertFalse(self._get_joins())
        self.assertEqual(self._get_suggested(), owners)
        self.assertEqual(self.stranger.doubt, "shared")

    def test_an_employee_is_never_joined(self):
        self.agent.partner_id.phone = NUMBER
        self.assertEqual(self._learn(), "suggested")
        self.assertFalse(self._get_joins())

    def test_a_number_in_doubt_is_a_suggestion(self):
        self.known._set_doubt("new_owner")
        self.assertEqual(self._learn(f"+{KNOWN}"), "suggested")
        self.assertFalse(self._get_joins())

    def test_who_is_somebody_else_already_is_not_joined(self):
        """What the platform says contradicts what we know: an agent decides."""
        owner = self._create_owner()
        self.stranger.partner_id.phone = "+9647701212121"
        self.assertEqual(self._learn(), "suggested")
        self.stranger.partner_id = self.known.partner_id
        self.known.partner_id.phone = False
        self.assertEqual(self._learn(), "suggested")
        self.assertFalse(self._get_joins())
        self.assertEqual(self._get_suggested(), owner)

    def test_a_number_of_another_customer_of_the_account_joins_nothing(self):
        self._says("Hello", phone=NUMBER.strip("+"), name="Third")
        self.assertEqual(self._learn(), "taken")
        self.assertFalse(self._get_joins())
        self.assertFalse(
            self.stranger.address_ids.filtered(lambda a: a.kind == "phone")
        )

    def test_a_test_customer_never_gets_a_real_contact(self):
        self._create_owner(is_messaging_test=True)
        self.assertEqual(self._learn(), "kept")

    def _get_suggested(self):
        return (
            self.env["messaging.join.suggestion"]
            .search([("identity_id", "=", self.stranger.id)])
            .partner_id
        )

    # -- what counts as own -----------------------------------------------------------

    def test_the_card_of_a_contact_request_counts(self):
        owner = self._create_owner()
        message = self._shares()
        self.assertEqual(self._get_joins().partner_id, owner)
        self.assertTrue(message.filtered("helpdesk_ticket_id"))

    def test_a_card_of_somebody_proves_nothing(self):
        self._create_owner()
        self._shares(own=False)
        self.assertFalse(self._get_joins())
        self.assertFalse(self.stranger.partner_id.phone)

    def test_a_forwarded_card_proves_nothing(self):
        self._create_owner()
        self._shares(forwarded=True)
        self.assertFalse(self._get_joins())

    def test_where_the_platform_vouches_for_nothing_it_proves_nothing(self):
        self._create_owner()
        features = replace(self.second._get_features(), own_contact=False)
        account_class = self.env.registry["messaging.account"]
        with patch.object(account_class, "_get_features", lambda account: features):
            self._shares()
        self.assertFalse(self._get_joins())

    def test_a_typed_number_proves_nothing(self):
        self._create_owner()
        self._says(f"My number is {NUMBER} and my order number is S00042")
        self.assertFalse(self._get_joins())

    def test_an_unsigned_delivery_is_not_even_read(self):
        self._create_owner()
        card = {
            "name": {"formatted_name": "Sara"},
            "phones": [{"phone": NUMBER}],
            "origin": "contact_request",
        }
        message = bodies.message("contacts", phone=STRANGER, contacts=[card])
        body = bodies.inbound(message, number_id=SECOND)
        status, _text = self._deliver(body, secret="guessed")
        self.assertEqual(status, 403)
        self._process()
        self.assertFalse(self._get_joins())

    # -- asking for it ----------------------------------------------------------------

    def test_the_assignee_asks_for_it(self):
        conversation = self.stranger.conversation_id
        conversation.with_user(self.agent).helpdesk_request_contact()
        part = self._get_outbox(conversation)[-1]
        self.assertEqual((part.kind, part.author_kind), ("contact_request", "agent"))

    def test_nobody_else_asks_for_it(self):
        conversation = self.stranger.conversation_id
        with self.assertRaises(AccessError):
            conversation.with_user(self.agent2).helpdesk_request_contact()

    def test_where_there_is_no_such_request_it_says_so(self):
        features = replace(self.second._get_features(), own_contact=False)
        account_class = self.env.registry["messaging.account"]
        with (
            patch.object(account_class, "_get_features", lambda account: features),
            self.assertRaisesRegex(UserError, "cannot ask"),
        ):
            self.stranger.conversation_id.with_user(
                self.agent
            ).helpdesk_request_contact()
