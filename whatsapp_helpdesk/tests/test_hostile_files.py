"""Files of strangers over HTTP: what a browser is told about them."""

import io
import json
from unittest.mock import patch
from zipfile import ZipFile
from zlib import crc32

from odoo import http
from odoo.tests import HttpCase, tagged

from ..gateway.filetypes import OCTETS
from ..gateway.provider import MediaBlob
from . import bodies
from .common import MessagingMixin
from .test_media import HUGE_PNG, PNG, ScriptedProvider

HTML = b"<html><script>window.__xss = 1</script><form action=//evil.example>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="window.__xss = 1"/>'
PDF_SCRIPT = b"%PDF-1.7\n<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"
#: Name, content, type that is claimed, type that is served.
FILES = (
    ("photo.jpg", HTML, "image/jpeg", OCTETS),
    ("photo.svg", SVG, "image/svg+xml", OCTETS),
    ("page.html", HTML, "text/html", OCTETS),
    ("page.xhtml", b"<?xml version='1.0'?>" + HTML, "application/xhtml+xml", OCTETS),
    ("code.js", b"window.__xss = 1", "text/javascript", OCTETS),
    ("bomb.png", HUGE_PNG, "image/png", OCTETS),
    ("form.pdf", PDF_SCRIPT, "application/pdf", OCTETS),
    ("fine.png", PNG, "image/png", "image/png"),
)
NAMES = (
    ("evil\u202egpj.exe", "evilgpj.exe"),
    ("invoice.pdf.exe", "invoice.pdf.exe"),
    ("a\r\nX-Evil: 1\r\n\r\n.pdf", "a X-Evil_ 1 .pdf"),
    ("a\x00b.pdf", "ab.pdf"),
    ("../../../etc/passwd", "passwd"),
    ("..\\..\\boot.ini", "boot.ini"),
    ("/etc/\u2044x.pdf", "x.pdf"),
    ("con.pdf", "_con.pdf"),
    ('"><img src=x onerror=1>.pdf', "___img src=x onerror=1_.pdf"),
    ("=HYPERLINK(1).pdf", "=HYPERLINK(1).pdf"),
)


class HostileFilesCase(MessagingMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_messaging()

    def _receive_document(self, name, content, claimed):
        values = bodies.media(
            "document",
            timestamp=self._now_timestamp(),
            content={"filename": name, "mime_type": claimed},
        )
        message = self._receive(values)
        provider = ScriptedProvider(MediaBlob(content, claimed))
        account_class = self.env.registry["messaging.account"]
        with (
            self._without_commit(),
            patch.object(account_class, "_get_provider", lambda account: provider),
        ):
            self.env["messaging.media"]._cron_fetch()
        agent = message.helpdesk_ticket_id.user_id
        self.authenticate(agent.login, agent.login)
        return message.attachment_ids


@tagged("post_install", "-at_install", "wh_http")
class TestHostileFiles(HostileFilesCase):
    def test_nothing_that_acts_is_served_as_what_it_is(self):
        for name, content, claimed, served in FILES:
            attachment = self._receive_document(name, content, claimed)
            for place in ("content", "image"):
                url = f"/web/{place}/{attachment.id}"
                response = self.url_open(url)
                with self.subTest(name, place=place):
                    self.assertEqual(response.headers["Content-Type"], served)
                    self.assertEqual(
                        response.headers["X-Content-Type-Options"], "nosniff"
                    )
                    self.assertEqual(
                        response.headers["Content-Security-Policy"],
                        "default-src 'none'",
                    )

    def test_an_address_does_not_change_the_type(self):
        attachment = self._receive_document("photo.jpg", HTML, "image/jpeg")
        for wish in ("text/html", "image/svg+xml", "text/xml", "application/xhtml+xml"):
            for place in ("content", "image"):
                url = f"/web/{place}/{attachment.id}?mimetype={wish}&filename=x.html"
                with self.subTest(wish, place=place):
                    found = self.url_open(url).headers["Content-Type"]
                    self.assertEqual(found, OCTETS)

    def test_preview_of_a_bomb_is_not_made(self):
        attachment = self._receive_document("bomb.png", HUGE_PNG, "image/png")
        response = self.url_open(f"/web/image/{attachment.id}/200x200")
        self.assertLess(response.status_code, 500)
        self.assertNotIn(b"\xea\x60" * 2, response.content)

    def test_names_are_harmless_in_headers(self):
        for name, shown in NAMES:
            attachment = self._receive_document(name, b"%PDF-1.7", "application/pdf")
            url = f"/web/content/{attachment.id}?download=true"
            response = self.url_open(url)
            with self.subTest(name):
                self.assertEqual(attachment.name, shown)
                self.assertNotIn("X-Evil", response.headers)
                place = response.headers["Content-Disposition"]
                self.assertTrue(place.startswith("attachment;"))
                self.assertFalse(set(place) & set("\r\n\x00\u202e<>"))

    def test_long_name_is_cut_before_its_end(self):
        attachment = self._receive_document("é" * 500 + ".pdf", b"%PDF-1.7", "")
        self.assertLessEqual(len(attachment.name.encode()), 240)
        self.assertTrue(attachment.name.endswith(".pdf"))


@tagged("post_install", "-at_install", "wh_http")
class TestFormulas(HostileFilesCase):
    FORMULAS = (
        '=HYPERLINK("http://evil.example","open")',
        "=cmd|' /C calc'!A0",
        "{=1+1}",
        "+1+1",
        "-1+1",
        "@SUM(1)",
        "external:\\\\evil\\share",
    )

    def _export(self, kind, model, records, groupby=()):
        manager = self.env.ref("base.user_admin")
        self.authenticate(manager.login, manager.login)
        data = {
            "model": model,
            "fields": [{"name": "name", "label": "Name", "type": "char"}],
            "ids": records.ids,
            "domain": [],
            "groupby": list(groupby),
            "import_compat": False,
        }
        values = {
            "data": json.dumps(data),
            "csrf_token": http.Request.csrf_token(self),
        }
        response = self.url_open(f"/web/export/{kind}", data=values)
        self.assertEqual(response.status_code, 200)
        return response.content

    def _receive_named(self, name):
        self._receive(
            bodies.text("x", name=name, phone=f"9647{crc32(name.encode()) % 10**9:09d}")
        )
        return self.env["messaging.identity"].search([], order="id desc", limit=1)

    def test_names_of_customers_are_texts_in_excel(self):
        identities = self.env["messaging.identity"]
        for formula in self.FORMULAS:
            identities += self._receive_named(formula)
        partners = identities.partner_id
        self.assertEqual(len(partners), len(self.FORMULAS))
        for groupby in ((), ("name",)):
            content = self._export("xlsx", "res.partner", partners, groupby)
            with ZipFile(io.BytesIO(content)) as archive, self.subTest(groupby):
                for name in archive.namelist():
                    part = archive.read(name).decode()
                    self.assertNotIn("<f>", part)
                    self.assertNotIn("<f ", part)
                    self.assertNotIn('TargetMode="External"', part)
                strings = archive.read("xl/sharedStrings.xml").decode()
                self.assertIn("'=HYPERLINK", strings)

    def test_names_of_customers_are_texts_in_csv(self):
        identity = self._receive_named(self.FORMULAS[0])
        content = self._export("csv", "res.partner", identity.partner_id).decode()
        self.assertIn("'=HYPERLINK", content)
        self.assertNotIn('"=HYPERLINK', content)
