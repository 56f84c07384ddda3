"""What a test phone shows: the parts exchanged with its own customer, nothing else.

It reads ``messaging.message``, which holds what went through the channel. Notes,
notifications and other customers have no parts of this identity, so they cannot appear.
"""

import dataclasses
import hashlib

from odoo import api, fields, models
from odoo.tools import SQL

from ..gateway.filetypes import INLINE, OCTETS, safe_type
from .messaging_message_queue import MARKS

#: Types that the page shows or plays itself; all others are offered to be saved.
PLAYED = INLINE - {"application/pdf"}
#: States of outgoing parts that reached the phone.
ARRIVED = ("accepted", "sent", "delivered", "read", "played")
#: Kinds of parts that are no bubbles: signs about other messages.
SIGNS = (*MARKS, "reaction")
MAX_SHOWN = 600


class MessagingSandboxLink(models.Model):
    _inherit = "messaging.sandbox.link"

    # -- asking ------------------------------------------------------------------------

    def _phone_sync(self, version, limit):
        """Return what the phone shows, or that it is what ``version`` was.

        :param str version: what an earlier answer gave.
        :param int limit: number of messages, the newest ones.
        """
        self.ensure_one()
        limit = min(max(limit, 1), MAX_SHOWN) if isinstance(limit, int) else 60
        self._note_seen()
        current = self._get_phone_version(limit)
        if version == current:
            return {"version": current, "unchanged": True}
        parts = self._search_phone_parts(limit + 1)
        return {
            "version": current,
            "title": self.account_id.name,
            "messages": self._prepare_phone_messages(parts[:limit].sorted("id")),
            "has_earlier": len(parts) > limit and limit < MAX_SHOWN,
        }

    def _note_seen(self):
        """Remember the minute the phone was used: few questions cost a write."""
        now = fields.Datetime.now().replace(second=0, microsecond=0)
        if self.last_seen_at != now:
            self.last_seen_at = now

    def _get_phone_domain(self):
        return [
            ("identity_id", "=", self.identity_id.id),
            ("account_id", "=", self.account_id.id),
            ("kind", "not in", SIGNS),
            "|",
            ("direction", "=", "in"),
            ("state", "in", ARRIVED),
            # Without its message a part was deleted on purpose.
            ("mail_message_id.message_type", "=", "helpdesk_message"),
        ]

    def _search_phone_parts(self, limit):
        if not self.identity_id:
            return self.env["messaging.message"]
        return self.env["messaging.message"].search(
            self._get_phone_domain(), order="id desc", limit=limit
        )

    def _get_phone_version(self, limit):
        """A value that changes whenever something the phone shows may have changed.

        Sums of times, not the latest one: a transaction that took long may add an
        earlier time.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH part AS (
                    SELECT id, write_date, mail_message_id FROM messaging_message
                     WHERE identity_id = %(identity)s)
                SELECT (SELECT (count(*), sum(extract(epoch FROM write_date)))::text
                          FROM part),
                       (SELECT (count(*), sum(media.id),
                                sum(extract(epoch FROM media.write_date)))::text
                          FROM messaging_media media
                          JOIN part ON part.id = media.message_id),
                       (SELECT (count(*), sum(reaction.id))::text
                          FROM mail_message_reaction reaction
                          JOIN part ON part.mail_message_id = reaction.message_id)
                """,
                identity=self.identity_id.id or 0,
            )
        )
        state = (
            *self.env.cr.fetchone(),
            self.identity_id.read_up_to_id.id,
            self.account_id.name,
            limit,
        )
        return hashlib.sha256(repr(state).encode()).hexdigest()[:20]

    # -- showing -----------------------------------------------------------------------

    def _prepare_phone_messages(self, parts):
        read_up_to = self.identity_id.read_up_to_id.id or 0
        first_parts = {}
        for part in parts:
            first_parts.setdefault(part.mail_message_id, part)
        messages = []
        for part in parts:
            message = self._prepare_phone_message(part)
            message["state"] = self._get_phone_state(part, read_up_to)
            if first_parts[part.mail_message_id] == part:
                message["reactions"] = self._prepare_phone_reactions(part)
            messages.append(message)
        return messages

    def _prepare_phone_message(self, part):
        at = part.occurred_at or part.accepted_at or part.create_date
        return {
            "id": part.id,
            "external_id": part.external_id,
            "reference": self._get_reference(part),
            "direction": part.direction,
            "at": f"{fields.Datetime.to_string(at).replace(' ', 'T')}Z",
            "reactions": [],
            "quote": self._prepare_phone_quote(part),
            **self._prepare_phone_content(part),
        }

    def _get_phone_state(self, part, read_up_to):
        if part.direction == "out":
            return part.state
        return "read" if part.id <= read_up_to else "received"

    def _get_part(self, external_id):
        """Return the part of this phone's customer with an external id, or none."""
        if not external_id or not self.identity_id:
            return self.env["messaging.message"]
        return self.env["messaging.message"].search(
            [*self._get_phone_domain(), ("external_id", "=", external_id)], limit=1
        )

    def _prepare_phone_quote(self, part):
        quoted = self._get_part(part.reply_to_ref)
        if not quoted:
            return None
        return {
            "external_id": quoted.external_id,
            "direction": quoted.direction,
            **self._prepare_phone_content(quoted),
        }

    def _prepare_phone_reactions(self, part):
        customer = self.identity_id.partner_id
        return [
            {"emoji": reaction.content, "mine": reaction.partner_id == customer}
            for reaction in part.mail_message_id.reaction_ids
        ]

    # -- content, by kind of part ------------------------------------------------------

    def _prepare_phone_content(self, part):
        """Return what the phone draws for a part; text stays text, never markup."""
        payload = part.payload or {}
        attachment, media = self._get_phone_file(part)
        if attachment or media:
            return {
                "text": payload.get("caption") or payload.get("body") or "",
                "file": self._prepare_phone_file(part, attachment, media),
            }
        if part.direction == "in":
            return self._prepare_own_content(part, payload)
        prepare = getattr(self, f"_prepare_{part.kind}_content", None)
        content = prepare(payload) if prepare else {"unsupported": True}
        text = payload.get("body") or payload.get("text") or ""
        frame = {name: payload.get(name) or "" for name in ("header", "footer")}
        return {"text": text, **frame, **content}

    def _prepare_own_content(self, part, payload):
        """What the customer sent, from the stored body: the part keeps text only."""
        content = {"text": payload.get("body") or ""}
        if part.kind not in ("location", "contacts"):
            return content
        sent = self._get_sent(part)
        if sent and sent.location:
            content["location"] = dataclasses.asdict(sent.location)
        if sent and sent.contacts:
            content["contact"] = dataclasses.asdict(sent.contacts[0])
        return content

    @api.model
    def _get_sent(self, part):
        """Return the gateway's update that a received part was made from, or None."""
        update = self.env["messaging.update"].search(
            [
                ("mail_message_id", "=", part.mail_message_id.id),
                ("kind", "=", "message"),
            ],
            limit=1,
        )
        return update.event_id._parse().get(update.key) if update else None

    @api.model
    def _prepare_text_content(self, _payload):
        return {}

    @api.model
    def _prepare_template_content(self, _payload):
        return {}

    @api.model
    def _prepare_location_content(self, payload):
        names = ("latitude", "longitude", "name", "address")
        return {"location": {name: payload.get(name) for name in names}}

    @api.model
    def _prepare_contact_content(self, payload):
        names = ("name", "phones", "emails")
        return {"contact": {name: payload.get(name) for name in names}}

    @api.model
    def _prepare_buttons_content(self, payload):
        return {"buttons": payload.get("buttons") or []}

    @api.model
    def _prepare_list_content(self, payload):
        return {
            "list": {
                "button": payload.get("button") or "",
                "rows": payload.get("rows") or [],
            }
        }

    @api.model
    def _prepare_link_content(self, payload):
        url = payload.get("url") or ""
        if not url.startswith(("https://", "http://")):
            return {}
        return {"link": {"title": payload.get("title") or url, "url": url}}

    @api.model
    def _prepare_location_request_content(self, _payload):
        return {"request": "location"}

    @api.model
    def _prepare_contact_request_content(self, _payload):
        return {"request": "contact"}

    # -- files -------------------------------------------------------------------------

    @api.model
    def _get_phone_file(self, part):
        """Return the attachment of a part, and its ``messaging.media`` if received."""
        media = self.env["messaging.media"].search(
            [("message_id", "=", part.id)], limit=1
        )
        return part.attachment_id or media.attachment_id, media

    def _prepare_phone_file(self, part, attachment, media):
        payload = part.payload or {}
        return {
            "name": attachment.name or media.filename or payload.get("filename") or "",
            "size": attachment.file_size or media.size or 0,
            "mime": attachment.mimetype or media.mime_type or "",
            "kind": self._get_file_kind(part, attachment, media),
            "voice": bool(payload.get("voice")),
            "ready": bool(attachment),
        }

    @api.model
    def _get_file_kind(self, part, attachment, media):
        kind = (part.payload or {}).get("media_type") or media.kind or "document"
        mime_type = attachment.mimetype
        return "document" if mime_type and mime_type not in PLAYED else kind

    def _phone_file(self, part_id):
        """Return content and type of a file of this phone's customer, or two None."""
        if not self.identity_id:
            return None, None
        part = self.env["messaging.message"].search(
            [*self._get_phone_domain(), ("id", "=", part_id)]
        )
        attachment = part and self._get_phone_file(part)[0]
        if not attachment:
            return None, None
        content = attachment.raw or b""
        mime_type, inline = safe_type(content, attachment.mimetype or "")
        return content, mime_type if inline else OCTETS
