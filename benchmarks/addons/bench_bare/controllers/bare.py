import hashlib
import hmac
import os

from odoo import http
from odoo.http import request

SECRET = os.environ.get("BENCH_SECRET", "").encode()


class BareWebhook(http.Controller):
    """The least that a webhook on Odoo can do and still be one."""

    @http.route(
        "/bench/bare",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def deliver(self):
        """Check the signature, keep the body."""
        body = request.httprequest.get_data(cache=False)
        digest = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
        given = request.httprequest.headers.get("X-Hub-Signature-256", "")
        if not hmac.compare_digest(f"sha256={digest}", given):
            return request.make_response("Forbidden", status=403)
        request.env.cr.execute("INSERT INTO bench_bare (body) VALUES (%s)", [body])
        return request.make_response("OK")
