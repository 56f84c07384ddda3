from dataclasses import replace
from datetime import datetime, timezone

from freezegun import freeze_time

from odoo.tests import tagged

from ..gateway.updates import ButtonPress
from . import bodies
from .both_ways_case import NOW, STAMP, BothWaysCase
from .plain_channel import PlainMixin


@tagged("post_install", "-at_install")
class TestInboundBothWays(BothWaysCase):
    """A batch stored at once leaves exactly what posting one by one leaves."""

    # -- what customers do --------------------------------------------------------

    def _text(self, text, customer=1, **values):
        values.setdefault("timestamp", STAMP)
        return bodies.text(text, phone=f"964770123450{customer}", **values)

    def _known(self, *customers):
        with freeze_time(NOW):
            return self._receive(*(self._text("Hello", c) for c in customers))

    def _close(self, message):
        closed = self.env["helpdesk.ticket.stage"].search([("closed", "=", True)])
        with freeze_time(NOW):
            message.helpdesk_ticket_id.stage_id = closed[0]
            self.env.cr.flush()

    def test_several_messages_of_known_customers(self):
        self._known(1, 2)
        self._assert_both_ways_are_equal(
            self._text("One"), self._text("Two", 2), self._text("Three")
        )

    def test_messages_of_new_customers(self):
        self.team.user_ids = self.agent  # members of one agent come in one order
        self._assert_both_ways_are_equal(
            self._text("One", name="Eins"),
            self._text("Two", 2, name="Zwei"),
            self._text("Three", name="Eins"),
            self._text("Four", 3, name=""),
            new=True,
        )

    def test_first_words_that_open_no_case(self):
        self._assert_both_ways_are_equal(
            self._text("stop"),
            self._text("Hello", 2),
            self._text("thanks", 3),
            self._text("Still here?"),
            new=True,
        )

    def test_new_customer_of_a_private_team(self):
        self.team.write({"is_private": True, "user_ids": [(6, 0, self.agent.ids)]})
        self._assert_both_ways_are_equal(
            self._text("One"), self._text("Two"), self._text("stop"), new=True
        )

    def test_new_customer_of_two_numbers_with_languages_of_their_own(self):
        self.team.user_ids = self.agent
        self.env["res.lang"]._activate_lang("fr_FR")
        other = self._create_account(self.connection, "2", language="fr_FR")
        self._assert_both_ways_are_equal(
            self._text("One"),
            self._text("Two", number_id=other.external_id),
            self._text("Three", 2, number_id=other.external_id),
            self._text("Four"),
            new=True,
        )

    def test_new_customer_who_is_a_known_contact(self):
        self.env["res.partner"].create({"name": "Known", "phone": "+964 770 123 4501"})
        self._assert_both_ways_are_equal(
            self._text("New", 2), self._text("Known"), self._text("New", 2), new=True
        )

    def test_new_customer_from_an_advertisement(self):
        referral = {
            "source_type": "ad",
            "source_id": "1",
            "source_url": "https://fb.me/x",
            "ctwa_clid": "click",
        }
        self._assert_both_ways_are_equal(
            bodies.inbound(
                bodies.message(
                    phone="9647701234501",
                    timestamp=STAMP,
                    text={"body": "I saw this"},
                    referral=referral,
                )
            ),
            bodies.media("image", phone="9647701234502", timestamp=STAMP),
            new=True,
        )

    def test_first_message_after_an_answer_changes_who_waits(self):
        [first] = self._known(1)
        with freeze_time(NOW):
            case = first.helpdesk_ticket_id
            case._register_message("out", "agent", case.create_date)
            case.conversation_id._helpdesk_sync_cases()
            self.env.cr.flush()
        self._assert_both_ways_are_equal(self._text("One"), self._text("Two"))

    def test_files_quotes_words_and_late_messages(self):
        first = self._known(1, 2)
        self._close(first[1])
        self._assert_both_ways_are_equal(
            bodies.media("image", phone="9647701234501", timestamp=STAMP),
            self._text("Yes", mid="wamid.quoted"),
            self._text("Old", timestamp=STAMP - 7200),
            bodies.inbound(
                bodies.message(
                    phone="9647701234501",
                    timestamp=STAMP + 1,
                    text={"body": "That one"},
                    context={"id": "wamid.quoted"},
                )
            ),
            self._text("thanks", 2),
            self._text("stop"),
            self._text("agent please", 2),
            self._text("Bye"),
        )

    def test_other_updates_between_messages(self):
        [first] = self._known(1)
        target = first.messaging_part_ids.external_id
        self._assert_both_ways_are_equal(
            self._text("One"),
            bodies.inbound(
                bodies.message(
                    "reaction",
                    phone="9647701234501",
                    timestamp=STAMP,
                    reaction={"message_id": target, "emoji": "👍"},
                )
            ),
            bodies.echo("From the shop", to="9647701234501", timestamp=STAMP),
            self._text("Two"),
        )

    def test_message_of_a_customer_with_a_second_address(self):
        self._known(1)
        self._assert_both_ways_are_equal(
            self._text("One"),
            self._text("Two", bsuid=bodies.BSUID),
            bodies.text("Three", phone="", bsuid=bodies.BSUID, timestamp=STAMP),
        )


@tagged("post_install", "-at_install")
class TestAlbumBothWays(PlainMixin, BothWaysCase):
    """Albums and presses among the messages of others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_plain()

    def setUp(self):
        super().setUp()
        self._start_plain()

    def _deliver(self, values, **kwargs):
        return super()._deliver(values, **{**kwargs, "connection": self.plain})

    def _arrive_both_ways(self, *updates, **kwargs):
        moment = datetime.fromtimestamp(STAMP, timezone.utc)
        updates = [replace(update, timestamp=moment) for update in updates]
        self.known.update((update.key, update) for update in updates)
        self._assert_both_ways_are_equal(
            *([update.key] for update in updates), **kwargs
        )

    def test_albums_of_known_customers(self):
        with freeze_time(NOW):
            self._arrive(self._update("Hello"), self._update("Hello", customer="43"))
        self._arrive_both_ways(
            self._update("One"),
            self._photo(album="a"),
            self._photo(album="a", customer="43"),
            self._update("Two", customer="43"),
            self._photo("Caption", album="a"),
            self._update("Three"),
            self._photo(album="a", customer="43"),
        )

    def test_album_of_a_new_customer(self):
        self.team.user_ids = self.agent
        self._arrive_both_ways(
            self._photo(album="a"),
            self._update("Hello", customer="43"),
            self._photo("Caption", album="a"),
            new=True,
        )

    def test_presses_between_messages(self):
        with freeze_time(NOW):
            self._arrive(self._update("Hello"), self._update("Hello", customer="43"))
        press = {"type": "button", "button": ButtonPress("yes", "Yes")}
        self._arrive_both_ways(
            self._update("One"),
            self._update("Yes", acknowledge="q1", **press),
            self._update("Two", customer="43"),
            self._update("Yes", acknowledge="q2", customer="43", **press),
        )
