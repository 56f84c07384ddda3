"""Databases with many stored messages: rows of real conversations, multiplied by SQL.

Columns are read from the schema, so that a new one needs no change here: what is not
named keeps the value that the product gave the row it is a copy of.
"""

import json
from pathlib import Path

import psycopg2
from bench import SETUP

from devtools.console import say, step
from devtools.database import PREFIX, read_state, write_state
from devtools.paths import cached, digest, project_addons

SEEDS = Path(__file__).with_name("setup_seeds.py")
TABLES = (
    "mail_message",
    "messaging_message",
    "helpdesk_message_fact",
    "messaging_update",
    "messaging_event",
    "discuss_channel",
    "discuss_channel_member",
    "helpdesk_ticket",
    "messaging_identity",
    "messaging_address",
    "res_partner",
)
PER_CONVERSATION = 200
OPEN = 20
LONG = 10_000
#: Far from what the sequences gave already.
BASE = 10_000
DAYS = 400
#: Days that raw bodies, and then their rows, are kept by the product, less a few.
BODY_DAYS, KEPT_DAYS = 28, 85
TIMES = {"id": "i", "create_date": "at", "write_date": "at"}


def grown_template(bench, messages):
    """Return a template with so many stored messages; made once for a schema."""
    source = bench.template()
    name = f"{PREFIX}_stored{messages}_{_schema_key(bench, source)}"

    def build(work):
        bench.databases.copy(source, work)
        settings = {"base_url": "http://localhost", "fake_url": "", "agents": 4}
        bench.databases.run_script(work, SETUP, settings)
        seeds = bench.databases.run_script(work, SEEDS, {})
        Growth(bench, work, seeds, messages).run()
        write_state(name, source=source)

    bench.databases.template(name, f"{messages} stored messages", build)
    for other in bench.databases.names(f"{PREFIX}_stored{messages}_"):
        if other != name:  # of an older schema, and large
            bench.databases.drop(other)
    if read_state(name).get("source") != source:
        with step(f"updating the database of {messages} messages"):
            bench.databases.install(
                name, project_addons(), log=cached("logs", name), flag="-u"
            )
        write_state(name, source=source)
    return name


def _schema_key(bench, source):
    """Return a key of all columns and indexes of the tables that grow."""
    names = ", ".join(f"'{table}'" for table in TABLES)
    columns = bench.databases.sql(
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        f"WHERE table_schema = 'public' AND table_name IN ({names}) ORDER BY 1, 2",
        source,
    )
    indexes = bench.databases.sql(
        f"SELECT indexdef FROM pg_indexes WHERE tablename IN ({names}) ORDER BY 1",
        source,
    )
    scripts = [path.read_text() for path in (Path(__file__), SEEDS, SETUP)]
    return digest(bench.env.key(), json.dumps([columns, indexes]), *scripts)


