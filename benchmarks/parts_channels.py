"""Every channel: how fast bodies are read, messages are shown, customers are joined."""

import importlib
import json
import threading
import time

from channel_site import CHANNELS, FIRST_STORED
from grow import BASE
from mixed_load import count_faults, read_log
from stats import median, percentile, rounded

from devtools import load_bodies
from devtools.console import say
from devtools.fakes.whatsapp import bodies
from devtools.parse import load_gateway
from devtools.paths import ROOT
from devtools.smoke_client import Agent, wait_for

SAMPLES = ROOT / "whatsapp_helpdesk" / "tests" / "samples"
SECRET = "0123456789abcdef0123456789abcdef"
#: Messages a second that come in while customers are joined.
LOAD_RATE = 8


# -- reading ---------------------------------------------------------------------------


def parse(bench):
    """Signature and reading of bodies, by one thread, one after the other."""
    providers = load_gateway().PROVIDERS
    seconds = 0.4 if bench.quick else 1.5
    rates = {}
    for channel in CHANNELS:
        provider = providers[channel]
        found = _signed_samples(channel)
        rates[channel] = round(_read_rate(provider, found, seconds))
        rate = round(_read_rate(provider, [_signed_text(channel)], seconds))
        say(f"    {channel}: {rates[channel]}/s of {len(found)}, texts {rate}/s")
        bench.raw[f"gateway_parse_text_{channel}_per_s"] = rate
    bench.raw["gateway_parse_by_channel"] = rates
    bench.figures["gateway_parse_per_s"] = min(rates.values())


def _read_rate(provider, signed, seconds):
    """The middle of five rounds: bodies a second of processor time."""
    rates = []
    for _round in range(5):
        done, begun = 0, time.thread_time()
        while time.thread_time() - begun < seconds / 5:
            for headers, body in signed:
                provider.verify(headers, body, (SECRET,))
                provider.parse(body)
            done += len(signed)
        rates.append(done / (time.thread_time() - begun))
    return median(rates)


def _signed_samples(channel):
    """All sample bodies of a channel that can be read at all."""
    errors = importlib.import_module(f"{load_gateway().__name__}.errors")
    provider = load_gateway().PROVIDERS[channel]
    found = []
    for path in sorted((SAMPLES / channel).rglob("*.json")):
        body = path.read_bytes()
        try:
            provider.parse(body)
        except errors.MalformedPayload:
            continue
        found.append((_sign(channel, body), body))
    return found or [_signed_text(channel)]


def _signed_text(channel):
    text = load_bodies.TEXTS[0]
    if channel == "whatsapp":
        change = bodies.text(load_bodies.customer(1), text)
        body = bodies.encode(bodies.envelope(change))
    elif channel == "telegram":
        update = load_bodies.telegram_update("r", 1, load_bodies.FIRST_CHAT, text)
        body = json.dumps(update).encode()
    else:
        item = load_bodies.sandbox_item("r", 1, "load-1", text)
        body, _headers = load_bodies.sandbox_body("bench", [item], SECRET)
    return _sign(channel, body), body


