"""Plays the talks of the demo data: they come in as any message does.

A talk is a file of steps in order. The times in it are minutes before now, and files
lie beside it, so that everything is there without a provider.
"""

import json
import re
import time

from odoo import api, models
from odoo.tools import file_open

from ..gateway.provider import MediaBlob, SendResult

#: Where talks and their files lie.
FOLDER = "whatsapp_helpdesk/demo"
#: A moment in a talk: so many minutes ago.
MOMENT = re.compile(r'"@-(\d+)"')


class MessagingDemo(models.AbstractModel):
    _name = "messaging.demo"
    _description = "Demo Conversations"

    @api.model
    def _play(self, name):
        """Play a talk of the demo data.

        Steps: ``in`` is a body that the ``connection`` receives, ``out`` what the
        ``user`` answers to the customer who wrote last, ``take`` who gets the case.
        """
        with file_open(f"{FOLDER}/{name}") as stream:
            text = MOMENT.sub(self._get_moment, stream.read())
        talk = json.loads(text)
        connection = self.env.ref(talk["connection"])
        message = self.env["mail.message"]
        for step in talk["steps"]:
            if "in" in step:
                message = self._receive(connection, step["in"]) or message
            elif "take" in step:
                message.helpdesk_ticket_id.user_id = self.env.ref(step["take"])
            else:
                self._answer(message, self.env.ref(step["user"]), step["out"])
            self._settle(connection)
        self._bring_files(talk.get("files", {}), connection)

    @api.model
    def _get_moment(self, found):
        return str(int(time.time()) - 60 * int(found[1]))

    @api.model
    def _receive(self, connection, body):
        """Take a body in and handle it at once; return the message, if it is one."""
        connection._take_in(json.dumps(body).encode())
        updates = self.env["messaging.update"].search(
            [("connection_id", "=", connection.id), ("state", "=", "pending")],
            order="id",
        )
        updates._process_batch()
        return updates.mail_message_id[-1:]

    @api.model
    def _answer(self, message, user, text):
        conversation = self.env["discuss.channel"].browse(message.res_id)
        answer = conversation.with_user(user).message_post(
            body=text, message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        return answer.sudo()

    @api.model
    def _settle(self, connection):
        """What was answered has been sent long ago: nothing leaves."""
        parts = self.env["messaging.message"].search(
            [
                ("account_id", "in", connection.account_ids.ids),
                ("state", "=", "queued"),
            ]
        )
        parts._accept([(part, SendResult(f"demo:{part.id}")) for part in parts])

    @api.model
    def _bring_files(self, names, connection):
        """Store what a provider would be asked for.

        :param dict names: file names by the provider's id of a file.
        """
        waiting = self.env["messaging.media"].search(
            [
                ("account_id", "in", connection.account_ids.ids),
                ("state", "=", "pending"),
            ]
        )
        for media in waiting:
            name = names.get(media.reference["media_id"])
            if name:
                with file_open(f"{FOLDER}/files/{name}", "rb") as stream:
                    media._store_file(MediaBlob(stream.read(), media.mime_type))
