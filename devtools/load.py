"""A load generator in a process of its own: customers who write, agents who watch.

Reads a plan (JSON) from the file named as its argument, prints one JSON object. Bodies
are built and signed before the clock starts; requests are bytes on plain sockets, so
that the generator takes as little as possible of the machine that it loads. A message
carries a mark; when an agent's websocket receives the mark, the message is visible.
Sender and watchers share one process and so one clock.

The plan:

``url``, ``kind`` (whatsapp, telegram, sandbox), ``secret``
    where and how to deliver; ``account`` is needed by the Sandbox
``customers``, ``offset``, ``count``, ``per_body``
    how many customers write (from which one on), how many messages, in bodies of how
    many
``threads``
    connections at once
``rate``
    messages per second, evenly spread; without it as fast as answers come
``outstanding``
    at most so many messages sent and not yet visible
``seconds``
    stop sending after so long; the rest of ``count`` is not sent
``agents``, ``websocket_url``, ``base_url``, ``database``
    who watches; without agents nothing is waited for; ``last`` is the notification
    after which they begin
``drain``
    seconds to wait for the last message to be visible
"""

import json
import sys
import threading
import time
from pathlib import Path

from .load_bodies import Mark, build_requests
from .load_http import Deliveries
from .load_watch import Watchers


class Load:
    """One run of a plan."""

    def __init__(self, plan):
        self.plan = plan
        self.mark = Mark(plan["run"])
        self.requests = build_requests(plan, self.mark)
        self.watchers = Watchers(plan, self.mark)
        self.window = None
        if plan.get("outstanding"):
            self.window = threading.Semaphore(plan["outstanding"])
            self.watchers.on_visible = self.window.release
        self.stopped = False

    def run(self):
        """Deliver everything and wait until it is visible; return what happened."""
        self.watchers.start()
        deliveries = Deliveries(self.plan, self.requests)
        used = time.process_time()
        begun = time.monotonic()
        try:
            deliveries.run(self._admit)
            sent = sum(len(done.marks) for done in deliveries.done)
            sending = time.monotonic() - begun
            self._drain(deliveries)
        finally:
            self.watchers.close()
        used = time.process_time() - used
        return {"cpu_s": used, **self._result(deliveries, begun, sending, sent)}

    def _admit(self, begun, number, request):
        """Wait for this request's turn; False when the time is over."""
        limit = self.plan.get("seconds")
        rate = self.plan.get("rate")
        if rate:
            due = begun + number * len(request.marks) / rate
            time.sleep(max(0.0, due - time.monotonic()))
        if self.window:
            for _mark in request.marks:
                while not self.window.acquire(timeout=0.2):
                    if limit and time.monotonic() - begun > limit:
                        return False
        return not (limit and time.monotonic() - begun > limit)

    def _drain(self, deliveries):
        if not self.plan.get("agents"):
            return
        wanted = {mark for done in deliveries.done for mark in done.marks}
        end = time.monotonic() + self.plan.get("drain", 60)
        while wanted - self.watchers.seen.keys() and time.monotonic() < end:
            time.sleep(0.02)

    def _result(self, deliveries, begun, sending, sent):
        done = sorted(deliveries.done, key=lambda one: one.sent_at)
        seen = dict(self.watchers.seen)
        rows = [
            (
                mark,
                round(one.sent_at - begun, 4),
                round(one.answered_at - begun, 4),
                round(seen[mark] - begun, 4) if mark in seen else None,
            )
            for one in done
            for mark in one.marks
        ]
        statuses = {}
        for one in done:
            statuses[one.status] = statuses.get(one.status, 0) + 1
        return {
            "begun": begun,
            "sending_s": sending,
            "requests": len(done),
            "messages": sent,
            "statuses": statuses,
            "errors": deliveries.errors[:5],
            "seen_twice": self.watchers.twice,
            "rows": rows,
        }


def main():
    """Run the plan of the command line."""
    plan = json.loads(Path(sys.argv[1]).read_text())
    json.dump(Load(plan).run(), sys.stdout)


if __name__ == "__main__":
    main()
