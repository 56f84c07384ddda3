"""The test phone: a page that plays the customer, and the few things it may ask for.

Nobody is logged in here. The secret in the page's address is the permission; the page
sends it in a header, which other sites cannot do, so there is nothing to forge. A phone
reaches the messages of its own test customer, and nothing else.
"""

import json
from urllib.parse import urlsplit

from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request
from odoo.tools import config
from odoo.tools.json import scriptsafe
from odoo.tools.translate import code_translations

from ..models.messaging_sandbox_link import PAGE
from ..models.messaging_sandbox_link_send import MAX_FILE, MAX_TEXT
from .rate_limit import RateLimit

TOKEN_HEADER = "X-Phone-Token"
#: Bytes of a request without a file, and of what surrounds the file in one with.
MAX_REQUEST = 64 * 1024
#: What is counted for each phone in the database: kind, number, seconds.
SENDS = ("send", 30, 60)
FILES = ("file", 40, 3600)

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


#: In the memory of this process, so that a question costs no write.
BY_ADDRESS = RateLimit(rate=20, burst=300)
BY_PHONE = RateLimit(rate=4, burst=150)


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
                "doctype": Markup("<!DOCTYPE html>"),
                "title": request.env._("Test Phone"),
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
        link, refusal = self._enter()
        if refusal:
            return refusal
        values = self._get_json()
        return self._answer(
            link._phone_sync(values.get("version"), values.get("limit"))
        )

    @http.route(f"{PAGE}/send", max_content_length=MAX_REQUEST, **API)
    def send(self, **_params):
        """Something the customer does: a message, a pressed button, a reaction."""
        link, refusal = self._enter(SENDS)
        return refusal or self._guarded(link._phone_send, self._get_json())

    @http.route(f"{PAGE}/file", max_content_length=MAX_FILE + MAX_REQUEST, **API)
    def file(self, values="{}", file=None, **_params):
        """A message with a file."""
        link, refusal = self._enter(SENDS, FILES)
        if refusal:
            return refusal
        if not isinstance(file, FileStorage):
            return self._answer({"error": link.env._("There is no file.")}, 400)
        return self._guarded(
            link._phone_send_file,
            self._parse(values),
            file.filename,
            file.read(MAX_FILE + 1),
            file.mimetype,
        )

    @http.route(f"{PAGE}/receipts", max_content_length=MAX_REQUEST, **API)
    def receipts(self, **_params):
        """Messages that arrived on the phone or were seen by its holder."""
        link, refusal = self._enter()
        if refusal:
            return refusal
        values = self._get_json()
        return self._guarded(
            link._phone_report, values.get("state"), values.get("messages")
        )

    @http.route(f"{PAGE}/media/<int:part_id>", max_content_length=MAX_REQUEST, **API)
    def media(self, part_id, **_params):
        """The file of one of the phone's messages."""
        link, refusal = self._enter()
        if refusal:
            return refusal
        content, mime_type = link._phone_file(part_id)
        if content is None:
            return self._answer({"error": link.env._("There is no such file.")}, 410)
        headers = {**FILE_HEADERS, "Content-Type": mime_type}
        return request.make_response(content, list(headers.items()))

    # -- entering ----------------------------------------------------------------------

    def _enter(self, *events):
        """Return the phone that asks, or the answer that refuses it.

        :param events: what is counted, as ``_count_event`` takes it.
        """
        address = request.httprequest.remote_addr
        if not BY_ADDRESS.allows((request.db, address)):
            return None, self._answer_too_many(request.env)
        link = self._get_link()
        if not link:
            return None, self._answer_gone()
        within = BY_PHONE.allows((request.db, link.id))
        if not (within and all(link._count_event(*event) for event in events)):
            return None, self._answer_too_many(link.env)
        return link, None

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

    def _answer_too_many(self, env):
        text = env._("Too much at once. Wait a moment and try again.")
        return self._answer({"error": text}, 429)
