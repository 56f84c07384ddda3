"""The test phone: a page that plays the customer, and the few things it may ask for.

Nobody is logged in here. The secret in the page's address is the permission; the page
sends it in a header, which other sites cannot do, so there is nothing to forge. A phone
reaches the messages of its own test customer, and nothing else.
"""

import json
import time
from urllib.parse import urlsplit

from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request
from odoo.tools import config
from odoo.tools.json import scriptsafe
from odoo.tools.translate import code_translations

from ..models.messaging_sandbox_link import PAGE
from ..models.messaging_sandbox_link_send import MAX_FILE, MAX_TEXT

TOKEN_HEADER = "X-Phone-Token"
#: Bytes of a request without a file, and of what surrounds the file in one with.
MAX_REQUEST = 64 * 1024
#: Questions a phone may ask in a minute; the page asks every 1.5 seconds.
MAX_SYNCS = 120
#: Events per phone: (number, seconds).
SEND_LIMIT = (30, 60)
FILE_LIMIT = (40, 3600)

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
PAGE_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "microphone=(self), geolocation=(self), camera=()",
    "X-Frame-Options": "DENY",
}
#: What a file may do when somebody opens its address by hand: nothing.
FILE_HEADERS = {**HEADERS, "Content-Security-Policy": "default-src 'none'; sandbox"}

API = {
    "type": "http",
    "auth": "public",
    "methods": ["POST"],
    # The secret header takes the place of Odoo's token, see the module's docstring.
    "csrf": False,
    "save_session": False,
    "sitemap": False,
}


