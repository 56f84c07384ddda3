import json

from freezegun import freeze_time

from odoo.tools import SQL

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


class BothWaysCase(MessagingCase):
    """Compares a batch stored at once with posting one by one."""

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


def _plain(values):
    return {key: str(value) for key, value in values.items() if key not in VOLATILE}
