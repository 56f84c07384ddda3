"""What a test phone sends: signed webhook bodies, received as those of any channel."""

import re

from odoo import models
from odoo.exceptions import UserError

from ..gateway.filetypes import safe_type
from ..gateway.sandbox import builder
from ..gateway.text import clean_filename
from ..gateway.updates import ButtonPress, ContactCard, Location, MediaRef

MAX_TEXT = 4096  # characters
MAX_NAME = 200
MAX_FILE = 5 * 1024 * 1024  # bytes
MAX_REPORTED = 200
MAX_EMOJI = 16  # an emoji can be a sequence of many characters
#: Given by the page, so that a repeated request is the same message.
REFERENCE = re.compile(r"[0-9a-f]{16,64}")
REPORTED_STATES = ("delivered", "read")
MEDIA_KINDS = ("image", "video", "audio")


class MessagingSandboxLink(models.Model):
    _inherit = "messaging.sandbox.link"

    def _phone_send(self, values):
        """Send what the customer wrote or did.

        :param dict values: as the page gives them; nothing in it is trusted.
        :raise UserError: with a sentence for the person.
        """
        self.ensure_one()
        content = self._get_text(values, "type", MAX_NAME)
        build = {
            "text": self._build_text,
            "button": self._build_press,
            "list": self._build_press,
            "location": self._build_location,
            "contact": self._build_contact,
            "reaction": self._build_reaction,
        }.get(content)
        if not build:
            raise UserError(self.env._("This cannot be sent."))
        self._phone_receive(build(values))
        return {}

    def _phone_send_file(self, values, filename, content, claimed_type=""):
        """Keep a file until it is fetched, and send the message that has it."""
        self.ensure_one()
        if not content:
            raise UserError(self.env._("The file is empty."))
        if len(content) > MAX_FILE:
            raise UserError(
                self.env._(
                    "Files can have %(size)s MB at most.", size=MAX_FILE // 1024 // 1024
                )
            )
        mime_type, _inline = safe_type(content, claimed_type)
        attachment = self._create_phone_file(filename, content, mime_type)
        voice = bool(values.get("voice"))
        media = MediaRef(
            kind=self._get_media_kind(values, mime_type),
            media_id=str(attachment.id),
            mime_type=mime_type,
            filename=attachment.name,
            size=len(content),
            voice=voice,
        )
        text = self._get_text(values, "text", MAX_TEXT)
        self._phone_receive(self._build_message(values, text, media))
        return {}

    def _phone_report(self, state, part_ids):
        """Report messages as delivered to the phone or read on it.

        :param list part_ids: ids that the page got from us.
        """
        self.ensure_one()
        if state not in REPORTED_STATES or not isinstance(part_ids, list):
            return {}
        ids = [each for each in part_ids[:MAX_REPORTED] if isinstance(each, int)]
        parts = self.env["messaging.message"].search(
            [*self._get_phone_domain(), ("id", "in", ids), ("direction", "=", "out")]
        )
        sender = self._get_sender()
        for part in parts.filtered(lambda p: p.external_id and not p[f"{state}_at"]):
            self._phone_receive(builder.build_status(sender, part.external_id, state))
        return {}

    # -- the way in --------------------------------------------------------------------

    def _phone_receive(self, body):
        """Hand a body to the same door that a real channel's webhook goes through."""
        # sudo: messaging.connection - the phone signs with the connection's secret as
        # a provider would; the secret never leaves the server
        connection_sudo = self.account_id.connection_id.sudo()
        secret = connection_sudo._get_sandbox_secret()
        status, _text = connection_sudo._receive(
            builder.signed_headers(body, secret), body
        )
        if status != 200:
            raise UserError(self.env._("The message was refused. Try again later."))

    def _get_sender(self):
        return builder.Sender(self.account_id.external_id, self.external_id, self.name)

    # -- bodies ------------------------------------------------------------------------

    def _build_message(self, values, text="", content=None, **options):
        return builder.build_message(
            self._get_sender(),
            text,
            content,
            reply_to=self._get_known_ref(values.get("reply_to")),
            message_id=self._get_external_id(values),
            **options,
        )

    def _build_text(self, values):
        text = self._get_text(values, "text", MAX_TEXT)
        if not text:
            raise UserError(self.env._("The message is empty."))
        return self._build_message(values, text)

    def _build_press(self, values):
        """Press a button or pick a row that was really offered."""
        part = self._search_own_part(values.get("part"))
        choice = self._find_choice(part, values.get("payload"))
        press = ButtonPress(
            payload=choice["payload"],
            title=choice["title"],
            description=choice.get("description") or "",
        )
        values = {**values, "reply_to": part.external_id}
        return self._build_message(values, "", press, from_list=part.kind == "list")

    def _search_own_part(self, part_id):
        if not isinstance(part_id, int):
            return self.env["messaging.message"]
        return self.env["messaging.message"].search(
            [*self._get_phone_domain(), ("id", "=", part_id)]
        )

    def _find_choice(self, part, payload):
        offered = part.payload or {}
        choices = [*(offered.get("buttons") or []), *(offered.get("rows") or [])]
        for choice in choices:
            if part.direction == "out" and choice["payload"] == payload:
                return choice
        raise UserError(self.env._("This choice is not offered any more."))

    def _build_location(self, values):
        place = self._get_object(values, "location")
        try:
            latitude, longitude = (
                float(place.get(name)) for name in ("latitude", "longitude")
            )
        except (TypeError, ValueError):
            latitude = longitude = None
        # Also false for "not a number", which float() reads.
        if latitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
            raise UserError(self.env._("This is no place on earth."))
        names = (self._get_text(place, name, MAX_NAME) for name in ("name", "address"))
        return self._build_message(values, "", Location(latitude, longitude, *names))

    def _build_contact(self, values):
        card = self._get_object(values, "contact")
        name = self._get_text(card, "name", MAX_NAME)
        if not name:
            raise UserError(self.env._("The contact has no name."))
        contact = ContactCard(
            name=name,
            phones=self._get_lines(card, "phones"),
            emails=self._get_lines(card, "emails"),
            own=card.get("own") is True,
        )
        return self._build_message(values, "", (contact,))

    def _build_reaction(self, values):
        target = self._get_known_ref(values.get("target"))
        if not target:
            raise UserError(self.env._("The message you react to is gone."))
        emoji = self._get_text(values, "emoji", MAX_EMOJI)
        return builder.build_reaction(self._get_sender(), target, emoji)

    # -- values of the page ------------------------------------------------------------

    def _get_text(self, values, name, size):
        """Return a text of at most ``size`` characters, empty for anything else.

        :raise UserError: longer, for nothing is cut off silently.
        """
        text = values.get(name)
        if not isinstance(text, str):
            return ""
        text = text.replace("\x00", "").strip()
        if len(text) > size:
            raise UserError(
                self.env._("Texts can have %(size)s characters at most.", size=size)
            )
        return text

    def _get_object(self, values, name):
        value = values.get(name)
        return value if isinstance(value, dict) else {}

    def _get_lines(self, values, name):
        lines = values.get(name)
        lines = lines if isinstance(lines, list) else []
        texts = (self._get_text({"line": line}, "line", MAX_NAME) for line in lines[:5])
        return tuple(text for text in texts if text)

    def _get_external_id(self, values):
        """Return the id of a new message; a repeated request gives the same."""
        reference = values.get("reference")
        if not isinstance(reference, str) or not REFERENCE.fullmatch(reference):
            raise UserError(self.env._("This cannot be sent."))
        return f"{self._get_id_prefix()}{reference}"

    def _get_id_prefix(self):
        """Ids of different phones never meet."""
        return f"sbx.in.{self.id}."

    def _get_reference(self, part):
        """Return what the page called a message of its own."""
        return (part.external_id or "").removeprefix(self._get_id_prefix())

    def _get_known_ref(self, external_id):
        """Return the external id when it is of this phone's conversation, else ''."""
        if not isinstance(external_id, str) or "\x00" in external_id:
            return ""
        return self._get_part(external_id).external_id or ""

    # -- files -------------------------------------------------------------------------

    def _create_phone_file(self, filename, content, mime_type):
        # sudo: ir.attachment - kept on the phone's record, which the public cannot read
        return (
            self.env["ir.attachment"]
            .sudo()
            .with_context(image_no_postprocess=True)
            .create(
                {
                    "name": clean_filename(filename or "", mime_type),
                    "raw": content,
                    "mimetype": mime_type,
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )

    def _get_media_kind(self, values, mime_type):
        """Return what kind of message a file is, as wished if it fits."""
        wished = values.get("media")
        main = mime_type.partition("/")[0]
        if wished == "audio" and mime_type in ("video/webm", "video/mp4"):
            return "audio"  # recordings share their container with films
        return wished if wished in MEDIA_KINDS and main == wished else "document"
