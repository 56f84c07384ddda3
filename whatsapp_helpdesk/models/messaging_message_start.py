"""Parts that were made before their message: filled templates."""

from dataclasses import dataclass
from typing import Any

from odoo import api, fields, models

from ..gateway.outgoing import OutMedia
from .messaging_message_queue import BULK


@dataclass(frozen=True)
class ReadyPart:
    """Travels in the context of a post. A client sends JSON, so it cannot make one.

    :ivar part: a ``gateway.outgoing`` part.
    :ivar attachment: ``ir.attachment`` that the part uploads, or empty.
    :ivar values: more of the row in the outbox.
    """

    part: Any
    attachment: Any
    values: dict


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    started_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        help="Who wrote outside of the service window; counted per day.",
    )

    _started_by = models.Index(
        "(started_by_id, create_date) WHERE started_by_id IS NOT NULL"
    )

    @api.model
    def _get_ready_part(self):
        ready = self.env.context.get("helpdesk_ready_part")
        return ready if isinstance(ready, ReadyPart) else None

    def _prepare_part_values(self, mail_message, part, attachment, sequence):
        values = super()._prepare_part_values(mail_message, part, attachment, sequence)
        ready = self._get_ready_part()
        return {**values, **ready.values} if ready else values

    def _prepare_retry_values(self):
        """Override: the window may have closed since the first try."""
        starts = bool(self.template_id) and self.identity_id._is_outside_window()
        return {
            **super()._prepare_retry_values(),
            "starts_conversation": self.starts_conversation or starts,
        }

    @api.model
    def _make_ready_part(self, part, template, identity, attachment, values):
        """Return what leaves instead of the text of the message.

        :param dict values: more of the row in the outbox.
        :raise UserError: the channel takes no such content or file.
        """
        self._check_sendable(identity, part)
        self._check_header_file(identity, template, attachment)
        return ReadyPart(part, attachment, values)

    @api.model
    def _check_header_file(self, identity, template, attachment):
        """:raise UserError: the provider takes no such file in this header."""
        if not attachment:
            return
        media = OutMedia(
            media_type=template.header_format,
            mime_type=attachment.mimetype or "application/octet-stream",
            filename=attachment.name or "",
        )
        if self._get_unsendable(identity, media):
            self._refuse_file_type(identity, attachment)
        self._check_file_size(identity, attachment)

    @api.model
    def _prepare_start_values(self, template, identity, user, bulk):
        """What the outbox remembers of a template beside the part itself."""
        starts = identity._is_outside_window()
        values = {
            "template_id": template.id,
            "starts_conversation": starts,
            "started_by_id": starts and user.id,
        }
        if bulk:
            values["priority"] = BULK
        return values
