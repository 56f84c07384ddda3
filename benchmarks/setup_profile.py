"""Run inside an Odoo shell after SETTINGS: where the time of one batch goes.

Delivers messages of customers and processes them in this process under cProfile; the
queries are counted by their first words and table.
"""

import collections
import cProfile
import io
import json
import pstats
import re
import time

from odoo.sql_db import Cursor

from devtools.fakes.whatsapp import bodies
from devtools.load_bodies import customer

QUERIES = collections.Counter()
SECONDS = collections.Counter()
KIND = re.compile(
    r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|SAVEPOINT|RELEASE|WITH|NOTIFY)\b"
    r"(?:.*?\bFROM)?\s*\"?(\w*)",
    re.I | re.S,
)


def count_queries():
    """Count every query of this process."""
    execute = Cursor.execute

    def counted(self, query, *args, **kwargs):
        begun = time.perf_counter()
        try:
            return execute(self, query, *args, **kwargs)
        finally:
            text = getattr(query, "code", query)
            text = text.decode() if isinstance(text, bytes) else str(text)
            found = KIND.match(text)
            name = " ".join(found.groups()).lower() if found else text[:30]
            QUERIES[name] += 1
            SECONDS[name] += time.perf_counter() - begun

    Cursor.execute = counted


def deliver(env, connection, first, count):
    """Store messages of `count` customers."""
    changes = [
        bodies.text(customer(first + number), f"Where is my order {number}?")
        for number in range(count)
    ]
    body = bodies.encode(bodies.envelope(*changes))
    signature = bodies.sign(body, connection.sudo().app_secret)
    status, answer = connection._receive({"X-Hub-Signature-256": signature}, body)
    if status != 200:
        raise RuntimeError(answer)
    env.cr.commit()


def process(env, count, title):
    """Process what is stored and return a description of where the time went."""
    QUERIES.clear()
    SECONDS.clear()
    profile = cProfile.Profile()
    begun = time.perf_counter()
    profile.enable()
    env["messaging.update"]._cron_process()
    env.cr.commit()
    profile.disable()
    whole = time.perf_counter() - begun
    out = io.StringIO()
    stats = pstats.Stats(profile, stream=out)
    stats.sort_stats("cumulative").print_stats("whatsapp_helpdesk|mail/models", 45)
    stats.sort_stats("tottime").print_stats(15)
    top = "\n".join(
        f"{number / count:7.2f} each, {SECONDS[name] * 1000 / count:7.2f} ms: {name}"
        for name, number in sorted(QUERIES.items(), key=lambda item: -SECONDS[item[0]])[
            :30
        ]
    )
    return (
        f"== {title}: {count} messages, {1000 * whole / count:.1f} ms each (profiled), "
        f"{sum(QUERIES.values()) / count:.1f} queries each, "
        f"{1000 * sum(SECONDS.values()) / count:.1f} ms in SQL\n{top}\n{out.getvalue()}"
    )


def main(env, count):
    """Profile new customers, then the same ones returning."""
    connection = env["messaging.connection"].search([("name", "=", "Bench")])
    count_queries()
    deliver(env, connection, 700_000, 5)
    process(env, 5, "warm-up")
    texts = []
    for title in ("new customers", "returning customers", "returning again"):
        deliver(env, connection, 710_000, count)
        texts.append(process(env, count, title))
    return texts


# In one line each: the Odoo shell reads this file as if it were typed.
print("PROFILE_SETUP:" + json.dumps(main(env, SETTINGS["count"])))  # noqa: F821, T201
