"""Agents whose websockets tell when a message is visible."""

import contextlib
import threading
import time

import websocket

from .smoke_client import Agent

#: The live update that makes Discuss show a message.
NEW_MESSAGE = "discuss.channel/new_message"


#: The live update after which a client subscribes again: a new conversation.
JOINED = "discuss.channel/joined"
#: Seconds between two subscriptions; browsers wait as well (bus: 0.3 s).
SUBSCRIBE_EVERY = 0.2


class Watcher(Agent):
    """An agent who notes when a marked message came."""

    def __init__(self, plan, login, mark, note):
        self.mark = mark
        self.note = note
        self.last = plan.get("last", 0)
        self._timer = None
        super().__init__(
            plan["base_url"], plan["websocket_url"], plan["database"], login, login
        )

    def _take(self, notifications):
        now = time.monotonic()
        for notification in notifications:
            message = notification["message"]
            if message["type"] == NEW_MESSAGE:
                for number in self.mark.read(str(message["payload"])):
                    self.note(self, number, now)
            elif message["type"] == JOINED and not self._timer:
                self._timer = threading.Timer(SUBSCRIBE_EVERY, self._subscribe_again)
                self._timer.daemon = True
                self._timer.start()

    def _subscribe(self, last):
        """From the plan's notification on: what came before is of another load."""
        super()._subscribe(last or self.last)

    def _subscribe_again(self):
        self._timer = None
        with contextlib.suppress(OSError, websocket.WebSocketException):
            # The server knows what it sent already.
            self._subscribe(0)


class Watchers:
    """All watching agents of a plan."""

    def __init__(self, plan, mark):
        self.plan = plan
        self.mark = mark
        self.seen = {}
        self.twice = 0
        self.on_visible = None
        self._by = {}
        self._lock = threading.Lock()
        self._agents = []

    def start(self):
        """Log in and listen."""
        self._agents = [
            Watcher(self.plan, login, self.mark, self._note)
            for login in self.plan.get("agents", ())
        ]
        if self._agents:
            time.sleep(self.plan.get("settle", 0.5))

    def _note(self, agent, number, now):
        with self._lock:
            if number in self.seen:
                self.twice += self._by[number] is agent
                return
            self.seen[number] = now
            self._by[number] = agent
        if self.on_visible:
            self.on_visible()

    def close(self):
        """Stop listening."""
        for agent in self._agents:
            agent.close()
