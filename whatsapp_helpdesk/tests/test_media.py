import base64
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..gateway.errors import GatewayError, Retry
from ..gateway.provider import Credentials, MediaBlob
from . import bodies
from .common import MessagingCase

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
OGG = b"OggS\x00\x02" + b"\x00" * 22 + b"\x01\x13OpusHead" + b"\x00" * 40
HUGE_PNG = PNG[:16] + (60000).to_bytes(4, "big") * 2 + PNG[24:]


class ScriptedProvider:
    """Gives files, or errors, in the order they were scripted."""

    def __init__(self, *results):
        self.results = list(results)
        self.credentials = Credentials(account="1", token="test-access-token")

    def fetch_media(self, ref, *, max_size):
        result = self.results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result


class MediaCase(MessagingCase):
    """Steps of tests about received files."""

    def _receive_file(self, kind="image", **content):
        values = bodies.media(kind, timestamp=self._now_timestamp(), content=content)
        message = self._receive(values)
        return message, message.messaging_part_ids.media_ids

    def _fetch(self, *results):
        provider = ScriptedProvider(*results)
        account_class = self.env.registry["messaging.account"]
        with (
            self._without_commit(),
            patch.object(account_class, "_get_provider", lambda account: provider),
        ):
            self.env["messaging.media"]._cron_fetch()
        return provider

    def _fetch_one(self, content, mime_type="", kind="image", **values):
        message, media = self._receive_file(kind, **values)
        self._fetch(MediaBlob(content, mime_type))
        return message, media