class SyncLimiter:
    """Counts questions per phone and minute, in this process only.

    It protects against a page gone wild; counting in the database would cost more than
    the question itself.
    """

    def __init__(self, limit):
        self.limit = limit
        self.minute = 0
        self.amounts = {}

    def allows(self, link_id):
        minute = int(time.monotonic() // 60)
        if minute != self.minute:
            self.minute, self.amounts = minute, {}
        self.amounts[link_id] = self.amounts.get(link_id, 0) + 1
        return self.amounts[link_id] <= self.limit


_sync_limiter = SyncLimiter(MAX_SYNCS)


class SandboxPhoneController(http.Controller):
    # -- page --------------------------------------------------------------------------

    @http.route(PAGE, type="http", auth="public", save_session=False, sitemap=False)
    def page(self, lang=None, **_params):
        """The empty page. It holds no data: those need the secret after ``#``."""
        if not request.env["messaging.sandbox.link"]._is_enabled():
            raise request.not_found()
        languages = dict(request.env["res.lang"].get_installed())
        language = lang if lang in languages else request.env.lang or "en_US"
        request.update_context(lang=language)
        # sudo: res.lang - the direction of writing is no secret
        direction = request.env["res.lang"].sudo()._get_data(code=language).direction
        response = request.render(
            "whatsapp_helpdesk.sandbox_phone_page",
            {
                "language": language,
                "direction": direction or "ltr",
                "page_data": scriptsafe.dumps(self._prepare_page_data(language)),
                **self._get_assets(),
            },
        )
        response.headers.update(PAGE_HEADERS)
        return response

    def _get_assets(self):
        """Return the addresses of the page's bundles; tests bring one of their own."""
        qweb = request.env["ir.qweb"]
        bundles = ["whatsapp_helpdesk.phone_assets"]
        if config["test_enable"]:
            bundles.append("whatsapp_helpdesk.phone_assets_tests")
        scripts = [qweb._get_asset_links(bundle, css=False) for bundle in bundles]
        return {
            "styles": qweb._get_asset_links(bundles[0], js=False),
            "scripts": [url for urls in scripts for url in urls],
        }

    def _prepare_page_data(self, language):
        terms = code_translations.get_web_translations("whatsapp_helpdesk", language)
        return {
            "base": PAGE,
            "lang": language,
            "title": "",
            "max_text": MAX_TEXT,
            "max_file": MAX_FILE,
            "terms": {term["id"]: term["string"] for term in terms["messages"]},
        }

    # -- what the page asks ------------------------------------------------------------

    @http.route(f"{PAGE}/sync", max_content_length=MAX_REQUEST, **API)
    def sync(self, **_params):
        """Messages of the phone, or that nothing changed."""
        link = self._get_link()
        if not link:
            return self._answer_gone()
        if not _sync_limiter.allows(link.id):
            return self._answer_too_many(link)
        values = self._get_json()
        return self._answer(
            link._phone_sync(values.get("version"), values.get("limit"))
        )

    @http.route(f"{PAGE}/send", max_content_length=MAX_REQUEST, **API)
    def send(self, **_params):
        """Something the customer does: a message, a pressed button, a reaction."""
        link = self._get_link()
        if not link:
            return self._answer_gone()
        if not link._count_event("send", *SEND_LIMIT):
            return self._answer_too_many(link)
        return self._guarded(link._phone_send, self._get_json())

    @http.route(f"{PAGE}/file", max_content_length=MAX_FILE + MAX_REQUEST, **API)
    def file(self, values="{}", file=None, **_params):
        """A message with a file."""
        link = self._get_link()
        if not link:
            return self._answer_gone()
        if not (
            link._count_event("send", *SEND_LIMIT)
            and link._count_event("file", *FILE_LIMIT)
        ):
            return self._answer_too_many(link)
        if file is None:
            return self._answer({"error": link.env._("There is no file.")}, 400)
        content = file.read(MAX_FILE + 1)
        return self._guarded(
            link._phone_send_file,
            self._parse(values),
            file.filename,
            content,
            file.mimetype,
        )

    @http.route(f"{PAGE}/receipts", max_content_length=MAX_REQUEST, **API)
    def receipts(self, **_params):
        """Messages that arrived on the phone or were seen by its holder."""
        link = self._get_link()
        if not link:
            return self._answer_gone()
        if not _sync_limiter.allows(link.id):
            return self._answer_too_many(link)
        values = self._get_json()
        return self._guarded(
            link._phone_report, values.get("state"), values.get("messages")
        )

    @http.route(f"{PAGE}/media/<int:part_id>", max_content_length=MAX_REQUEST, **API)
    def media(self, part_id, **_params):
        """The file of one of the phone's messages."""
        link = self._get_link()
        if not link:
            return self._answer_gone()
        content, mime_type = link._phone_file(part_id)
        if content is None:
            return self._answer({"error": link.env._("There is no such file.")}, 410)
        return request.make_response(
            content, {**FILE_HEADERS, "Content-Type": mime_type}.items()
        )

    # -- asking ------------------------------------------------------------------------

    def _get_link(self):
        """Return the live test phone that asks, in its language, or none."""
        link = request.env["messaging.sandbox.link"]
        if self._is_same_origin():
            link = link._get_live(request.httprequest.headers.get(TOKEN_HEADER, ""))
        return link.with_context(lang=link.language)

    def _is_same_origin(self):
        """Refuse what another site makes a browser send; other clients say nothing."""
        headers = request.httprequest.headers
        if headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return False
        origin = headers.get("Origin")
        return not origin or urlsplit(origin).netloc == request.httprequest.host

    def _get_json(self):
        return self._parse(request.httprequest.get_data(as_text=True))

    def _parse(self, text):
        """Return the values of a request; anything but an object counts as empty."""
        try:
            values = json.loads(text or "{}")
        except (ValueError, RecursionError):
            return {}
        return values if isinstance(values, dict) else {}

    # -- answering ---------------------------------------------------------------------

    def _answer(self, values, status=200):
        response = request.make_json_response(values, status=status)
        response.headers.update(HEADERS)
        return response

    def _guarded(self, function, *args):
        """Answer with what a function returns, or the sentence why it refused."""
        try:
            with request.env.cr.savepoint():
                return self._answer(function(*args))
        except (UserError, ValidationError) as error:
            return self._answer({"error": str(error)}, 400)

    def _answer_gone(self):
        text = request.env._(
            "This link has expired or was revoked, or the sandbox is switched off."
        )
        return self._answer({"error": text}, 404)

    def _answer_too_many(self, link):
        text = link.env._("Too much at once. Wait a moment and try again.")
        return self._answer({"error": text}, 429)
