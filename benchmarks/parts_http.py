"""What the webhook route itself can take: requests per second, beside a bare route.

The jobs that process what is stored do not run meanwhile: they would take the cores
that are measured here, and a bare route has none.
"""

from stats import median, rounded

from devtools.console import say

BARE = "/bench/bare"
#: Connections at once: two workers never wait for the generator.
THREADS = 4


def ack(bench):
    """Compare our webhook with the bare route, in turns and in changing order."""
    rounds, count = (4, 200) if bench.quick else (8, 300)
    rates = {"ours": [], "bare": [], "batched": []}
    with bench.site("ack") as site, site.serving(cron_threads=0):
        for path in (None, BARE):
            site.load(path=path, watch=False, count=200, threads=THREADS)
        for number in range(rounds):
            turn = site.undisturbed("ack", lambda at=number: _round(site, at, count))
            for name, rate in turn.items():
                rates[name].append(rate)
        _check_durable(site)
    ratios = [
        ours / bare for ours, bare in zip(rates["ours"], rates["bare"], strict=False)
    ]
    bench.figures["ack_ratio_to_bare"] = rounded(median(ratios))
    bench.figures["ack_batched_msgs_per_s"] = rounded(median(rates["batched"]), 0)
    bench.raw["ack_rps"] = rounded(median(rates["ours"]), 1)
    bench.raw["bare_rps"] = rounded(median(rates["bare"]), 1)
    bench.raw["ack_ratios"] = [rounded(ratio) for ratio in ratios]


def _round(site, number, count):
    """One turn each; who goes first changes."""
    turns = [("ours", None), ("bare", BARE)]
    rates = {
        name: _rate(site, path, count)
        for name, path in (reversed(turns) if number % 2 else turns)
    }
    rates["batched"] = _rate(site, None, 20 * 40, per_body=20)
    ours, bare, batched = (rates[name] for name in ("ours", "bare", "batched"))
    say(
        f"    round {number + 1}: ours {ours:.0f}/s, bare {bare:.0f}/s "
        f"({ours / bare:.2f}), batched {batched:.0f} msgs/s"
    )
    return rates


def _rate(site, path, count, per_body=1):
    """Return messages acknowledged per second."""
    result = site.load(
        path=path, watch=False, count=count, per_body=per_body, threads=THREADS
    )
    good = result["statuses"].get("200", 0)
    if good != result["requests"]:
        return 0.0
    last = max(row[2] for row in result["rows"])
    first = min(row[1] for row in result["rows"])
    return result["messages"] / (last - first)


def _check_durable(site):
    """What was acknowledged is in the tables, and PostgreSQL keeps its promises."""
    settings = site.sql(
        "SELECT name, setting FROM pg_settings WHERE name IN "
        "('fsync', 'synchronous_commit', 'full_page_writes')"
    )
    stored = site.value("SELECT count(*) FROM messaging_update")
    bare = site.value("SELECT count(*) FROM bench_bare")
    say(f"    {stored} updates and {bare} bare bodies stored; {dict(settings)}")
