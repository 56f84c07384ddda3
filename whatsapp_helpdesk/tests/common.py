from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo.tests import TransactionCase

from odoo.addons.mail.tests.common import mail_new_test_user

from . import bodies

SECRET = "test-app-secret"
VERIFY_TOKEN = "test-verify-token"


class MessagingMixin:
    """Set-up and steps shared by ORM and HTTP tests.

    One connection with one WhatsApp number, one team with two agents. Nothing is
    mocked: bodies are signed and go the way of the webhook, workers run in the test's
    transaction.
    """

    @classmethod
    def _set_up_messaging(cls):
        cls.env = cls.env(context=dict(cls.env.context, **cls._get_context()))
        cls.company = cls.env.company
        cls.agent = cls._create_agent("agent1", "Aram Agent")
        cls.agent2 = cls._create_agent("agent2", "Bela Agent")
        cls.leader = cls._create_agent("leader", "Lea Leader")
        cls.team = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Support",
                "company_id": cls.company.id,
                "user_id": cls.leader.id,
                "user_ids": [(6, 0, (cls.agent | cls.agent2).ids)],
            }
        )
        cls.connection = cls._create_connection()
        cls.account = cls._create_account(cls.connection, bodies.NUMBER_ID)

    @classmethod
    def _get_context(cls):
        return {"tracking_disable": False, "no_reset_password": True}

    @classmethod
    def _create_agent(cls, login, name, group="helpdesk_mgmt.group_helpdesk_user_own"):
        return mail_new_test_user(
            cls.env,
            login=login,
            name=name,
            email=f"{login}@example.com",
            groups=group,
            notification_type="email" if group == "base.group_portal" else "inbox",
            company_id=cls.env.company.id,
        )

    @classmethod
    def _create_connection(cls, **values):
        return cls.env["messaging.connection"].create(
            {
                "name": "Test App",
                "channel": "whatsapp",
                "app_secret": SECRET,
                "verify_token": VERIFY_TOKEN,
                **values,
            }
        )

    @classmethod
    def _create_account(cls, connection, external_id, **values):
        return cls.env["messaging.account"].create(
            {
                "name": f"Number {external_id}",
                "connection_id": connection.id,
                "external_id": external_id,
                "external_parent_id": bodies.WABA,
                "access_token": "test-access-token",
                "display_address": bodies.NUMBER,
                "team_id": cls.team.id,
                **values,
            }
        )

    # -- steps --------------------------------------------------------------------

    def _deliver(self, values, *, connection=None, secret=None):
        """Sign and deliver one body; return ``(status, text)``."""
        connection = connection or self.connection
        raw = values if isinstance(values, bytes) else bodies.dump(values)
        headers = bodies.sign(raw, secret or connection.app_secret)
        return connection._receive(headers, raw)

    def _receive(self, *all_values, connection=None):
        """Deliver bodies and run the workers; return the new messages in order."""
        last = self.env["mail.message"].search([], order="id desc", limit=1).id or 0
        for values in all_values:
            status, text = self._deliver(values, connection=connection)
            self.assertEqual(status, 200, text)
        self._process()
        return self.env["mail.message"].search(
            [("id", ">", last), ("message_type", "=", "helpdesk_message")], order="id"
        )

    def _process(self):
        """Run the inbound workers until nothing is left, without committing."""
        with self._without_commit():
            self.env["messaging.update"]._cron_process()
        self.env.flush_all()

    @contextmanager
    def _without_commit(self):
        """Workers commit after every batch; in a test they only flush."""

        def flush(records, processed=0, **kwargs):
            records.env.cr.flush()
            return float("inf")

        cron_class = self.env.registry["ir.cron"]
        with patch.object(cron_class, "_commit_progress", flush):
            yield

    def _now_timestamp(self, **delta):
        moment = datetime.now(timezone.utc) + timedelta(**delta)
        return int(moment.timestamp())

    def _get_updates(self):
        domain = [("connection_id", "=", self.connection.id)]
        return self.env["messaging.update"].search(domain, order="id")


class MessagingCase(MessagingMixin, TransactionCase):
    """Base of the ORM tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_messaging()
