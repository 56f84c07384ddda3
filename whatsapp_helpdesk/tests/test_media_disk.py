"""A full disk: nothing that a customer sent is lost, and nothing else stops."""

import builtins
import errno
import os
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..gateway.provider import MediaBlob
from . import bodies
from .test_media import PNG, MediaCase

FETCH_LOGGER = "odoo.addons.whatsapp_helpdesk.models.messaging_media_fetch"
ATTACHMENT_LOGGER = "odoo.addons.base.models.ir_attachment"


class FullFile:
    """A file on a disk that takes ten bytes more."""

    def __init__(self, file):
        self._file = file

    def __enter__(self):
        self._file.__enter__()
        return self

    def __exit__(self, *exc):
        return self._file.__exit__(*exc)

    def write(self, content):  # pylint: disable=method-required-super
        self._file.write(content[:10])
        self._file.flush()
        raise OSError(errno.ENOSPC, "No space left on device")


@tagged("post_install", "-at_install")
class TestMediaDisk(MediaCase):
    def setUp(self):
        super().setUp()
        # A picture that no other test has written to the filestore.
        self.content = PNG + os.urandom(16)
        self.enterContext(mute_logger(FETCH_LOGGER, ATTACHMENT_LOGGER))

    def _full_disk(self):
        real, folder = builtins.open, self.env["ir.attachment"]._filestore()

        def full(path, mode="r", *args, **kwargs):
            file = real(path, mode, *args, **kwargs)
            inside = isinstance(path, str) and path.startswith(folder)
            return FullFile(file) if inside and mode == "wb" else file

        return patch.object(builtins, "open", full)

    def _fetch_on_full_disk(self):
        message, media = self._receive_file()
        with self._full_disk():
            self._fetch(MediaBlob(self.content, "image/png"))
        return message, media

    def test_file_waits_and_the_message_keeps_its_placeholder(self):
        message, media = self._fetch_on_full_disk()
        self.assertEqual((media.state, media.error), ("pending", "storage"))
        self.assertGreater(media.next_try_at, fields.Datetime.now())
        self.assertFalse(message.attachment_ids)
        self.assertIn("o-helpdesk-media", message.body)

    def test_file_is_stored_when_there_is_room_again(self):
        message, media = self._fetch_on_full_disk()
        media.next_try_at = fields.Datetime.now()
        self._fetch(MediaBlob(self.content, "image/png"))
        self.assertEqual((media.state, media.error), ("done", False))
        self.assertEqual(message.attachment_ids.raw, self.content)

    def test_disk_that_stays_full_for_long_loses_nothing(self):
        _message, media = self._receive_file()
        for _time in range(20):
            media.next_try_at = fields.Datetime.now()
            with self._full_disk():
                self._fetch(MediaBlob(self.content, "image/png"))
        self.assertEqual(media.state, "pending")

    def test_delivery_is_taken_on_a_full_disk(self):
        with self._full_disk():
            status, _text = self._deliver(bodies.media("image"))
            self._process()
        self.assertEqual(status, 200)
        self.assertEqual(self._get_updates().mapped("state"), ["done"])

    def test_file_torn_by_a_killed_process_is_written_again(self):
        attachment = self.env["ir.attachment"]
        checksum = attachment._compute_checksum(self.content)
        _name, path = attachment._get_path(self.content, checksum)
        with open(path, "wb") as file:
            file.write(self.content[:10])
        created = attachment.create({"name": "torn", "raw": self.content})
        created.invalidate_recordset()
        self.assertEqual(created.raw, self.content)