def _sign(channel, body):
    if channel == "whatsapp":
        return {"X-Hub-Signature-256": bodies.sign(body, SECRET)}
    if channel == "telegram":
        return {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    signature = importlib.import_module(f"{load_gateway().__name__}.sandbox.signature")
    return signature.signed_headers(body, SECRET)


# -- showing ---------------------------------------------------------------------------


def sync(bench, site):
    """On an idle server, one message after the other, until an agent's page has it."""
    count = 12 if bench.quick else 60
    worst = {}
    for channel in CHANNELS:
        warm = site.load(channel=channel, customers=20, count=20, threads=4, drain=60)
        site.check_stored(warm)
        plan = {"customers": 20, "count": count, "threads": 1, "rate": 1.7, "drain": 30}
        name = f"sync_{channel}"
        result = site.undisturbed(
            name, lambda channel=channel, plan=plan: site.load(channel=channel, **plan)
        )
        lags = [row[3] - row[1] for row in result["rows"] if row[3] is not None]
        stored = site.check_stored(result)
        p95 = percentile(lags, 0.95)
        if stored["not_visible"] or stored["stored"] != count:
            p95 = float("inf")
        worst[channel] = rounded(p95)
        bench.raw[f"{name}_p50_s"] = rounded(median(lags))
        bench.raw[f"{name}_max_s"] = rounded(max(lags))
        say(f"    {channel}: p50 {median(lags):.3f} s, p95 {p95:.3f} s")
    bench.raw["sync_p95_by_channel_s"] = worst
    bench.figures["sync_p95_s"] = max(worst.values())


# -- joining ---------------------------------------------------------------------------


class Joins:
    """Joins the stored pairs, by an agent's click and by a proof in turns."""

    def __init__(self, site):
        self.site = site
        self.admin = Agent(
            site.server.url, site.server.websocket_url, site.database, "admin", "admin"
        )
        self.seconds = {"click": [], "proof": []}
        self.failures = []

    def run(self):
        for number in range(self.site.pairs):
            kind = ("click", "proof")[number % 2]
            begun = time.monotonic()
            try:
                self._join(number, now=kind == "click")
            except RuntimeError as error:
                self.failures.append(f"pair {number}: {error}")
                continue
            self.seconds[kind].append(time.monotonic() - begun)
            time.sleep(0.3)
        self.admin.close()

    def _join(self, number, now):
        source, target = BASE + number, BASE + self.site.pairs + number
        context = {"identities": [source], "partner": target, "now": now}
        self.admin.orm(
            "ir.actions.server", "run", [self.site.facts["join"]], context=context
        )
        wait_for(lambda: self._is_joined(source, target), f"pair {number} is joined")

    def _is_joined(self, source, target):
        """The customer is one contact, and all messages are in one conversation."""
        (partners, conversations), *_rest = self.site.sql(
            "SELECT (SELECT count(DISTINCT partner_id) FROM messaging_identity "
            "         WHERE id = ANY(%s)), count(DISTINCT res_id) FROM mail_message "
            "WHERE model = 'discuss.channel' AND messaging_identity_id = ANY(%s)",
            [source, target],
            [source, target],
        )
        return (partners, conversations) == (1, 1)


def merge(bench, site):
    """Join conversations of 2 000 messages each while other messages come in."""
    counts = _count(site)
    log_start = len(read_log(site))
    joins = Joins(site)
    thread = threading.Thread(target=joins.run)
    stored_customers = {"offset": FIRST_STORED, "customers": max(50, site.pairs)}
    thread.start()
    results = []
    plan = {"count": LOAD_RATE * 10, "rate": LOAD_RATE, "threads": 4, "drain": 60}
    while thread.is_alive() and len(results) < 30:
        results.append(site.load(**stored_customers, **plan))
    thread.join(120)
    bench.raw["merge_log_errors"] = count_faults(read_log(site)[log_start:])
    _report_joins(bench, site, joins, results, counts)


def _count(site):
    """Stored messages, their parts and facts: none may be lost or doubled."""
    return {
        table: site.value(
            f"SELECT count(*) FROM {table} WHERE id >= {BASE} AND id < "
            f"{BASE + site.pairs * 4000}"
        )
        for table in ("mail_message", "messaging_message", "helpdesk_message_fact")
    }


def _report_joins(bench, site, joins, results, counts):
    for failure in joins.failures:
        say(f"    ! {failure}")
    lost = sum(
        (stored := site.check_stored(result))["not_visible"]
        + abs(stored["delivered"] - stored["stored"])
        for result in results
    )
    same = counts == _count(site)
    seconds = [value for values in joins.seconds.values() for value in values]
    p95 = percentile(seconds, 0.95)
    lags = [r[3] - r[1] for res in results for r in res["rows"] if r[3] is not None]
    for kind, values in joins.seconds.items():
        if values:
            bench.raw[f"merge_{kind}_p50_s"] = rounded(median(values))
            bench.raw[f"merge_{kind}_max_s"] = rounded(max(values))
    bench.raw["merge_joins"] = len(seconds)
    bench.raw["merge_failed"] = len(joins.failures)
    bench.raw["merge_lost"] = lost
    bench.raw["merge_rows_kept"] = same
    bench.raw["merge_inbound_lag_p95_s"] = rounded(percentile(lags, 0.95))
    if joins.failures or lost or not same or p95 is None:
        bench.figures["merge_p95_s"] = None
        return
    bench.figures["merge_p95_s"] = rounded(p95)
    say(f"    {len(seconds)} joins: p50 {median(seconds):.2f} s, p95 {p95:.2f} s")
