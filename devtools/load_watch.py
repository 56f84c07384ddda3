"""Agents whose websockets tell when a message is visible."""

import json
import threading
import time

from .smoke_client import Agent

#: The live update that makes Discuss show a message.
NEW_MESSAGE = "discuss.channel/new_message"


class Watcher(Agent):
    """An agent who notes when a marked message came."""

    def __init__(self, plan, login, mark, note):
        self.mark = mark
        self.note = note
        super().__init__(
            plan["base_url"], plan["websocket_url"], plan["database"], login, login
        )

    def _take(self, notifications):
        now = time.monotonic()
        for notification in notifications:
            message = notification["message"]
            if message["type"] == NEW_MESSAGE:
                text = json.dumps(message["payload"])
                for number in self.mark.read(text):
                    self.note(self, number, now)
        super()._take(notifications)
        self.notifications.clear()


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
