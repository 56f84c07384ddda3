"""The account side of the Graph API over real HTTP: tokens, numbers, apps, profiles.

What it knows can be changed by a test; what it was asked is remembered.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from . import bodies

APP = "670843887433847"
SCOPES = ["whatsapp_business_management", "whatsapp_business_messaging"]


class Refused(Exception):
    def __init__(self, code, status=400, message="no"):
        super().__init__(code)
        self.answer = status, {"error": {"code": code, "message": message}}


class _Handler(BaseHTTPRequestHandler):
    def _serve(self):
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        status, body = self.server.graph.answer(
            self.command, self.path, self.headers.get("Authorization", ""), raw
        )
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _serve

    def log_message(self, *args):
        """Silent."""


class FakeAccountGraph:
    """One app, one business account, one number."""

    def __init__(self, secret="right-secret", token="good-token"):
        self.secret = secret
        self.good_tokens = {token}
        self.scopes = list(SCOPES)
        self.subscribed = False
        self.callback = ""
        self.verify_token = ""
        self.override = ""
        self.status = "CONNECTED"
        self.verified = "VERIFIED"
        self.pin = ""
        self.profile = {}
        self.requests = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.graph = self
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    @property
    def sent(self):
        """Decoded messages that were accepted."""
        return [
            body
            for method, path, body in self.requests
            if method == "POST" and path.endswith("/messages") and "type" in body
        ]

    # -- answering --------------------------------------------------------------------

    def answer(self, method, url, authorization, raw):
        parts = urlsplit(url)
        path = parts.path.split("/", 2)[2]  # without the version
        body = self._decode(raw)
        self.requests.append((method, path, body))
        token = authorization.removeprefix("Bearer ")
        try:
            return 200, self._route(
                method, path, token, body, dict(parse_qsl(parts.query))
            )
        except Refused as refused:
            return refused.answer

    def _decode(self, raw):
        text = raw.decode(errors="replace")
        if not text:
            return {}
        return json.loads(text) if text.startswith("{") else dict(parse_qsl(text))

    def _route(self, method, path, token, body, query):
        if path == f"{APP}/subscriptions":
            return self._subscriptions(method, token, body)
        if token not in self.good_tokens:
            raise Refused(190, 401, "Invalid OAuth access token")
        if path == "debug_token":
            data = {"app_id": APP, "application": "Helpdesk App", "is_valid": True}
            return {"data": {**data, "expires_at": 0, "scopes": self.scopes}}
        node, _slash, edge = path.partition("/")
        if node == bodies.WABA:
            return getattr(self, f"_waba_{edge}")(method)
        if node != bodies.NUMBER_ID:
            raise Refused(100, message="does not exist")
        if edge == "messages":
            return {"messages": [{"id": f"wamid.out.{len(self.requests)}"}]}
        return getattr(self, f"_number_{edge}")(method, body, query)

    def _subscriptions(self, method, token, body):
        if token != f"{APP}|{self.secret}":
            raise Refused(190, 401, "Invalid OAuth access token signature")
        if method == "POST":
            self.callback = body["callback_url"]
            self.verify_token = body["verify_token"]
            return {"success": True}
        if not self.callback:
            return {"data": []}
        row = {"object": "whatsapp_business_account", "callback_url": self.callback}
        return {"data": [{**row, "fields": [{"name": "messages", "version": "v25.0"}]}]}

    def _waba_subscribed_apps(self, method):
        if method == "POST":
            self.subscribed, self.override = True, ""
            return {"success": True}
        app = {"whatsapp_business_api_data": {"id": APP}}
        if self.override:
            app["override_callback_uri"] = self.override
        return {"data": [app] if self.subscribed else []}

    def _waba_phone_numbers(self, method):
        return {"data": [self._get_number()]}

    def _get_number(self):
        return {
            "id": bodies.NUMBER_ID,
            "display_phone_number": bodies.NUMBER,
            "verified_name": "Lucky Shrub",
            "quality_rating": "GREEN",
            "whatsapp_business_manager_messaging_limit": "TIER_2K",
            "status": self.status,
            "name_status": "APPROVED",
            "code_verification_status": self.verified,
        }

    def _number_(self, method, body, query):
        if query.get("fields") == "health_status":
            able = "AVAILABLE" if self.status == "CONNECTED" else "BLOCKED"
            return {"health_status": {"can_send_message": able, "entities": []}}
        return self._get_number()

    def _number_register(self, method, body, query):
        if self.verified != "VERIFIED":
            raise Refused(133006, message="Phone number needs to be verified")
        if self.pin and body["pin"] != self.pin:
            raise Refused(133005, message="Two step verification PIN mismatch")
        self.pin, self.status = body["pin"], "CONNECTED"
        return {"success": True}

    def _number_request_code(self, method, body, query):
        return {"success": True}

    def _number_verify_code(self, method, body, query):
        if body["code"] != "123456":
            raise Refused(136025, message="Verify code failed")
        self.verified = "VERIFIED"
        return {"success": True}

    def _number_whatsapp_business_profile(self, method, body, query):
        if method == "POST":
            self.profile = body
            return {"success": True}
        return {"data": [self.profile] if self.profile else []}
