"""A channel with none of WhatsApp's properties, to test what all channels share.

Bodies name no account, nothing is told after sending, pressed buttons wait to be
acknowledged, files come as albums. A body is a list of keys of updates that the test
made: no wire format is in the way.
"""

import itertools
import json
from datetime import datetime, timezone
from unittest.mock import patch

from ..gateway.provider import Features, Limit, Limits, Provider, SendResult
from ..gateway.updates import Address, AddressKind, Kind, MediaRef, Scope, Update
from .common import MessagingCase
from .fakes import Script

_numbers = itertools.count(1)


def plain_provider(script, known):
    """Return a provider class bound to a script.

    :param dict known: the updates by their key.
    """

    class PlainProvider(Provider):
        code = "plain"
        label = "Plain"
        limits = Limits(text=Limit(200), caption=Limit(100))
        features = Features(
            single_account=True,
            acknowledges=True,
            deep_links=True,
            typing=True,
            buttons=True,
            reply_quotes=True,
            media_types=frozenset(("image", "document")),
        )

        @classmethod
        def verify(cls, headers, body, secrets):
            return 0

        @classmethod
        def parse(cls, body):
            return [known[key] for key in json.loads(body)]

        @classmethod
        def check(cls, part):
            """Everything can be sent."""

        def send(self, addresses, part, *, reply_to="", correlation="", upload=None):
            script.calls.append(
                {"addresses": addresses, "part": part, "reply_to": reply_to}
            )
            answer = script.next_answer()
            if isinstance(answer, Exception):
                raise answer
            return answer if isinstance(answer, SendResult) else SendResult(answer)

        def mark_read(self, external_id, *, typing=False):
            script.reads.append((external_id, typing))

        def acknowledge(self, token):
            script.acknowledged.append(token)
            if script.refuses_acknowledgement:
                raise script.refuses_acknowledgement

    return PlainProvider


class PlainMixin:
    """A second connection and account, of the plain channel, in the same inbox."""

    @classmethod
    def _set_up_plain(cls):
        cls.plain = cls._create_connection(name="Plain", channel="telegram")
        cls.plain_account = cls._create_account(
            cls.plain, "bot", display_address="@shop"
        )

    def _start_plain(self):
        self.known = {}
        self.script = Script()
        self.script.acknowledged = []
        self.script.refuses_acknowledgement = None
        provider_class = plain_provider(self.script, self.known)
        connection_class = self.env.registry["messaging.connection"]
        real = connection_class._get_provider_class

        def get_provider_class(connection):
            if connection.channel == self.plain.channel:
                return provider_class
            return real(connection)

        self.patch(connection_class, "_get_provider_class", get_provider_class)

    # -- what customers do --------------------------------------------------------

    def _update(self, text="", *, customer="42", kind=Kind.MESSAGE, **values):
        number = next(_numbers)
        values = {
            "key": f"u{number}",
            "external_id": f"{customer}:{number}",
            "addresses": (Address(AddressKind.USER_ID, customer, Scope.PROVIDER),),
            "name": f"Customer {customer}",
            "timestamp": datetime.now(timezone.utc),
            "type": "text",
            "text": text,
            **values,
        }
        update = Update(kind=kind, **values)
        self.known[update.key] = update
        return update

    def _photo(self, text="", *, album="", number=None, **values):
        number = number or next(_numbers)
        ref = MediaRef("image", media_id=f"file{number}", size=1000 + number)
        return self._update(text, type="image", media=(ref,), album=album, **values)

    def _as_body(self, *updates):
        return [update.key for update in updates]

    def _arrive(self, *updates):
        """Deliver updates in one body and handle them together."""
        return self._receive(self._as_body(*updates), connection=self.plain)

    def _arrive_apart(self, *updates):
        """Deliver updates one after the other, each in a batch of its own."""
        messages = [self._arrive(update) for update in updates]
        return self.env["mail.message"].union(*messages)

    def _find_identity(self, customer="42"):
        return self.env["messaging.identity"]._find(
            self.plain_account,
            [Address(AddressKind.USER_ID, customer, Scope.PROVIDER)],
        )

    def _get_outgoing(self, identity):
        domain = [("identity_id", "=", identity.id), ("direction", "=", "out")]
        return self.env["messaging.message"].search(domain, order="id")

    def _send(self):
        """Run the sender once, without committing or waiting."""
        outbox_class = self.env.registry["messaging.message"]
        no_nap = patch.object(outbox_class, "_nap_until_due", lambda outbox: False)
        with no_nap, self._without_commit():
            self.env["messaging.message"]._cron_send()

    def _reply(self, message, body="We look into it."):
        """Answer what a customer wrote, as the assignee."""
        case = message.helpdesk_ticket_id
        case.user_id = self.agent
        conversation = self.env["discuss.channel"].browse(message.res_id)
        return (
            conversation.with_user(self.agent)
            .message_post(
                body=body, message_type="comment", subtype_xmlid="mail.mt_comment"
            )
            .sudo()
        )


class PlainCase(PlainMixin, MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_plain()

    def setUp(self):
        super().setUp()
        self._start_plain()
