"""The webhook's route: memory decides what may pass, then one statement stores it.

Who is limited, and by what:

- What is *refused* (unknown address, wrong signature) counts against the network
  address it came from. An address that used up its refusals learns no more than 429,
  and no unknown path costs more than looking it up in memory.
- What is *signed well* counts only against its own connection, generously: a provider
  delivers in bursts after an outage. Somebody else's flood through the same proxy
  never cuts it.
"""

import logging
import random
import time

from odoo import SUPERUSER_ID, http
from odoo.http import request
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..gateway.redact import redact_traceback
from ..models.ir_http import WEBHOOK
from ..models.messaging_connection_receive import MAX_BODY
from .rate_limit import RateLimit
from .signature_failures import SignatureFailures

_logger = logging.getLogger(__name__)

#: What one network address may get wrong: 1 per second, 60 at once.
REFUSALS = RateLimit(rate=1, burst=60)
#: Signed deliveries to one connection, in one process.
DELIVERIES = RateLimit(rate=500, burst=20_000)
FAILURES = SignatureFailures()
#: Tries at once when others store the same; Odoo's own retries wait up to seconds.
QUICK_TRIES = 3
#: These bodies were never sent by a provider of ours.
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class WebhookDispatcher(http.HttpDispatcher):
    """Outsiders learn nothing from an error, and the provider delivers again.

    The body is left alone: no route here takes parameters from it.
    """

    routing_type = WEBHOOK

    def dispatch(self, endpoint, args):
        self.request.params = args
        return self.request.registry["ir.http"]._dispatch(endpoint)

    def handle_error(self, exc):
        """Only what the route cannot catch: a wrong method, a database that is busy."""
        code = getattr(exc, "code", None)
        if code in (400, 404, 405, 413):
            return _answer(code, "Refused")
        _logger.error("Webhook failed: %s", redact_traceback(exc))
        return _answer(503, "Try again later")


class MessagingWebhook(http.Controller):
    """The address a provider delivers to; the work is in ``messaging.connection``."""

    @http.route(
        "/messaging/webhook/<string:token>",
        type=WEBHOOK,
        auth="none",
        methods=["GET"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def challenge(self, token):
        """Answer the provider's handshake when the address is set up."""
        connection = _find_connection(token)
        if not connection:
            return _refuse(404, "Not found")
        status, text = connection._answer_challenge(request.httprequest.args)
        return _answer(status, text) if status == 200 else _refuse(status, text)

    @http.route(
        "/messaging/webhook/<string:token>",
        type=WEBHOOK,
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
        # One more than allowed: what is cut off there shows that it was too large.
        max_content_length=MAX_BODY + 1,
    )
    def deliver(self, token):
        """Store a delivery; anything but 200 makes the provider send it again."""
        connection = _find_connection(token)
        if not connection:
            return _refuse(404, "Not found")
        if request.httprequest.mimetype in FORMS:
            return _refuse(400, "Not JSON")
        # Larger bodies are cut here while they are read, chunked ones too. The body is
        # cached: when Odoo calls the route again there is nothing left to read.
        body = request.httprequest.get_data()
        headers = dict(request.httprequest.headers)
        refusal = connection._get_refusal(headers, body)
        if refusal and refusal[0] == 403:
            FAILURES.count(request.env, connection.id)
        else:
            FAILURES.store_if_due(request.env)
        if refusal:
            return _refuse(*refusal)
        if not DELIVERIES.allows((request.db, connection.id)):
            return _answer(429, "Too many requests")
        return _answer(*_take_in(connection, body, headers))


def _find_connection(token):
    """Return the connection of an address, from memory, or none."""
    # A webhook has no user: the token and then the signature say what it may do, and
    # what is stored is decided here, not by its sender.
    request.update_env(user=SUPERUSER_ID)
    return request.env["messaging.connection"]._get_by_token(token)


def _take_in(connection, body, headers):
    """Let the connection store it; an error of ours is no reason to lose the body."""
    try:
        for _attempt in range(QUICK_TRIES):
            try:
                connection._take_in(body, headers)
                return 200, "OK"
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                request.env.cr.rollback()
                time.sleep(random.uniform(0.0, 0.01))
        connection._take_in(body, headers)
        return 200, "OK"
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        raise  # Odoo calls the route again
    except Exception as exc:  # noqa: BLE001 - a 503 makes the provider repeat
        request.env.cr.rollback()
        # The traceback is in the text, redacted.
        _logger.error("Webhook failed: %s", redact_traceback(exc))  # noqa: TRY400
        return 503, "Try again later"


def _refuse(status, text):
    """Answer what is refused; an address that has too much refused learns less."""
    within = REFUSALS.allows((request.db, request.httprequest.remote_addr))
    return _answer(status, text) if within else _answer(429, "Too many requests")


def _answer(status, text):
    return request.make_response(
        text,
        status=status,
        headers=[("Content-Type", "text/plain; charset=utf-8")],
    )
