from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.tests import tagged

from .outbound_case import OutboundCase


@tagged("post_install", "-at_install")
class TestParts(OutboundCase):
    def _parts_of(self, body="", files=(), **values):
        message = self._reply(
            self.conversation,
            body,
            attachment_ids=[file.id for file in files],
            **values,
        )
        return self._get_parts(message)

    def test_formatting_becomes_markup_of_the_channel(self):
        part = self._parts_of(Markup("<p>Dear <b>Sara</b>,<br>it is <i>here</i>.</p>"))
        self.assertEqual(part.payload["body"], "Dear *Sara*,\nit is _here_.")

    def test_plain_text_is_not_html(self):
        part = self._parts_of("1 < 2 & 3 > 2")
        self.assertEqual(part.payload["body"], "1 < 2 & 3 > 2")

    def test_long_text_is_several_parts_and_nothing_is_lost(self):
        words = [f"word{number}" for number in range(1500)]
        parts = self._parts_of(" ".join(words))
        self.assertGreater(len(parts), 2)
        texts = [part.payload["body"] for part in parts]
        self.assertTrue(all(len(text) <= 4096 for text in texts))
        self.assertEqual(" ".join(texts).split(), words)

    def test_parts_of_a_message_are_numbered_and_leave_in_order(self):
        body = "a" * 4000 + "\n\n" + "b" * 4000
        parts = self._parts_of(body)
        self.assertEqual(parts.mapped("sequence"), [0, 1])
        self._send()
        self.assertEqual([text[0] for text in self.script.texts], ["a", "b"])

    def test_the_message_shows_its_worst_part(self):
        parts = self._parts_of("a" * 4000 + "\n\n" + "b" * 4000)
        self._send()
        self._status(parts[0], "read")
        self.assertEqual(parts.mail_message_id.messaging_state, "accepted")

    def test_one_picture_with_a_short_text_is_one_part(self):
        part = self._parts_of("The label", [self._create_file("label.png")])
        self.assertEqual(part.payload["media_type"], "image")
        self.assertEqual(part.payload["caption"], "The label")
        self._send()
        self.assertTrue(self.script.calls[0]["upload"].content)

    def test_a_long_text_goes_before_the_picture(self):
        parts = self._parts_of("x" * 1100, [self._create_file("label.png")])
        self.assertEqual(parts.mapped("kind"), ["text", "media"])
        self.assertFalse(parts[1].payload["caption"])

    def test_several_files_follow_their_text(self):
        files = [self._create_file("one.png"), self._create_file("two.pdf")]
        parts = self._parts_of("Both", files)
        self.assertEqual(parts.mapped("kind"), ["text", "media", "media"])
        self.assertEqual(parts[2].payload["media_type"], "document")
        self.assertEqual(parts[2].payload["filename"], "two.pdf")

    def test_a_file_alone_needs_no_text(self):
        part = self._parts_of("", [self._create_file("two.pdf")])
        self.assertEqual(part.payload["media_type"], "document")

    def test_audio_has_no_caption(self):
        parts = self._parts_of("Listen", [self._create_file("note.mp3")])
        self.assertEqual(parts.mapped("kind"), ["text", "media"])
        self.assertEqual(parts[1].payload["media_type"], "audio")

    def test_a_recording_in_mp3_is_ordinary_audio(self):
        file = self._create_file("voice.mp3")
        file.sudo()._set_voice_metadata()
        part = self._parts_of("", [file])
        self.assertEqual(part.payload["mime_type"], "audio/mpeg")
        self.assertFalse(part.payload["voice"])

    def test_a_recording_in_ogg_is_a_voice_message(self):
        file = self._create_file("voice.ogg", mimetype="audio/ogg")
        file.sudo()._set_voice_metadata()
        part = self._parts_of("", [file])
        self.assertTrue(part.payload["voice"])

    def test_a_type_the_channel_refuses_is_refused_before_storing(self):
        file = self._create_file("run.exe", mimetype="application/x-msdownload")
        count = self.env["mail.message"].search_count([])
        with self.assertRaisesRegex(UserError, "run.exe cannot be sent"):
            self._parts_of("Take this", [file])
        self.assertEqual(self.env["mail.message"].search_count([]), count)
        self.assertFalse(self._get_outbox(self.conversation))

    def test_a_file_that_is_too_large_is_refused_with_the_limit(self):
        file = self._create_file(
            "big.png", content=b"\x89PNG" + b"0" * (6 * 1024 * 1024)
        )
        with self.assertRaisesRegex(UserError, r"big.png is too large.*5\.00 Mb"):
            self._parts_of("", [file])

    def test_nothing_is_not_sent(self):
        with self.assertRaisesRegex(UserError, "nothing to send"):
            self._parts_of(Markup("<p><br></p>"))

    def test_an_answer_quotes_the_message(self):
        asked = self._customer_says(self.conversation, external_id="wamid.asked")
        parts = self._parts_of("a" * 4000 + "\n\n" + "b" * 4000, parent_id=asked.id)
        self.assertEqual(parts[0].reply_to_ref, "wamid.asked")
        self.assertFalse(parts[1].reply_to_ref)
        self._send()
        self.assertEqual(self.script.calls[0]["reply_to"], "wamid.asked")

    def test_a_message_of_another_account_is_not_quoted(self):
        asked = self._customer_says(self.conversation)
        asked.messaging_part_ids.account_id = self._create_account(
            self.connection, "77"
        )
        part = self._parts_of("Yes", parent_id=asked.id)
        self.assertFalse(part.reply_to_ref)

    def test_a_file_of_somebody_else_cannot_be_sent(self):
        secret = self.env["ir.attachment"].create(
            {
                "name": "salaries.pdf",
                "raw": b"%PDF",
                "mimetype": "application/pdf",
                "res_model": "messaging.connection",
                "res_id": self.connection.id,
            }
        )
        secret.write({"res_model": "ir.config_parameter", "res_id": 1})
        with self.assertRaisesRegex(Exception, "access|allowed"):
            self._parts_of("", [secret])
