"""A person who left traces everywhere, a neighbour in the same bodies, and a search
through every text, JSON and binary column of the database."""

import base64
import json
import os
import time
from unittest.mock import patch

from odoo import Command, fields

from odoo.addons.mail.tests.common import mail_new_test_user

from ..gateway import phones
from . import bodies
from .common import MessagingCase
from .outbound_case import PNG

PHONE = "9647705551234"
OTHER_PHONE = "9647705559876"
BSUID = "IQ.77713208655302741918"
NAME = "Anahita Zebariyan"
TEXT = "My kidney stone hurts in Sulaymaniyah"
ARABIC = "بيتي قرب حديقة آزادي"
SECRET_FILE = b"%PDF-1.4 passport of Anahita, only here " + os.urandom(8)
OFFICER = "whatsapp_helpdesk.group_privacy_officer"


def wamid(phone, number):
    """An id as the provider makes them: the customer's number is in it."""
    raw = b"\x1d\x12\x0c\x18\x0c" + phone.encode() + b"\x15\x02\x00\x12\x18" + number
    return "wamid." + base64.b64encode(raw).decode()


class EraseCase(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = mail_new_test_user(
            cls.env,
            login="officer",
            name="Olga Officer",
            email="officer@example.com",
            groups=f"base.group_user,{OFFICER}",
            company_id=cls.company.id,
        )
        cls.since = time.time() - 1

    # -- traces -----------------------------------------------------------------------

    def _write(self, text=TEXT, phone=PHONE, name=NAME, number=b"00000001", **values):
        return bodies.message(
            text={"body": text},
            phone=phone,
            mid=wamid(phone, number),
            timestamp=values.pop("timestamp", self._now_timestamp(minutes=-5)),
            **values,
        )

    def _receive_both(self):
        """One body with the person and a neighbour, then more of each."""
        contacts = [
            bodies.contact(PHONE, NAME, BSUID, "zebariyan77"),
            bodies.contact(OTHER_PHONE, "Bo Neighbour"),
        ]
        messages = [
            self._write(bsuid=BSUID),
            self._write("Is my bike ready?", OTHER_PHONE, number=b"00000002"),
            self._write(ARABIC, number=b"00000003", bsuid=BSUID),
        ]
        body = bodies.envelope(bodies.change(contacts=contacts, messages=messages))
        self._receive(body)
        identity = self.env["messaging.address"].search([("value", "=", BSUID)])
        self.identity = identity.identity_id
        self.partner = self.identity.partner_id
        self.conversation = self.identity.conversation_id
        self.case = self.conversation.helpdesk_ticket_id
        other = self.env["messaging.address"].search(
            [("value", "=", f"+{OTHER_PHONE}")]
        )
        self.neighbour = other.identity_id

    def _leave_traces(self):
        self._receive_both()
        self._talk()
        self._change_things()
        self._add_files()
        self._add_relatives()
        self.env.flush_all()

    def _talk(self):
        self.case.user_id = self.agent
        first = self.env["mail.message"].search(
            [("res_id", "=", self.conversation.id), ("body", "ilike", "kidney")],
            limit=1,
        )
        self.reply = self._post("mail.mt_comment", f"About “{TEXT}”", first.id)
        self._post("mail.mt_note", f"{NAME} is a difficult one")
        part = self.reply.messaging_part_ids[:1]
        part.write({"state": "sent", "external_id": wamid(PHONE, b"00000004")})
        self.env["messaging.attempt"].create(
            {
                "message_id": part.id,
                "account_id": self.account.id,
                "external_id": wamid(PHONE, b"00000004"),
                "failure_detail": f"sent to {PHONE}",
            }
        )

    def _post(self, subtype, body, parent_id=False):
        return (
            self.conversation.with_user(self.agent)
            .message_post(
                body=body,
                message_type="comment",
                subtype_xmlid=subtype,
                parent_id=parent_id,
            )
            .sudo()
        )

    def _change_things(self):
        """Statuses, a reaction, an opt-out, and one nobody can handle."""
        now = self._now_timestamp(minutes=-3)
        self._receive(
            bodies.status(
                wamid(PHONE, b"00000004"), "delivered", phone=PHONE, timestamp=now
            ),
            bodies.status(
                wamid(PHONE, b"00000099"), "read", phone=PHONE, timestamp=now
            ),
            bodies.inbound(
                self._write("STOP", number=b"00000005", bsuid=BSUID), name=NAME
            ),
        )
        self._receive(
            bodies.inbound(
                bodies.message(
                    "reaction",
                    phone=PHONE,
                    mid=wamid(PHONE, b"00000006"),
                    timestamp=now,
                    reaction={
                        "message_id": wamid(PHONE, b"00000004"),
                        "emoji": "👍",
                    },
                ),
                name=NAME,
            )
        )
        status, _text = self._deliver(b'{"broken": "' + PHONE.encode())
        self.assertEqual(status, 200)

    def _add_files(self):
        message = self.env["mail.message"].search(
            [("res_id", "=", self.conversation.id), ("messaging_direction", "=", "in")],
            limit=1,
        )
        self.file = self.env["ir.attachment"].create(
            {
                "name": f"passport {NAME}.pdf",
                "raw": SECRET_FILE,
                "res_model": "discuss.channel",
                "res_id": self.conversation.id,
            }
        )
        message.attachment_ids = [Command.link(self.file.id)]
        self.env["messaging.media"].create(
            {
                "message_id": message.messaging_part_ids[:1].id,
                "kind": "document",
                "reference": {"media_id": "1", "filename": f"passport {NAME}.pdf"},
                "filename": f"passport {NAME}.pdf",
                "attachment_id": self.file.id,
                "state": "done",
            }
        )
        self.env["ir.attachment"].create(
            {
                "name": "photo.png",
                "raw": PNG + PHONE.encode(),
                "res_model": "helpdesk.ticket",
                "res_id": self.case.id,
            }
        )

    def _add_relatives(self):
        """What other features and Odoo itself keep."""
        case = self.case
        case.message_post(body=f"{NAME} called from +{PHONE}", message_type="comment")
        case.write({"partner_email": "anahita@zebariyan.example", "name": TEXT})
        case.activity_schedule(
            "mail.mail_activity_data_todo", summary=f"Call {NAME}", note=TEXT
        )
        case.message_subscribe(self.partner.ids)
        self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "res_id": case.id,
                "partner_id": self.partner.id,
                "rating": 2,
                "feedback": f"{NAME} is not happy",
                "consumed": True,
            }
        )
        device = self.env["mail.push.device"].create(
            {
                "partner_id": self.agent.partner_id.id,
                "endpoint": "https://push.example.com/1",
                "keys": "{}",
                "expiration_time": fields.Datetime.now(),
            }
        )
        self.env["mail.push"].create(
            {
                "mail_push_device_id": device.id,
                "payload": json.dumps({"title": NAME, "options": {"body": ARABIC}}),
            }
        )
        self.env["bus.bus"]._sendone(
            self.team, "mail.record/insert", {"name": NAME, "text": ARABIC}
        )
        self.partner.message_post(body=f"Spoke with {NAME}")
        self.neighbour._note_conflict(self.identity)

    # -- erasing ----------------------------------------------------------------------

    def _open_wizard(self, **values):
        wizard = self.env["messaging.privacy.erase"].with_user(self.officer)
        return wizard.create(
            {"partner_id": self.partner.id, "confirmation": self.partner.name, **values}
        )

    def _queue(self, **values):
        action = self._open_wizard(**values).action_erase()
        return self.env["messaging.erase"].browse(action["res_id"])

    def _run_erase(self):
        self.env.cr.precommit.run()
        with self._without_commit(), self._files_at_once():
            self.env["messaging.erase"]._cron_erase()
        self.env.flush_all()

    def _files_at_once(self):
        """The collection of files commits; its inner half does the same."""
        files = self.env["ir.attachment"]
        return patch.object(
            self.env.registry["messaging.erase"],
            "_remove_files",
            lambda _self: files._gc_file_store_unsafe(),
        )

    # -- searching --------------------------------------------------------------------

    def _get_needles(self):
        found = {
            PHONE,
            phones.display(f"+{PHONE}", isolate=False),
            BSUID,
            NAME,
            NAME.split()[0],
            "zebariyan",
            TEXT,
            "kidney",
            ARABIC,
            json.dumps(ARABIC)[1:-1],
        }
        # In base64 a text has three forms, by where it starts.
        for shift in range(3):
            coded = base64.b64encode(b"x" * shift + PHONE.encode())
            found.add(coded[4:-4].decode())
        return sorted(found)

    def _search_database(self, needles):
        """Return ``{(table, column): number}`` of everything that mentions one."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.cr.execute(
            """
            SELECT c.table_name, c.column_name, c.data_type
              FROM information_schema.columns c
              JOIN information_schema.tables t USING (table_schema, table_name)
             WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
               AND c.data_type IN
                   ('text', 'character varying', 'character', 'json', 'jsonb', 'bytea')
            """
        )
        found = {}
        for table, column, kind in self.env.cr.fetchall():
            number = self._search_column(table, column, kind, needles)
            if number:
                found[table, column] = number
        return found

    def _search_column(self, table, column, kind, needles):
        patterns = [f"%{needle}%".replace("\\", "\\\\") for needle in needles]
        text = f'"{column}"::text'
        if kind == "bytea":
            text = f"encode(\"{column}\", 'escape')"
            if (table, column) == ("messaging_event", "body"):
                text = f"encode(decode({text}, 'base64'), 'escape')"
        self.env.cr.execute(
            f'SELECT count(*) FROM "{table}" WHERE {text} ILIKE ANY(%s)',  # noqa: S608
            [patterns],
        )
        return self.env.cr.fetchone()[0]

    def _search_files(self, needles):
        """Return stored files, written since the test began, that mention one."""
        wanted = [needle.encode() for needle in needles] + [SECRET_FILE]
        root = self.env["ir.attachment"]._filestore()
        found = []
        for folder, _folders, names in os.walk(root):
            if os.path.basename(folder) == "checklist" or "checklist" in folder:
                continue
            for name in names:
                path = os.path.join(folder, name)
                if os.path.getmtime(path) >= self.since:
                    with open(path, "rb") as file:
                        content = file.read()
                    found += [name for value in wanted if value in content]
        return found