class Growth:
    """Multiplies two seed conversations."""

    def __init__(self, bench, database, seeds, messages):
        where = bench.env.connection
        # Superuser: a million rows without their triggers.
        self.connection = psycopg2.connect(
            host=where.host, port=where.port, user="postgres", dbname=database
        )
        self.seeds = seeds
        self.conversations = max(OPEN + 1, messages // PER_CONVERSATION)
        self.messages = messages

    def run(self):
        """Create everything in one transaction."""
        with self.connection, self.connection.cursor() as cursor:
            self.cursor = cursor
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("SET LOCAL synchronous_commit = off")
            cursor.execute("SET LOCAL work_mem = '256MB'")
            # The open ones come first, then the long one, then the closed ones.
            self._conversations("open", 0, OPEN + 1)
            self._conversations("closed", OPEN + 1, self.conversations)
            self._messages("question", 0)
            self._messages("answer", 1)
            self._link_last_messages()
            for table in (*TABLES, "ir_attachment"):
                cursor.execute(
                    f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"
                )
        self.connection.autocommit = True
        with self.connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        self.connection.close()

    def _conversations(self, kind, first, end):
        seed = self.seeds[kind]
        numbers = (
            f"SELECT n, {BASE} + n AS i FROM generate_series({first}, {end - 1}) n"
        )
        phone = "'96477' || lpad((20000000 + n)::text, 8, '0')"
        self._clone(
            "res_partner",
            seed["partner"],
            numbers,
            id="i",
            name="'Stored customer ' || n",
            complete_name="'Stored customer ' || n",
            commercial_partner_id="i",
            phone=f"'+' || {phone}",
            phone_sanitized=f"'+' || {phone}",
        )
        self._identities(seed, numbers, phone)
        self._channels(seed, numbers)

    def _identities(self, seed, numbers, phone):
        self._clone(
            "messaging_identity",
            seed["identity"],
            numbers,
            id="i",
            name="'Stored customer ' || n",
            partner_id="i",
            conversation_id="i",
        )
        for position, address in enumerate(seed["addresses"]):
            self._clone(
                "messaging_address",
                address,
                numbers,
                id=f"i + {position} * 1000000",
                identity_id="i",
                value=phone if not position else f"s.value || '-' || {phone}",
            )

    def _channels(self, seed, numbers):
        """Conversations, their cases and members."""
        self._clone(
            "discuss_channel",
            seed["channel"],
            numbers,
            id="i",
            name="'Stored customer ' || n",
            uuid="'stored' || n",
            helpdesk_partner_id="i",
            messaging_identity_id="i",
            helpdesk_ticket_id=_if_set("helpdesk_ticket_id", "i"),
        )
        self._clone(
            "helpdesk_ticket",
            seed["ticket"],
            numbers,
            id="i",
            number="'ST' || lpad(n::text, 8, '0')",
            partner_id="i",
            commercial_partner_id="i",
            conversation_id="i",
            messaging_identity_id="i",
            access_token="NULL",
            create_date=f"now() - interval '{DAYS} days' + n * interval '1 minute'",
        )
        for position, member in enumerate(seed["members"]):
            self._clone(
                "discuss_channel_member",
                member,
                numbers,
                id=f"i + {position} * 1000000",
                channel_id="i",
                seen_message_id="NULL",
                fetched_message_id="NULL",
                new_message_separator="0",
            )

    def _messages(self, part, parity):
        """All questions or all answers, spread over conversations and time.

        The long conversation has messages of its own; open ones get them as well, so
        that they are as long as the others.
        """
        total = self.messages + LONG
        spread = f"n % {self.conversations}"
        numbers = (
            f"SELECT n, {BASE} + n AS i, {BASE} + CASE WHEN n >= {self.messages} "
            f"THEN {OPEN} ELSE {spread} END AS c, "
            f"(now() AT TIME ZONE 'UTC') - interval '{DAYS} days' "
            f"+ n * (interval '{DAYS} days' / {total}) AS at "
            f"FROM generate_series(0, {total - 1}) n WHERE "
            f"(CASE WHEN n >= {self.messages} THEN n ELSE n / {self.conversations} END)"
            f" % 2 = {parity}"
        )
        seed = self.seeds["closed"][part]
        self._rows_of_messages(part, seed, numbers)
        if part == "question":
            self._updates(seed, numbers)
            self._attachments(numbers)

    def _rows_of_messages(self, part, seed, numbers):
        """A message, its part and its fact."""
        self._clone(
            "mail_message",
            seed["message"],
            numbers,
            **TIMES,
            res_id="c",
            helpdesk_ticket_id="c",
            messaging_identity_id="c",
            author_id="c" if part == "question" else "s.author_id",
            message_id="'<stored' || n || '@bench>'",
            date="at",
            body="'<p>Stored message ' || n || ': where is my order, please?</p>'",
        )
        self._clone(
            "messaging_message",
            seed["part"],
            numbers,
            **TIMES,
            mail_message_id="i",
            conversation_id="c",
            ticket_id="c",
            identity_id="c",
            external_id="'wamid.stored' || n",
            correlation=_if_set("correlation", "'stored' || n"),
            occurred_at="at",
        )
        self._clone(
            "helpdesk_message_fact",
            seed["fact"],
            numbers,
            **TIMES,
            mail_message_id="i",
            conversation_id="c",
            ticket_id="c",
            occurred_at="at",
            posted_at="at",
        )

    def _updates(self, seed, numbers):
        """Raw bodies and updates, no older than the product keeps them."""
        numbers = (
            f"SELECT *, at < now() - interval '{BODY_DAYS} days' AS old "
            f"FROM ({numbers}) x WHERE at > now() - interval '{KEPT_DAYS} days'"
        )
        self._clone(
            "messaging_event",
            seed["event"],
            numbers,
            **TIMES,
            sha256="md5(n::text) || md5('x' || n)",
            body="CASE WHEN old THEN NULL ELSE s.body END",
            received_at="at",
        )
        self._clone(
            "messaging_update",
            seed["update"],
            numbers,
            **TIMES,
            key="'stored' || n",
            event_id="i",
            mail_message_id="i",
            partition="n % 64",
            occurred_at="at",
        )

    def _attachments(self, numbers):
        """Every tenth message of the long conversation has a picture."""
        self.cursor.execute(
            "SELECT id FROM ir_attachment WHERE mimetype LIKE 'image/%' "
            "AND store_fname IS NOT NULL ORDER BY id LIMIT 1"
        )
        (seed,) = self.cursor.fetchone()
        some = f"SELECT * FROM ({numbers}) x WHERE c = {BASE + OPEN} AND n % 20 = 0"
        self._clone(
            "ir_attachment",
            seed,
            some,
            **TIMES,
            name="'picture ' || n || '.png'",
            res_model="'discuss.channel'",
            res_id="c",
            res_field="NULL",
            url="NULL",
            public="false",
        )
        self.cursor.execute(
            "INSERT INTO message_attachment_rel (message_id, attachment_id) "
            f"SELECT i, i FROM ({some}) y"
        )

    def _link_last_messages(self):
        """Members saw all but the last message; one more is unread."""
        self.cursor.execute(
            """
            UPDATE discuss_channel_member m
               SET seen_message_id = l.seen, fetched_message_id = l.last,
                   new_message_separator = l.last
              FROM (SELECT res_id, max(id) AS last,
                           (array_agg(id ORDER BY id DESC))[2] AS seen
                      FROM mail_message
                     WHERE model = 'discuss.channel' AND res_id >= %s
                     GROUP BY res_id) l
             WHERE m.channel_id = l.res_id
            """,
            [BASE],
        )

    def _clone(self, table, seed, numbers, **values):
        """Insert a copy of the row `seed` for each row of the query `numbers`."""
        if not seed:  # an answer has no update
            return
        self.cursor.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = %s "
            "AND is_generated = 'NEVER'",
            [table],
        )
        columns = [row[0] for row in self.cursor.fetchall()]
        known = {name: text for name, text in values.items() if name in columns}
        expressions = [known.get(name, f's."{name}"') for name in columns]
        names = ", ".join(f'"{name}"' for name in columns)
        self.cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(expressions)} "
            f"FROM {table} s, ({numbers}) g WHERE s.id = {int(seed)}"
        )
        if self.cursor.rowcount > 100_000:
            say(f"    {table}: {self.cursor.rowcount} rows")


def _if_set(column, value):
    """Return SQL: a value where the seed has one."""
    return f"CASE WHEN s.{column} IS NULL THEN NULL ELSE {value} END"
