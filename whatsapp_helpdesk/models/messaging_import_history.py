"""Imported conversations: shown, but nobody's work.

No case, no unread mark, no notification, no automatic answer, no window and no figure:
the same as history that a provider hands over.
"""

from dataclasses import dataclass
from typing import Any

import psycopg2
from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import mute_logger

from ..gateway import history_file
from ..gateway.markup import to_html
from ..gateway.outgoing import OutText
from .messaging_import_run import Refused


@dataclass(frozen=True)
class Keyed:
    """A line of a file with the key that makes it known for ever."""

    line: int
    parsed: Any
    key: str = ""
    error: str = ""

    @property
    def number(self):
        return self.parsed.number

    @property
    def when(self):
        return fields.Datetime.to_datetime(self.parsed.when)


class MessagingImport(models.Model):
    _inherit = "messaging.import"

    def _add_keys(self, lines):
        good = [line for line in lines if not line.error]
        keys = history_file.get_keys(
            [(line, line.number, line.when) for line in good],
            str(self.account_id.id),
        )
        key_of = {id(line): key for line, key in zip(good, keys, strict=True)}
        keyed = [
            Keyed(line.line, line, key_of.get(id(line), ""), line.error)
            for line in lines
        ]
        # Stored in the order of time, so that it is read in this order everywhere.
        return sorted(keyed, key=lambda k: (bool(k.error), not k.error and k.when))

    def _import_messages(self, batch):
        """Store a batch together; when something fails, one message after another."""
        for line in batch:
            if line.error:
                self._refuse(line, line.error)
        new = self._filter_unknown([line for line in batch if not line.error])
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                refused = self._store_messages(new)
                self.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except (psycopg2.Error, UserError, ValidationError):
            for line in new:
                self._import_line(line, self._import_one_message)
            return
        for line, code in refused:
            self._refuse(line, code)
        self.done_count += len(new) - len(refused)

    def _import_one_message(self, line):
        refused = self._store_messages([line])
        if refused:
            raise Refused(refused[0][1])
        self.done_count += 1

    def _filter_unknown(self, lines):
        """Leave out what an earlier import stored."""
        Part = self.env["messaging.message"]
        known = Part.search(
            [
                ("account_id", "=", self.account_id.id),
                ("external_id", "in", [line.key for line in lines]),
            ]
        ).mapped("external_id")
        new = [line for line in lines if line.key not in set(known)]
        self.known_count += len(lines) - len(new)
        return new

    def _store_messages(self, lines):
        """Store messages together.

        :return: (line, reason code) of those that cannot be stored.
        """
        refused, places, stored = [], {}, []
        for line in lines:
            place = places.get(line.number)
            if place is None:
                place = places[line.number] = self._find_place(line)
            if isinstance(place, str):
                refused.append((line, place))
            else:
                stored.append((line, *place))
        if stored:
            self._create_messages(stored)
        return refused

    def _find_place(self, line):
        """Return (identity, conversation) of a customer, or why there is none."""
        try:
            with self.env.cr.savepoint():
                identity = self._get_identity(line.number, line.parsed.name)
                conversation = identity.conversation_id
                while conversation.helpdesk_merged_into_id:
                    conversation = conversation.helpdesk_merged_into_id
                if not conversation:
                    conversation = self.env["discuss.channel"]._get_for_identity(
                        identity, identity.partner_id
                    )
                return identity, conversation
        except Refused as refused:
            return refused.code

    def _create_messages(self, stored):
        """Created without posting: nobody is notified and nothing becomes unread."""
        messages = self.env["mail.message"].create(
            [self._prepare_message_values(*each) for each in stored]
        )
        self.env["messaging.message"].create(
            [
                self._prepare_part_values(message, line, identity)
                for message, (line, identity, _place) in zip(
                    messages, stored, strict=True
                )
            ]
        )
        conversations = self.env["discuss.channel"].union(
            *(place for _line, _identity, place in stored)
        )
        conversations._helpdesk_note_history()

    def _prepare_message_values(self, line, identity, conversation):
        sent = line.parsed.direction == "out"
        author = self._get_author(line, identity)
        body = self._render_message(line, sent and not self._get_sender(line))
        kind = "agent" if sent else "customer"
        return conversation._prepare_history_message(
            identity, author, kind, line.when, body
        )

    def _get_author(self, line, identity):
        if line.parsed.direction == "in":
            return identity.partner_id
        user = self._get_sender(line)
        return user.partner_id or self.company_id.partner_id

    def _get_sender(self, line):
        """The colleague with the name in the file, who need not work here any more."""
        return self._find_user(line.parsed.author.strip())

    def _render_message(self, line, named):
        name = line.parsed.author.strip() if named else ""
        mark = (
            self.env._("Imported · %(name)s", name=name)
            if name
            else self.env._("Imported")
        )
        inbound = self.env["messaging.inbound"]
        return inbound._render_small("fa-history", mark) + Markup(
            to_html(line.parsed.text)
        )

    def _prepare_part_values(self, message, line, identity):
        sent = line.parsed.direction == "out"
        return {
            "account_id": self.account_id.id,
            "identity_id": identity.id,
            "conversation_id": message.res_id,
            "mail_message_id": message.id,
            "direction": "out" if sent else "in",
            "author_kind": "phone_app" if sent else "customer",
            "kind": "text",
            "payload": OutText(body=line.parsed.text).to_payload(),
            "external_id": line.key,
            "state": "sent" if sent else "received",
            "next_try_at": False,
            "occurred_at": line.when,
        }
