"""From the POST to the agent's screen: bursts, sustained load, the rush, the peer."""

import time

import requests
from stats import median, percentile, rate_between, rounded

from devtools.console import say
from devtools.fakes.whatsapp import bodies
from devtools.load_bodies import customer

#: Messages sent and not yet visible while the highest rate is looked for.
OUTSTANDING = 100
CUSTOMERS = 200


def warm_up(site, customers=CUSTOMERS, **values):
    """Let customers write once: they return later, with an open case."""
    plan = {"customers": customers, "count": customers, "threads": 8, "drain": 120}
    result = site.load(**{**plan, **values})
    if site.facts["agents"] and values.get("watch", True):
        site.check_stored(result)
    site.sql("ANALYZE")


def burst(bench, site):
    """100 first-time customers at once, until ticketed, assigned and visible."""
    times = []
    for _number in range(2 if bench.quick else 5):
        times.append(site.undisturbed("burst", lambda: _burst_once(site)))
        time.sleep(1)
    bench.figures["burst100_new_s"] = rounded(median(times))
    bench.raw["burst100_new_all_s"] = [rounded(value) for value in times]


def _burst_once(site):
    """Return seconds until all 100 are ticketed, assigned and visible.

    Seen means committed, and usually the case is assigned in the same transaction; the
    time until SQL knows of it is taken only if it is not.
    """
    before = site.value("SELECT coalesce(max(id), 0) FROM helpdesk_ticket")
    assigned = (
        "SELECT count(*) FROM helpdesk_ticket WHERE id > %s AND user_id IS NOT NULL"
    )
    first = next(site.bench.strangers)
    result = site.load(customers=100, offset=first, count=100, threads=12, drain=60)
    known = 0.0
    while site.value(assigned, before) < 100:
        known = time.monotonic() - result["begun"]
        if known > 90:
            break
        time.sleep(0.02)
    stored = site.check_stored(result)
    if stored["not_visible"] or stored["stored"] != 100:
        return float("inf")
    _marks, sent, answered, seen = zip(*result["rows"], strict=False)
    started = min(sent)
    say(
        f"    all answered after {max(answered) - started:.2f} s, visible: first "
        f"{min(seen) - started:.2f} s, half {median(seen) - started:.2f} s, all "
        f"{max(seen) - started:.2f} s; generator {result['cpu_s']:.2f} s CPU"
    )
    return max(*seen, known) - started


def closed_loop(site, seconds, **values):
    """Return messages per second, keeping OUTSTANDING on their way."""
    plan = {
        "customers": CUSTOMERS,
        "count": int(seconds * 400),
        "threads": 8,
        "outstanding": OUTSTANDING,
        "seconds": seconds,
        "drain": 60,
        **values,
    }
    name = f"sustained_{site.label}"
    result = site.undisturbed(name, lambda: site.load(**plan))
    seen = [row[3] for row in result["rows"] if row[3] is not None]
    start = seconds * 0.15  # the first of them fill the pipe
    rate = rate_between(seen, start, seconds)
    lags = [row[3] - row[1] for row in result["rows"] if row[3] is not None]
    return rate, lags, result


def sustained(bench, site, label):
    """The rate at which messages become visible while more always wait."""
    seconds = 10 if bench.quick else 22
    rate, lags, result = closed_loop(site, seconds)
    stored = site.check_stored(result)
    say(
        f"    {label}: {rate:.1f} msgs/s, lag p50 {median(lags):.2f} s, "
        f"p95 {percentile(lags, 0.95):.2f} s"
    )
    if stored["not_visible"] or stored["stored"] != stored["delivered"]:
        return 0.0
    return rate


def peer_sustained(bench, site):
    """The peer processes while it answers: as many requests at once as it likes."""
    seconds = 10 if bench.quick else 15
    rate, lags, result = closed_loop(site, seconds, count=int(seconds * 80))
    stored = site.check_stored(result)
    say(f"    the peer: {rate:.1f} msgs/s, lag p50 {median(lags):.2f} s; {stored}")
    return rate


def rush(bench, site):
    """1000 messages a minute, evenly, while somebody else's job holds threads."""
    seconds = 40 if bench.quick else 180
    site.sql(
        "UPDATE ir_cron SET active = true, nextcall = now() AT TIME ZONE 'UTC' "
        "WHERE cron_name LIKE 'Benchmark: slow%%'"
    )
    site.sql(f"NOTIFY cron_trigger, '{site.database}'")
    rate = 1000 / 60
    plan = {
        "customers": CUSTOMERS,
        "count": int(rate * seconds),
        "rate": rate,
        "threads": 8,
        "drain": 60,
    }
    result = site.undisturbed("rush", lambda: site.load(**plan))
    site.sql(
        "UPDATE ir_cron SET active = false WHERE cron_name LIKE 'Benchmark: slow%%'"
    )
    lags = [row[3] - row[1] for row in result["rows"] if row[3] is not None]
    stored = site.check_stored(result)
    p95 = percentile(lags, 0.95)
    if stored["not_visible"]:
        p95 = float("inf")
    bench.figures["rush_1000_per_min_p95_s"] = rounded(p95)
    bench.raw["rush_p50_s"] = rounded(median(lags))
    bench.raw["rush_max_s"] = rounded(max(lags))
    say(f"    p50 {median(lags):.3f} s, p95 {p95:.3f} s, max {max(lags):.3f} s")


def auto_reply(bench, site):
    """First messages one after the other, each until the provider is called."""
    count = 12 if bench.quick else 40
    site.sql("UPDATE messaging_account SET greeting_enabled = true")
    lags = site.undisturbed("auto_reply", lambda: _time_answers(site, count))
    site.sql("UPDATE messaging_account SET greeting_enabled = false")
    missing = lags.count(None)
    lags = [lag for lag in lags if lag is not None]
    if missing:
        say(f"    {missing} of {count} first messages got no automatic answer")
        bench.raw["auto_reply_missing"] = missing
        bench.figures["auto_reply_p95_s"] = None
        return
    p95 = percentile(lags, 0.95)
    bench.figures["auto_reply_p95_s"] = rounded(p95)
    bench.raw["auto_reply_p50_s"] = rounded(median(lags))
    bench.raw["auto_reply_max_s"] = rounded(max(lags))
    say(f"    p50 {median(lags):.3f} s, p95 {p95:.3f} s, max {max(lags):.3f} s")


def _time_answers(site, count):
    """Return the seconds of each; the first two only warm the server up."""
    first = next(site.bench.strangers)
    return [_time_answer(site, first + number) for number in range(count + 2)][2:]


def _time_answer(site, number):
    """Return seconds from the first byte of a first message to the provider's call."""
    who = customer(number)
    body = bodies.encode(bodies.envelope(bodies.text(who, "Good morning!")))
    headers = {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": bodies.sign(body, site.secret),
    }
    url = site.server.url + site.facts["webhook_path"]
    before = len(site.fake.sent)
    begun = time.time()
    requests.post(url, body, headers=headers, timeout=30)
    limit = time.monotonic() + 5
    while len(site.fake.sent) == before:
        if time.monotonic() > limit:
            return None
        time.sleep(0.002)
    lag = site.fake.sent[before].at - begun
    time.sleep(0.4 + 0.013 * (number % 7))  # idle again, at no fixed beat
    return lag
