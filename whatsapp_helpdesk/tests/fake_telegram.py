"""The Bot API over real HTTP, as far as connecting a bot needs it.

What it knows can be changed by a test; what it was asked is remembered.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

BOT_ID = "5012345678"
TOKEN = f"{BOT_ID}:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
OTHER_BOT_ID = "5087654321"
OTHER_TOKEN = f"{OTHER_BOT_ID}:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"
CUSTOMER_ID = 6001234567890


class _Handler(BaseHTTPRequestHandler):
    def _serve(self):
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        status, body = self.server.fake.answer(self.path, raw)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _serve

    def log_message(self, *args):
        """Silent."""


class FakeBots:
    """Two bots; each has a token and delivers to one address."""

    def __init__(self):
        self.bots = {
            TOKEN: {
                "id": int(BOT_ID),
                "first_name": "Lucky Shrub",
                "username": "shrub_bot",
            },
            OTHER_TOKEN: {
                "id": int(OTHER_BOT_ID),
                "first_name": "Night Desk",
                "username": "night_desk_bot",
            },
        }
        self.webhooks = {}
        self.infos = {}
        self.requests = []
        self.sent = []
        self.refusal = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.fake = self
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def get_webhook(self, token=TOKEN):
        """What was said last about where to deliver."""
        return self.webhooks.get(self.bots[token]["id"], {})

    def renew_token(self, token, new_token):
        """Another token for the same bot; the one before is dead."""
        self.bots[new_token] = self.bots.pop(token)

    # -- answering --------------------------------------------------------------------

    def answer(self, path, raw):
        token, _slash, method = path.removeprefix("/bot").partition("/")
        method = method.partition("?")[0]
        body = self._decode(raw)
        self.requests.append((method, body))
        bot = self.bots.get(token)
        if not bot:
            return self._refuse(401, "Unauthorized")
        if self.refusal and method == self.refusal[0]:
            return self._refuse(*self.refusal[1:])
        answer = getattr(self, f"_{method}", None)
        if not answer:
            return self._refuse(404, "Not Found")
        return 200, {"ok": True, "result": answer(bot, body)}

    def _decode(self, raw):
        text = raw.decode(errors="replace")
        if not text:
            return {}
        return json.loads(text) if text.startswith("{") else dict(parse_qsl(text))

    def _refuse(self, code, text):
        return code, {"ok": False, "error_code": code, "description": text}

    def _getMe(self, bot, body):
        return {**bot, "is_bot": True, "can_join_groups": False}

    def _setWebhook(self, bot, body):
        self.webhooks[bot["id"]] = body
        return True

    def _deleteWebhook(self, bot, body):
        self.webhooks.pop(bot["id"], None)
        return True

    def _getWebhookInfo(self, bot, body):
        webhook = self.webhooks.get(bot["id"], {})
        updates = webhook.get("allowed_updates")
        info = {
            "url": webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": 0,
            "max_connections": 40,
            **self.infos.get(bot["id"], {}),
        }
        if updates:
            is_text = isinstance(updates, str)
            info["allowed_updates"] = json.loads(updates) if is_text else updates
        return info

    def _sendMessage(self, bot, body):
        self.sent.append(body)
        return {
            "message_id": 1000 + len(self.sent),
            "from": bot,
            "chat": {"id": int(body["chat_id"]), "type": "private"},
            "date": 1764000000,
            "text": body["text"],
        }


def message(text, *, update_id, timestamp, message_id=None):
    """A webhook body: a customer writes to the bot."""
    person = {
        "id": CUSTOMER_ID,
        "is_bot": False,
        "first_name": "Sara",
        "last_name": "Customer",
        "username": "sara_c",
        "language_code": "en",
    }
    chat = {"id": CUSTOMER_ID, "type": "private", "first_name": "Sara"}
    return {
        "update_id": update_id,
        "message": {
            "message_id": message_id or update_id,
            "from": person,
            "chat": chat,
            "date": timestamp,
            "text": text,
        },
    }