@tagged("post_install", "-at_install")
class TestMedia(MediaCase):
    # -- showing ------------------------------------------------------------------

    def test_picture_replaces_its_placeholder(self):
        message, media = self._fetch_one(PNG, "image/png", caption="Look")
        self.assertEqual(media.state, "done")
        self.assertEqual(message.attachment_ids.raw, PNG)
        self.assertEqual(message.attachment_ids.mimetype, "image/png")
        self.assertEqual(message.attachment_ids.res_model, "discuss.channel")
        self.assertNotIn("being fetched", message.body)
        self.assertIn("Look", message.body)

    def test_assignee_reads_the_file(self):
        message, _media = self._fetch_one(PNG, "image/png")
        agent = message.helpdesk_ticket_id.user_id
        self.assertEqual(message.attachment_ids.with_user(agent).sudo(False).raw, PNG)

    def test_voice_message_has_discusss_player(self):
        message, _media = self._fetch_one(OGG, "audio/ogg", "audio", voice=True)
        self.assertTrue(message.attachment_ids.voice_ids)

    def test_new_state_is_sent_to_the_conversation(self):
        _message, _media = self._receive_file()
        self.env["bus.bus"].search([]).unlink()
        self._fetch(MediaBlob(PNG, "image/png"))
        self.env.cr.precommit.run()
        self.assertTrue(
            any(
                "attachment_ids" in m
                for m in self.env["bus.bus"].search([]).mapped("message")
            )
        )

    # -- what a file is -----------------------------------------------------------

    def test_dangerous_files_are_never_shown_inline(self):
        svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
        for content, claimed in (
            (svg, "image/png"),
            (b"<html><script>x</script></html>", "image/jpeg"),
            (b"MZ\x90\x00", "application/pdf"),
            (b"\x00\x01\x02unknown", "image/png"),
        ):
            with self.subTest(claimed=claimed):
                message, _media = self._fetch_one(content, claimed)
                self.assertEqual(
                    message.attachment_ids.mimetype, "application/octet-stream"
                )

    def test_picture_of_too_many_pixels_is_only_a_download(self):
        message, _media = self._fetch_one(HUGE_PNG, "image/png")
        self.assertEqual(message.attachment_ids.mimetype, "application/octet-stream")

    def test_file_name_is_cleaned(self):
        message, _media = self._fetch_one(
            b"%PDF-1.4 x",
            "application/pdf",
            "document",
            filename="../../a\u202efdp.exe",
        )
        name = message.attachment_ids.name
        self.assertNotIn("/", name)
        self.assertNotIn("\u202e", name)

    def test_scanner_refuses_a_file(self):
        message, media = self._receive_file()
        media_class = self.env.registry["messaging.media"]
        with patch.object(media_class, "_scan", lambda model, content: "Virus X"):
            self._fetch(MediaBlob(PNG, "image/png"))
        self.assertEqual(media.state, "refused")
        self.assertFalse(message.attachment_ids)
        self.assertIn("Virus X", message.body)

    # -- failures -----------------------------------------------------------------

    def test_temporary_failure_is_tried_again_later(self):
        _message, media = self._receive_file()
        self._fetch(GatewayError("server", Retry.SOON))
        self.assertEqual((media.state, media.attempts), ("pending", 1))
        self.assertGreater(media.next_try_at, fields.Datetime.now())
        media.next_try_at = fields.Datetime.now()
        self._fetch(MediaBlob(PNG, "image/png"))
        self.assertEqual(media.state, "done")

    def test_final_failure_is_visible_and_can_be_retried(self):
        message, media = self._receive_file()
        self._fetch(GatewayError("media"))
        self.assertEqual(media.state, "failed")
        self.assertIn("not available", message.body)
        self.assertEqual(message._get_failed_file_ids(), media.ids)
        media.with_user(message.helpdesk_ticket_id.user_id).action_retry()
        self.assertIn("being fetched", message.body)
        self._fetch(MediaBlob(PNG, "image/png"))
        self.assertEqual(media.state, "done")
        self.assertNotIn("not available", message.body)
        self.assertFalse(message._get_failed_file_ids())

    def test_file_of_a_deleted_message_cannot_be_asked_for(self):
        message, media = self._receive_file()
        self._fetch(GatewayError("media"))
        external_id = media.message_id.external_id
        self._receive(
            bodies.inbound(
                bodies.message("revoke", revoke={"original_message_id": external_id})
            )
        )
        media.with_user(message.helpdesk_ticket_id.user_id).action_retry()
        self.assertEqual(media.state, "refused")

    def test_stranger_cannot_ask_for_files(self):
        message, media = self._receive_file()
        self._fetch(GatewayError("media"))
        outsider = self._create_agent("outsider", "Otto", "base.group_user")
        with self.assertRaises(AccessError):
            media.with_user(outsider).action_retry()
        self.assertEqual(message._get_failed_file_ids(), media.ids)

    def test_expired_file_is_not_asked_for_again(self):
        _message, media = self._receive_file()
        media.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self._fetch(GatewayError("server", Retry.SOON))
        self.assertEqual(media.state, "failed")

    def test_parser_error_of_one_file_leaves_the_others(self):
        _first, broken = self._receive_file()
        _second, fine = self._receive_file()
        self._fetch(ValueError("bug"), MediaBlob(PNG, "image/png"))
        self.assertEqual({broken.state, fine.state}, {"pending", "done"})

    def test_claimed_file_is_not_claimed_again(self):
        _message, media = self._receive_file()
        media._claim()
        self.assertFalse(media._claim())
        self.assertTrue(media.lease_until)

    def test_file_of_a_job_that_died_is_soon_claimed_again(self):
        _message, media = self._receive_file()
        media._claim()
        after = media.lease_until - fields.Datetime.now()
        # Cron workers that hear nothing look after 70 seconds at the latest.
        self.assertLess(after + timedelta(seconds=70), timedelta(minutes=2))
        media.next_try_at -= after
        self.assertEqual(len(media._claim()), 1)

    def test_no_transaction_is_open_while_the_network_is_waited_for(self):
        self._receive_file()
        commits = []
        cron_class = self.env.registry["ir.cron"]
        provider = ScriptedProvider(MediaBlob(PNG, "image/png"))
        seen = []
        provider_fetch = provider.fetch_media

        def fetch(ref, *, max_size):
            seen.append(list(commits))
            return provider_fetch(ref, max_size=max_size)

        provider.fetch_media = fetch
        account_class = self.env.registry["messaging.account"]

        def commit(cron, processed=0, **kwargs):
            commits.append(processed)
            return 100.0

        with (
            patch.object(cron_class, "_commit_progress", commit),
            patch.object(account_class, "_get_provider", lambda account: provider),
        ):
            self.env["messaging.media"]._cron_fetch()
        self.assertEqual(seen, [[0]])
