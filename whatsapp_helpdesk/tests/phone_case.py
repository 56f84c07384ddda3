"""Set-up of the tests of the test phone: a sandbox account, a phone, its requests."""

import itertools
import json
from unittest.mock import patch

from odoo.tests import HttpCase
from odoo.tests.common import release_test_lock

from ..controllers import sandbox_phone
from ..controllers.rate_limit import RateLimit
from ..models.messaging_sandbox_link import PAGE, SWITCH
from .common import MessagingMixin

_references = itertools.count(1)


class PhoneCase(MessagingMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_messaging()
        cls.env["ir.config_parameter"].set_param(SWITCH, "True")
        cls.sandbox = cls._create_connection(
            name="Sandbox", channel="sandbox", app_secret=False, verify_token=False
        )
        cls.phone_account = cls._create_account(
            cls.sandbox, "sandbox", name="Test Shop", access_token=False
        )
        cls.link, cls.token = cls._open_phone("Layla Test")

    def setUp(self):
        super().setUp()
        for name in ("BY_ADDRESS", "BY_PHONE"):
            limit = RateLimit(rate=1000, burst=1000)
            self.startPatcher(patch.object(sandbox_phone, name, limit))

    @classmethod
    def _open_phone(cls, name):
        link = cls.env["messaging.sandbox.link"].create(
            {"name": name, "account_id": cls.phone_account.id, "language": "en_US"}
        )
        return link, link._issue_url().partition("#")[2]

    # -- the page's requests -----------------------------------------------------------

    def _ask(self, path, values=None, *, token=None, headers=None, **options):
        """Send a request as the page does; return the response."""
        self.env.flush_all()
        response = self.opener.post(
            f"{self.base_url()}{PAGE}/{path}",
            data=options.pop("data", None) or json.dumps(values or {}),
            headers={"X-Phone-Token": token or self.token, **(headers or {})},
            timeout=20,
            **options,
        )
        self.env.invalidate_all()
        return response

    def _send(self, **values):
        """Send what the customer does, run the workers, return the newest message."""
        values.setdefault("type", "text")
        values.setdefault("reference", f"{next(_references):024x}")
        response = self._ask("send", values)
        self.assertEqual(response.status_code, 200, response.text)
        self._process()
        return self._get_messages(direction="in")[-1:]

    def _send_file(self, name, content, mime_type, **values):
        values.setdefault("type", "media")
        values.setdefault("reference", f"{next(_references):024x}")
        response = self._ask(
            "file",
            data={"values": json.dumps(values)},
            files={"file": (name, content, mime_type)},
        )
        if response.status_code == 200:
            self._process()
            # Files come through a cursor of another thread, which waits for the lock.
            with self._without_commit(), release_test_lock():
                self.env["messaging.media"]._cron_fetch()
        return response

    def _sync(self, token=None, **values):
        return self._ask("sync", {"limit": 60, **values}, token=token).json()

    def _get_shown(self, token=None, **wanted):
        """Return the messages the phone shows, those with the wanted values."""
        return [
            message
            for message in self._sync(token)["messages"]
            if all(message.get(name) == value for name, value in wanted.items())
        ]

    # -- the helpdesk ------------------------------------------------------------------

    @property
    def conversation(self):
        return self.link.identity_id.conversation_id

    def _get_messages(self, direction, env=None):
        env = env or self.env
        conversation = self.link.with_env(env).identity_id.conversation_id
        return env["mail.message"].search(
            [
                ("model", "=", "discuss.channel"),
                ("res_id", "=", conversation.id),
                ("messaging_direction", "=", direction),
            ],
            order="id",
        )

    def _take_case(self):
        """Make the agent the holder of the case; return it."""
        case = self.conversation.helpdesk_ticket_id
        case.user_id = self.agent
        return case

    def _answer(self, body, **values):
        """Answer as the agent and run the sender; return the message."""
        self._take_case()
        message = self.conversation.with_user(self.agent).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **values,
        )
        self._run_sender()
        return message

    def _offer(self, part):
        """Let a message with choices reach the phone; return its part."""
        message = self._answer("Choose")
        record = message.sudo().messaging_part_ids
        record.write({"kind": part.kind, "payload": part.to_payload()})
        return record

    def _run_sender(self):
        with self._without_commit():
            self.env["messaging.message"]._cron_send()
        self.env.flush_all()
