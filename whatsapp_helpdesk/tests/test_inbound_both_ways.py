import json

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from . import bodies
from .common import MessagingCase

NOW = "2026-03-02 10:00:00"
STAMP = 1772445590  # a little before
#: Everything that a message can leave behind.
TABLES = (
    "mail_message",
    "messaging_message",
    "messaging_media",
    "messaging_consent",
    "helpdesk_message_fact",
    "helpdesk_ticket",
    "discuss_channel",
    "discuss_channel_member",
    "messaging_identity",
    "messaging_address",
    "messaging_update",
    "res_partner",
    "mail_activity",
    "mail_followers",
    "mail_notification",
    "mail_tracking_value",
    "mail_push",
    "bus_bus",
)
#: Random, or a link signed anew each time.
VOLATILE = {"access_token", "correlation", "message_id"}


@tagged("post_install", "-at_install")
class TestInboundBothWays(MessagingCase):
    """A batch stored at once leaves exactly what posting one by one leaves."""

    maxDiff = None

    def _assert_both_ways_are_equal(self, *updates, new=False):
        """Process the bodies in both ways from the same state and compare.

        :param new: of new customers, whose state is announced less often.
        """
        self.env.cr.flush()
        sequences = self._get_sequences()
        one_by_one, calls_one_by_one = self._process_and_undo(updates, together=False)
        self._restore_sequences(sequences)
        together, calls_together = self._process_and_undo(updates, together=True)
        self.assertTrue(one_by_one["mail_message"])
        self.assertEqual(calls_together, calls_one_by_one)
        if new:
            for rows in (one_by_one, together):
                rows["bus_bus"] = self._fold_bus(rows["bus_bus"])
        if new:
            self._assert_bus_is_equal(together.pop("bus_bus"), one_by_one["bus_bus"])
        for table in together:
            self.assertEqual(together[table], one_by_one[table], table)

    def _assert_bus_is_equal(self, found, wanted):
        self.assertEqual(found[0], wanted[0])
        for key in found[1].keys() | wanted[1].keys():
            self.assertEqual(found[1].get(key), wanted[1].get(key), key)

    def _process_and_undo(self, updates, *, together):
        calls, bulks = [], []
        channel_class = self.env.registry["discuss.channel"]
        real_hook = channel_class._message_post_after_hook
        real_bulk = channel_class._helpdesk_post_together

        def after_hook(channel, message, values):
            calls.append((channel.id, message.id, _plain(values)))
            return real_hook(channel, message, values)

        def post_together(channels, posts):
            bulks.append(posts)
            return real_bulk(channels, posts)

        inbound_class = self.env.registry["messaging.inbound"]
        self.patch(channel_class, "_message_post_after_hook", after_hook)
        self.patch(channel_class, "_helpdesk_post_together", post_together)
        self.patch(inbound_class, "_may_store_together", lambda inbound: together)
        savepoint = self.env.cr.savepoint()
        with freeze_time(NOW):
            for values in updates:
                self._deliver(values)
            self._process()
            rows = {table: self._get_rows(table) for table in TABLES}
        savepoint.rollback()
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        self.patch(channel_class, "_message_post_after_hook", real_hook)
        self.patch(channel_class, "_helpdesk_post_together", real_bulk)
        self.assertEqual(bool(bulks), together)
        return rows, calls

    def _get_rows(self, table):
        self.env.cr.execute(
            SQL("SELECT to_jsonb(t) FROM %s t ORDER BY id", SQL.identifier(table))
        )
        rows = [row[0] for row in self.env.cr.fetchall()]
        if table == "bus_bus":
            return self._group_bus(rows)
        return [{k: v for k, v in row.items() if k not in VOLATILE} for row in rows]

    def _group_bus(self, rows):
        """What each listener hears, in order."""
        heard = {}
        for row in rows:
            heard.setdefault(row["channel"], []).append(json.loads(row["message"]))
        return heard

    def _fold_bus(self, heard):
        """What all listeners together know in the end, and what they are told besides.

        For a new customer the state is announced once, to who joins, instead of
        several times.
        """
        told, known = {}, {}
        for listener, news in heard.items():
            told[listener] = []
            for item in news:
                records = item["payload"]
                if item["type"] == "discuss.channel/joined":
                    records = item["payload"].pop("data")
                if item["type"] != "mail.record/insert":
                    told[listener].append(item)
                if item["type"] in ("mail.record/insert", "discuss.channel/joined"):
                    self._fold_records(known, records)
        return {who: what for who, what in told.items() if what}, known

    def _fold_records(self, known, records):
        for model, found in records.items():
            for values in found if isinstance(found, list) else [found]:
                key = (model, values.get("id"), values.get("model"))
                known.setdefault(key, {}).update(values)

    def _get_sequences(self):
        self.env.cr.execute(
            "SELECT sequencename, last_value FROM pg_sequences "
            "WHERE schemaname = current_schema "
            "AND sequencename != 'helpdesk_assignment_id_seq'"
        )
        return self.env.cr.fetchall()

    def _restore_sequences(self, sequences):
        for name, value in sequences:
            self.env.cr.execute(
                "SELECT setval(%s, %s, %s)", (f'"{name}"', value or 1, bool(value))
            )

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


def _plain(values):
    return {key: str(value) for key, value in values.items() if key not in VOLATILE}
