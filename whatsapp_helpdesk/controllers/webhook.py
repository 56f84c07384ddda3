import logging

from odoo import http
from odoo.http import request
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..gateway.redact import redact_traceback
from ..models.messaging_connection_receive import MAX_BODY
from .rate_limit import RateLimit

_logger = logging.getLogger(__name__)

#: Providers deliver in bursts after an outage; what they are refused they send again.
BY_ADDRESS = RateLimit(rate=100, burst=2000)


class WebhookDispatcher(http.HttpDispatcher):
    """Outsiders learn nothing from an error, and the provider delivers again.

    Only what the route itself cannot catch comes here: a wrong method, a body over the
    limit, a database that stays busy.
    """

    routing_type = "messaging_webhook"

    def handle_error(self, exc):
        code = getattr(exc, "code", None)
        if code in (404, 405, 413):
            return _answer(code, "Refused")
        _logger.error("Webhook failed: %s", redact_traceback(exc))
        return _answer(503, "Try again later")


class MessagingWebhook(http.Controller):
    """The address a provider delivers to; the work is in ``messaging.connection``."""

    @http.route(
        "/messaging/webhook/<string:token>",
        type="messaging_webhook",
        auth="public",
        methods=["GET"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def challenge(self, token, **kwargs):
        """Answer the provider's handshake when the address is set up."""
        if not BY_ADDRESS.allows(request.httprequest.remote_addr):
            return _answer(429, "Too many requests")
        connection = request.env["messaging.connection"]._get_by_token(token)
        if not connection:
            return _answer(404, "Not found")
        return _answer(*connection._answer_challenge(request.httprequest.args))

    @http.route(
        "/messaging/webhook/<string:token>",
        type="messaging_webhook",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
        max_content_length=MAX_BODY,
    )
    def deliver(self, token, **kwargs):
        """Store a delivery; anything but 200 makes the provider send it again."""
        if not BY_ADDRESS.allows(request.httprequest.remote_addr):
            return _answer(429, "Too many requests")
        connection = request.env["messaging.connection"]._get_by_token(token)
        if not connection:
            return _answer(404, "Not found")
        return _answer(*_receive(connection, request.httprequest))


def _receive(connection, http_request):
    """Let the connection receive; an error of ours is no reason to lose the body."""
    body = http_request.get_data(cache=False)
    try:
        return connection._receive(dict(http_request.headers), body)
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        raise  # Odoo calls the route again
    except Exception as exc:  # noqa: BLE001 - a 503 makes the provider repeat
        request.env.cr.rollback()
        # The traceback is in the text, redacted.
        _logger.error("Webhook failed: %s", redact_traceback(exc))  # noqa: TRY400
        return 503, "Try again later"


def _answer(status, text):
    return request.make_response(
        text,
        status=status,
        headers=[("Content-Type", "text/plain; charset=utf-8")],
    )
