"""What an agent's browser asks for in a database with many stored messages."""

import time

from grow import BASE, OPEN
from stats import median, rounded

from devtools.console import say
from devtools.smoke_client import Agent

#: Messages that Discuss loads at first (FETCH_LIMIT of mail).
FETCH_LIMIT = 30
#: What the web client asks for when it is loaded, in one request, and then Discuss.
INIT = ["failures", "systray_get_activities", "init_messaging"]
DISCUSS = ["channels_as_member"]


def open_conversation(bench, site):
    """Open a conversation of 10 000 messages: messages, read mark, panel."""
    agent = _log_in(site)
    channel = BASE + OPEN
    last = site.value(
        "SELECT max(id) FROM mail_message WHERE model = 'discuss.channel' "
        "AND res_id = %s",
        channel,
    )
    steps = {
        "channel": lambda: agent.call(
            "/mail/data", fetch_params=[["discuss.channel", [channel]]]
        ),
        "messages": lambda: agent.call(
            "/discuss/channel/messages",
            channel_id=channel,
            fetch_params={"limit": FETCH_LIMIT},
        ),
        "mark_as_read": lambda: agent.call(
            "/discuss/channel/mark_as_read", channel_id=channel, last_message_id=last
        ),
        "panel": lambda: agent.orm("discuss.channel", "helpdesk_get_panel", [channel]),
    }
    _measure(bench, site, "open_conversation_10k", steps)
    agent.close()


def inbox(bench, site):
    """Load the web client and Discuss as an agent with 20 open conversations."""
    agent = _log_in(site)
    steps = {
        "init": lambda: agent.call("/mail/data", fetch_params=INIT),
        "conversations": lambda: agent.call("/mail/data", fetch_params=DISCUSS),
    }
    answer = steps["conversations"]()
    found = sum(
        channel.get("channel_type") == "helpdesk"
        for channel in answer.get("discuss.channel", [])
    )
    say(f"    the agent has {found} conversations")
    _measure(bench, site, "inbox_1m", steps)
    bench.raw["inbox_conversations"] = found
    agent.close()


def _log_in(site):
    login = site.facts["agents"][0]
    server = site.server
    return Agent(server.url, server.websocket_url, site.database, login, login)


def _measure(bench, site, name, steps):
    """Time all steps one after the other, as a whole; the first time is cold."""
    cold = sum(_time_steps(steps).values())
    rounds = site.undisturbed(
        name, lambda: [_time_steps(steps) for _round in range(20)]
    )
    wholes = [sum(times.values()) for times in rounds]
    middle = {key: rounded(median([one[key] for one in rounds])) for key in steps}
    bench.figures[f"{name}_s"] = rounded(median(wholes))
    bench.raw[f"{name}_first_s"] = rounded(cold)
    bench.raw[f"{name}_steps_s"] = middle
    say(f"    first {cold:.3f} s, then {median(wholes):.3f} s: {middle}")


def _time_steps(steps):
    """Return seconds of each call, one after the other."""
    times = {}
    for key, call in steps.items():
        begun = time.monotonic()
        call()
        times[key] = time.monotonic() - begun
    return times
