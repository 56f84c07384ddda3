"""Set-up of the tests of proofs: one customer on a known number, a stranger on another.

Both accounts are of the scripted provider, which also has what only some channels have.
"""

from datetime import timedelta
from unittest.mock import patch

from ..gateway import proofs
from . import bodies
from .gate_case import GateCase

SECOND = "206540352242955"
KNOWN = "9647701111111"
STRANGER = "9647702222222"


class ProofCase(GateCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._create_account(
            cls.connection, SECOND, display_address="+15550999999"
        )

    def setUp(self):
        super().setUp()
        self._says("Hello, I am known", KNOWN, bodies.NUMBER_ID, name="Sara Known")
        self._says("Hello from elsewhere", STRANGER, SECOND, name="Sara")
        self.known = self._get_identity(KNOWN, self.account)
        self.stranger = self._get_identity(STRANGER, self.second)
        for identity in (self.known, self.stranger):
            case = identity.conversation_id.helpdesk_ticket_id
            case.write({"team_id": self.team.id, "user_id": self.agent.id})
        self.joins = []

    # -- steps ------------------------------------------------------------------------

    def _says(self, text, phone=STRANGER, number_id=SECOND, name="Sara", **values):
        """A customer writes; return what arrived."""
        values.setdefault("timestamp", self._now_timestamp())
        return self._receive(
            bodies.text(text, phone=phone, number_id=number_id, name=name, **values)
        ).filtered(lambda message: message.messaging_direction == "in")

    def _presses(self, payload, phone=STRANGER, number_id=SECOND, title="Yes"):
        reply = {
            "type": "button_reply",
            "button_reply": {"id": payload, "title": title},
        }
        message = bodies.message(
            "interactive",
            phone=phone,
            interactive=reply,
            timestamp=self._now_timestamp(),
        )
        return self._receive(bodies.inbound(message, number_id=number_id)).filtered(
            lambda message: message.messaging_direction == "in"
        )

    def _get_identity(self, phone, account):
        return (
            self.env["messaging.address"]
            .search(
                [
                    ("value", "in", [phone, f"+{phone}"]),
                    ("scope", "=", f"account:{account.id}"),
                ]
            )
            .identity_id
        )

    def _start_code(self, **values):
        Proof = self.env["messaging.proof"]
        arguments = {"identity": self.stranger, "sent_identity": self.known}
        return Proof._start_code(**{**arguments, "user": self.agent, **values})

    def _start_known_code(self, code="123456", **values):
        with patch.object(proofs, "make_code", lambda: code):
            return self._start_code(**values)

    def _pass_time(self, proofs_, **delta):
        """Let time pass for proofs: they were started, and end, so much earlier."""
        for proof in proofs_:
            proof.started_at -= timedelta(**delta)
            proof.expires_at -= timedelta(**delta)

    # -- what was said ----------------------------------------------------------------

    def _get_said(self, identity):
        """Texts that were said automatically to an identity, oldest first."""
        messages = self.env["mail.message"].search(
            [
                ("helpdesk_author_kind", "=", "automatic"),
                ("messaging_identity_id", "=", identity.id),
            ],
            order="id",
        )
        return [str(message.body) for message in messages]

    def _get_notes(self, identity):
        messages = self.env["mail.message"].search(
            [
                ("model", "=", "discuss.channel"),
                ("res_id", "=", identity.conversation_id.id),
                ("message_type", "=", "notification"),
            ],
            order="id",
        )
        return [str(message.body) for message in messages]

    def _get_joins(self, identity=None):
        """Return the joins that were asked for."""
        joins = self.env["messaging.join"].search([("kind", "=", "join")])
        identity = identity or self.stranger
        return joins.filtered(lambda join: identity in join.identity_ids)
