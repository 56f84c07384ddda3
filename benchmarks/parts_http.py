"""What the webhook route itself can take: requests per second, beside a bare route.

The jobs that process what is stored do not run meanwhile: they would take the cores
that are measured here, and a bare route has none.
"""

import time

from stats import median, rounded

from devtools.console import say

BARE = "/bench/bare"


def ack(bench):
    """Compare our webhook with the bare route, in turns."""
    rounds, count = (3, 300) if bench.quick else (5, 600)
    rates = {"ours": [], "bare": [], "batched": []}
    with bench.site("ack") as site, site.serving(cron_threads=0):
        for path in (None, BARE):
            site.load(path=path, watch=False, count=100, threads=4)
        for number in range(rounds):
            rates["ours"].append(_rate(site, None, count))
            rates["bare"].append(_rate(site, BARE, count))
            bodies = 20 if bench.quick else 40
            rates["batched"].append(_rate(site, None, 20 * bodies, per_body=20))
            say(
                f"    round {number + 1}: ours {rates['ours'][-1]:.0f}/s, bare "
                f"{rates['bare'][-1]:.0f}/s, batched {rates['batched'][-1]:.0f} msgs/s"
            )
        _check_durable(site)
    ratios = [
        ours / bare for ours, bare in zip(rates["ours"], rates["bare"], strict=False)
    ]
    bench.figures["ack_ratio_to_bare"] = rounded(median(ratios))
    bench.figures["ack_batched_msgs_per_s"] = rounded(median(rates["batched"]), 0)
    bench.raw["ack_rps"] = rounded(median(rates["ours"]), 1)
    bench.raw["bare_rps"] = rounded(median(rates["bare"]), 1)
    bench.raw["ack_ratios"] = [rounded(ratio) for ratio in ratios]


def _rate(site, path, count, per_body=1):
    """Return messages acknowledged per second."""
    result = site.load(
        path=path, watch=False, count=count, per_body=per_body, threads=4
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
    time.sleep(0.1)
