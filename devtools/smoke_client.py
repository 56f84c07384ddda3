"""What an agent's browser does, over real HTTP and a real websocket.

Runs in the project's Python: `requests` and `websocket-client` are there.
"""

import itertools
import json
import threading
import time

import requests
import websocket


class Agent:
    """A logged-in user: JSON-RPC as the web client does it, and live updates."""

    def __init__(self, url, websocket_url, database, login, password):
        self.url = url
        self.session = requests.Session()
        self.numbers = itertools.count(1)
        info = self.call(
            "/web/session/authenticate",
            db=database,
            login=login,
            password=password,
        )
        self.uid = info["uid"]
        self.notifications = []
        self._arrived = threading.Condition()
        self._listen(websocket_url)

    def call(self, path, **params):
        """Call a JSON-RPC route; raises with the server's own words."""
        body = {"jsonrpc": "2.0", "id": next(self.numbers), "params": params}
        answer = self.session.post(self.url + path, json=body, timeout=60)
        answer.raise_for_status()
        result = answer.json()
        if "error" in result:
            data = result["error"].get("data") or {}
            raise RuntimeError(data.get("message") or result["error"]["message"])
        return result.get("result")

    def orm(self, model, method, *args, **kwargs):
        """Call a method of a model as this user."""
        return self.call(
            "/web/dataset/call_kw",
            model=model,
            method=method,
            args=list(args),
            kwargs=kwargs,
        )

    def reply(self, channel_id, body, **post_data):
        """Post as Discuss does: always a comment."""
        return self.call(
            "/mail/message/post",
            thread_model="discuss.channel",
            thread_id=channel_id,
            post_data={
                "body": body,
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                **post_data,
            },
        )

    # -- live updates --------------------------------------------------------------

    def _listen(self, websocket_url):
        cookie = f"session_id={self.session.cookies['session_id']}"
        self.socket = _connect(websocket_url, cookie=cookie, origin=self.url)
        self._subscribe(0)
        threading.Thread(target=self._read, daemon=True).start()

    def _subscribe(self, last):
        """Subscribe, from a notification on; the server adds what the user may see."""
        data = {"channels": [], "last": last}
        self.socket.send(json.dumps({"event_name": "subscribe", "data": data}))

    def _read(self):
        while True:
            try:
                text = self.socket.recv()
            except (websocket.WebSocketException, OSError):
                return
            if text:
                self._take(json.loads(text))

    def _take(self, notifications):
        with self._arrived:
            self.notifications.extend(notifications)
            self._arrived.notify_all()
        joined = [
            notification["id"]
            for notification in notifications
            if notification["message"]["type"] == "discuss.channel/joined"
        ]
        if joined:
            # As the web client does: a new conversation is a new bus channel.
            self._subscribe(min(joined) - 1)

    def wait_live(self, accepts, what, seconds=30):
        """Wait for a live update; `accepts` gets its type and payload."""
        limit = time.monotonic() + seconds
        with self._arrived:
            while True:
                for notification in self.notifications:
                    message = notification["message"]
                    if accepts(message["type"], message.get("payload")):
                        return message
                left = limit - time.monotonic()
                if left <= 0:
                    seen = sorted({n["message"]["type"] for n in self.notifications})
                    raise RuntimeError(
                        f"no live update within {seconds} s: {what}; seen: {seen}"
                    )
                self._arrived.wait(left)

    def close(self):
        """Close the websocket."""
        self.socket.close()


def _connect(url, seconds=30, **options):
    """Open a websocket; the process that serves it starts later than the others."""
    limit = time.monotonic() + seconds
    while True:
        try:
            return websocket.create_connection(url, timeout=120, **options)
        except ConnectionRefusedError:
            if time.monotonic() > limit:
                raise
            time.sleep(0.2)


def wait_for(probe, what, seconds=30):
    """Call `probe` until it returns something true."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        found = probe()
        if found:
            return found
        time.sleep(0.1)
    raise RuntimeError(f"not within {seconds} s: {what}")
