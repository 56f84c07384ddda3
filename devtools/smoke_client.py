"""What an agent's browser and Meta's servers do, over real HTTP and a real websocket.

Runs in the project's Python: `requests` and `websocket-client` are there.
"""

import hashlib
import hmac
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
        return result["result"]

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
            post_data={"body": body, "message_type": "comment", **post_data},
        )

    # -- live updates --------------------------------------------------------------

    def _listen(self, websocket_url):
        cookie = f"session_id={self.session.cookies['session_id']}"
        self.socket = websocket.create_connection(
            websocket_url, cookie=cookie, origin=self.url, timeout=120
        )
        subscribe = {"event_name": "subscribe", "data": {"channels": [], "last": 0}}
        self.socket.send(json.dumps(subscribe))
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while True:
            try:
                text = self.socket.recv()
            except (websocket.WebSocketException, OSError):
                return
            if text:
                with self._arrived:
                    self.notifications.extend(json.loads(text))
                    self._arrived.notify_all()

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
                    raise RuntimeError(f"no live update within {seconds} s: {what}")
                self._arrived.wait(left)

    def close(self):
        """Close the websocket."""
        self.socket.close()


class Meta:
    """Posts webhook bodies as Meta's servers do: escaped unicode, signed bytes."""

    def __init__(self, webhook_url, secret, number_id, waba):
        self.webhook_url = webhook_url
        self.secret = secret
        self.number_id = number_id
        self.waba = waba
        self.numbers = itertools.count(1)

    def message(self, phone, name, kind="text", number_id=None, **content):
        """Return one change with one message."""
        item = {
            "from": phone,
            "id": f"wamid.SMOKE{next(self.numbers):06d}",
            "timestamp": str(int(time.time())),
            "type": kind,
            **content,
        }
        return {
            "field": "messages",
            "value": {
                "messaging_product": "whatsapp",
                "metadata": {
                    "display_phone_number": "15550783881",
                    "phone_number_id": number_id or self.number_id,
                },
                "contacts": [{"profile": {"name": name}, "wa_id": phone}],
                "messages": [item],
            },
        }

    def body(self, *changes):
        """Return the bytes of a webhook with these changes."""
        entry = {"id": self.waba, "changes": list(changes)}
        values = {"object": "whatsapp_business_account", "entry": [entry]}
        return json.dumps(values).replace("/", "\\/").encode()

    def post(self, body, secret=None):
        """Deliver a body and return the status."""
        digest = hmac.new((secret or self.secret).encode(), body, hashlib.sha256)
        answer = requests.post(
            self.webhook_url,
            data=body,
            headers={
                "Content-Type": "application/json",
                "X-Hub-Signature-256": f"sha256={digest.hexdigest()}",
            },
            timeout=30,
        )
        return answer.status_code


def wait_for(probe, what, seconds=30):
    """Call `probe` until it returns something true."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        found = probe()
        if found:
            return found
        time.sleep(0.1)
    raise RuntimeError(f"not within {seconds} s: {what}")
