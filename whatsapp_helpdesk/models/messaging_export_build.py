"""What is in an export: a file ``person.json`` and the messages, with their files.

The format is described in ``docs/privacy.md``. Every volume is a ZIP by itself, so that
a long history needs no long transaction and no more memory than one volume.
"""

import base64
import io
import json
import zipfile

from odoo import models
from odoo.tools import html2plaintext

from ..gateway.text import clean_filename

#: Messages, and bytes of files, in one volume. A single larger file is still in it.
VOLUME_MESSAGES = 1000
VOLUME_BYTES = 25 * 1024 * 1024
FORMAT = "whatsapp_helpdesk/person/1"


class MessagingExport(models.Model):
    _inherit = "messaging.export"

    def _write_next_file(self):
        """Write one volume; without further messages the export is ready."""
        self.ensure_one()
        person = self.env["messaging.person"].with_context(
            messaging_export_id=self.id, active_test=False
        )
        first = self.state == "queued"
        conversations = person._find_conversations(self.partner_id, self.company_ids)
        if first:
            self.expected = self._count_messages(conversations)
        messages = self._read_messages(conversations)
        if not (first or messages):
            self._finish()
            return
        number = len(self.file_ids) + 1
        content, last, taken = self._pack(person, messages, number, first)
        self.env["messaging.export.file"].create(
            {
                "export_id": self.id,
                "number": number,
                "filename": f"export-{self.id}-{number:03}.zip",
                "size": len(content),
                "content": base64.b64encode(content),
            }
        )
        self.write(
            {
                "state": "running",
                "cursor": last,
                "message_count": self.message_count + taken,
            }
        )
        if taken == len(messages) < VOLUME_MESSAGES:
            self._finish()

    # -- messages ---------------------------------------------------------------------

    def _get_message_domain(self, conversations):
        """Hook: which messages are the person's to have."""
        domain = [
            ("model", "=", "discuss.channel"),
            ("res_id", "in", conversations.ids),
        ]
        if not self.with_notes:
            domain.append(("message_type", "=", "helpdesk_message"))
        return domain

    def _count_messages(self, conversations):
        domain = self._get_message_domain(conversations)
        return self.env["mail.message"].search_count(domain)

    def _read_messages(self, conversations):
        domain = self._get_message_domain(conversations)
        return self.env["mail.message"].search(
            [*domain, ("id", ">", self.cursor)], order="id", limit=VOLUME_MESSAGES
        )

    def _prepare_message(self, message):
        """Hook: what an export says about a message."""
        moment = message.helpdesk_occurred_at or message.date
        return {
            "id": message.id,
            "time": moment.isoformat() + "Z",
            "direction": message.messaging_direction or "note",
            "from": message.helpdesk_author_kind or "agent",
            "text": html2plaintext(message.body or ""),
            "case": message.helpdesk_ticket_id.number or "",
            "state": message.messaging_state or "",
            "reactions": [
                {"emoji": reaction.content, "by_person": self._is_theirs(reaction)}
                for reaction in message.reaction_ids
            ],
            "files": [],
        }

    def _is_theirs(self, reaction):
        return reaction.partner_id == self.partner_id

    # -- packing ----------------------------------------------------------------------

    def _pack(self, person, messages, number, first):
        """Return the bytes of a volume, the last message in it, and how many are."""
        buffer = io.BytesIO()
        rows, size, last = [], 0, self.cursor
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            if first:
                _write_json(archive, "person.json", self._prepare_person(person))
            for message in messages:
                row = self._prepare_message(message)
                for file in message.attachment_ids:
                    row["files"].append(self._write_file(archive, message, file))
                    size += file.file_size
                rows.append(row)
                last = message.id
                if size > VOLUME_BYTES:
                    break
            _write_json(archive, f"messages-{number:03}.json", rows)
        return buffer.getvalue(), last, len(rows)

    def _write_file(self, archive, message, file):
        """Our own path: names of customers' files are only part of it, cleaned."""
        name = clean_filename(file.name or "", file.mimetype or "")
        path = f"files/{message.id}-{file.id}-{name.replace('/', '_')}"
        archive.writestr(path, file.raw or b"")
        return {"path": path, "type": file.mimetype or "", "size": file.file_size}

    def _prepare_person(self, person):
        partner = self.partner_id
        identities = person._find_identities(partner, self.company_ids)
        values = {
            "format": FORMAT,
            "export": self.id,
            "made_at": self.env.cr.now().isoformat() + "Z",
            "contact": self._prepare_contact(partner),
        }
        for section, model, method in person._get_exporters():
            records = person.env[model]
            values[section] = getattr(records, method)(identities, partner)
        return values

    def _prepare_contact(self, partner):
        """Hook: what an export says about the contact itself."""
        return {
            "name": partner.name or "",
            "phone": partner.phone or "",
            "email": partner.email or "",
            "language": partner.lang or "",
            "country": partner.country_id.code or "",
            "city": partner.city or "",
            "street": partner.street or "",
        }


def _write_json(archive, name, values):
    text = json.dumps(values, ensure_ascii=False, indent=1, default=str)
    archive.writestr(name, text)
