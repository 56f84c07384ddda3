import base64
import io
import json
import zipfile
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..models import messaging_export_build
from .erase_case import ARABIC, NAME, PHONE, SECRET_FILE, TEXT, EraseCase


@tagged("post_install", "-at_install")
class TestPersonExport(EraseCase):
    def setUp(self):
        super().setUp()
        self._leave_traces()

    def _export(self, **values):
        wizard = self.env["messaging.privacy.export"].with_user(self.officer)
        action = wizard.create(
            {"partner_id": self.partner.id, **values}
        ).action_export()
        export = self.env["messaging.export"].browse(action["res_id"])
        with self._without_commit():
            self.env["messaging.export"]._cron_export()
        return export

    def _open(self, export):
        """Return ``{path: bytes}`` of all volumes."""
        found = {}
        for file in export.sudo().file_ids:
            content = base64.b64decode(file.with_context(bin_size=False).content)
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                found.update({name: archive.read(name) for name in archive.namelist()})
        return found

    def _read_messages(self, found):
        names = sorted(name for name in found if name.startswith("messages-"))
        return [row for name in names for row in json.loads(found[name])]

    def test_everything_about_the_person_is_in_it(self):
        export = self._export()
        self.assertEqual((export.state, export.progress), ("done", 100))
        found = self._open(export)
        person = json.loads(found["person.json"])
        self.assertEqual(person["contact"]["name"], NAME)
        values = {a["value"] for i in person["identities"] for a in i["addresses"]}
        self.assertIn(f"+{PHONE}", values)
        self.assertEqual(person["ratings"][0]["rating"], 2)
        self.assertEqual(person["cases"][0]["number"], self.case.number)
        self.assertIn("STOP", {row["wording"] for row in person["consents"]})
        rows = self._read_messages(found)
        self.assertEqual(rows[0]["text"], TEXT)
        self.assertEqual(rows[0]["direction"], "in")
        self.assertIn(ARABIC, {row["text"] for row in rows})
        self.assertIn("👍", json.dumps(rows, ensure_ascii=False))
        path = next(file["path"] for row in rows for file in row["files"])
        self.assertEqual(found[path], SECRET_FILE)

    def test_internal_notes_only_when_asked_for(self):
        texts = str(self._read_messages(self._open(self._export())))
        self.assertNotIn("difficult one", texts)
        texts = str(self._read_messages(self._open(self._export(with_notes=True))))
        self.assertIn("difficult one", texts)

    def test_nothing_of_the_neighbour_is_in_it(self):
        found = self._open(self._export())
        self.assertNotIn(b"bike", b"".join(found.values()))

    def test_a_long_history_is_written_in_volumes(self):
        with patch.object(messaging_export_build, "VOLUME_MESSAGES", 2):
            export = self._export()
        self.assertGreater(len(export.sudo().file_ids), 1)
        rows = self._read_messages(self._open(export))
        ids = [row["id"] for row in rows]
        self.assertEqual(ids, sorted(set(ids)))
        self.assertEqual(len(ids), export.message_count)
        self.assertEqual(len(ids), export.expected)

    def test_a_file_is_for_who_asked_and_only_once(self):
        file = self._export().file_ids
        other = file.with_user(self.env.ref("base.user_admin"))
        with self.assertRaises(AccessError):
            other._take()
        mine = file.with_user(self.officer)
        self.assertTrue(mine._take().startswith(b"PK"))
        with self.assertRaises(UserError):
            mine._take()
        self.assertTrue(mine.downloaded_at)

    def test_nobody_reads_the_content_by_other_ways(self):
        file = self._export().file_ids
        for user in (self.officer, self.env.ref("base.user_admin"), self.agent):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                file.with_user(user).read(["content"])
            attachment = self.env["ir.attachment"].search(
                [("res_model", "=", file._name), ("res_field", "=", "content")]
            )
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                attachment.with_user(user).read(["raw"])

    def test_only_officers_export(self):
        with self.assertRaises(AccessError):
            self.partner.with_user(self.leader).action_messaging_export()

    def test_it_is_deleted_after_a_week(self):
        export = self._export()
        expected = fields.Datetime.now() + timedelta(days=7)
        self.assertAlmostEqual(export.expires_at, expected, delta=timedelta(minutes=5))
        export.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.env["messaging.export"]._gc_expired()
        self.assertEqual(export.state, "expired")
        self.assertFalse(export.file_ids or export.partner_id)

    def test_erasing_takes_exports_along(self):
        export = self._export()
        self._queue()
        self._run_erase()
        self.assertFalse(export.sudo().file_ids)
        self.assertEqual(self._search_database(self._get_needles()), {})
        self.assertEqual(self._search_files(self._get_needles()), [])


@tagged("post_install", "-at_install", "wh_http")
class TestExportDownload(HttpCase):
    def test_a_file_is_downloaded_once_by_its_owner(self):
        admin = self.env.ref("base.user_admin")
        export = self.env["messaging.export"].create(
            {"user_id": admin.id, "company_ids": admin.company_id.ids}
        )
        file = self.env["messaging.export.file"].create(
            {
                "export_id": export.id,
                "number": 1,
                "filename": "export-1-001.zip",
                "content": base64.b64encode(b"PK the volume"),
            }
        )
        url = f"/messaging/export/{file.id}"
        self.assertNotIn(b"volume", self.url_open(url).content)
        self.authenticate("admin", "admin")
        answer = self.url_open(url)
        self.assertEqual((answer.status_code, answer.content), (200, b"PK the volume"))
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(self.url_open(url).status_code, 410)
