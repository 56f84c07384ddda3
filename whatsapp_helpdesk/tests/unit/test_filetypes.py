"""File types by content: made by hand, byte by byte."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from unittest import mock

from ...gateway import filetypes
from .case import UnitCase

OCTETS = filetypes.OCTETS


def png(width=3, height=2):
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height)


def jpeg(width=3, height=2, before=b""):
    app = b"\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 9
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03"
    return b"\xff\xd8" + app + before + frame


def gif(width=3, height=2):
    return b"GIF89a" + struct.pack("<HH", width, height)


def animation(*frames, screen=(1, 1)):
    """A GIF with pictures of these sizes, each with the smallest data there is."""
    size = struct.pack("<HH", *screen)
    pictures = b"".join(
        b"!\xf9\x04\x00\x00\x00\x00\x00,"
        + struct.pack("<HHHH", 0, 0, *frame)
        + b"\x00\x02\x01\x00\x00"
        for frame in frames
    )
    return b"GIF89a" + size + b"\x80\x00\x00" + b"\x00" * 6 + pictures + b";"


def webp(kind, payload):
    return b"RIFF\x00\x00\x00\x00WEBP" + kind + b"\x00\x00\x00\x00" + payload


def packed(*names, stream=False):
    target = io.BytesIO()
    if stream:  # sizes after the data, as streaming writers do
        target.seekable = lambda: False
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "content")
    return target.getvalue()


WEBP = (
    webp(b"VP8X", b"\x00" * 4 + b"\x02\x00\x00\x01\x00\x00"),
    webp(b"VP8L", b"\x2f" + struct.pack("<I", 2 | 1 << 14)),
    webp(b"VP8 ", b"\x00" * 3 + b"\x9d\x01\x2a" + struct.pack("<HH", 3, 2)),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 30
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: Content, claimed type, type to serve, shown inline.
CASES = (
    (png(), "image/png", "image/png", True),
    (png(), "text/html", "image/png", True),
    (jpeg(), "", "image/jpeg", True),
    (gif(), "", "image/gif", True),
    (WEBP[0], "image/webp", "image/webp", True),
    (png(20_000, 20_000), "image/png", "image/png", False),  # a bomb
    (png()[:16], "image/png", "image/png", False),
    (b"%PDF-1.7\n", "application/pdf", "application/pdf", True),
    (b"OggS\x00\x02OpusHead", "audio/ogg; codecs=opus", "audio/ogg", True),
    (b"OggS\x00\x02\x80theora", "audio/ogg", "video/ogg", False),
    (b"ID3\x04", "", "audio/mpeg", True),
    (b"\xff\xfb\x90\x00", "", "audio/mpeg", True),
    (b"\xff\xf1\x50\x80", "", "audio/aac", True),
    (b"#!AMR\n\x3c", "audio/amr", "audio/amr", True),
    (b"\x00\x00\x00\x18ftypisom", "video/mp4", "video/mp4", True),
    (b"\x00\x00\x00\x18ftypM4A \x00", "", "audio/mp4", True),
    (b"\x00\x00\x00\x18ftypmp42", "audio/mp4", "audio/mp4", True),
    (b"\x00\x00\x00\x18ftyp3gp4", "video/3gpp", "video/3gpp", True),
    (b"\x00\x00\x00\x18ftypheic", "image/heic", "image/heic", False),
    (b"\x00\x00\x00\x18ftypqt  ", "video/mp4", "video/quicktime", False),
    (packed("[Content_Types].xml", "word/document.xml"), "", DOCX, False),
    (packed("[Content_Types].xml", "xl/workbook.xml", stream=True), "", XLSX, False),
    (packed("a.txt", "word/x"), "", "application/zip", False),
    (packed("a.txt"), DOCX, DOCX, False),
    (packed("a.txt"), "text/html", "application/zip", False),
    (OLE, "application/msword", "application/msword", False),
    (OLE, "text/html", OCTETS, False),
    (b"hello\nworld", "text/plain", "text/plain", False),
    ("مرحبا".encode(), "text/plain", "text/plain", False),
    (("é" * 5000).encode(), "text/plain", "text/plain", False),
    (("x" + "é" * 5000).encode(), "text/plain", "text/plain", False),
    (b"a;b\n1;2", "text/csv", "text/csv", False),
    (b"a < b and c > d", "text/plain", "text/plain", False),
    (b"<html><script>alert(1)</script>", "image/png", OCTETS, False),
    (b"  <!DOCTYPE html>", "text/plain", OCTETS, False),
    (b"text <script src=x>", "text/plain", OCTETS, False),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", OCTETS, False),
    (b"<?xml version='1.0'?><SVG/>", "image/svg+xml", OCTETS, False),
    (b"<?php system('x');", "text/plain", OCTETS, False),
    (b"#!/bin/sh\nrm", "text/plain", OCTETS, False),
    (b"MZ\x90\x00", "image/png", OCTETS, False),
    (b"\x7fELF\x02", "application/pdf", OCTETS, False),
    (b"\xff\xfea\x00b\x00", "text/plain", OCTETS, False),
    (b"\x00\x01\x02\x03", "image/jpeg", OCTETS, False),
    (b"\xff\xfe\xff", "audio/mpeg", OCTETS, False),
    (b"RIFF\x00\x00\x00\x00AVI ", "video/mp4", OCTETS, False),
    (b"Rar!\x1a\x07\x00", "", "application/vnd.rar", False),
    (b"", "image/png", OCTETS, False),
)
SCRIPT = b"<script>alert(1)</script>"
SVG = (
    b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">&x;</svg>'
)
PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/"
#: What people attack with: content, claimed type, type to serve, shown inline.
ATTACKS = (
    # pictures whose header asks for gigabytes
    (png(60_000, 60_000), "image/png", "image/png", False),
    (jpeg(60_000, 60_000), "image/jpeg", "image/jpeg", False),
    (gif(60_000, 60_000), "image/gif", "image/gif", False),
    (webp(b"VP8X", b"\x00" * 4 + b"\xff" * 6), "image/webp", "image/webp", False),
    (webp(b"VP8L", b"\x2f" + b"\xff" * 4), "image/webp", "image/webp", False),
    (png(0xFFFFFFFF, 0xFFFFFFFF), "image/png", "image/png", False),
    (png(0, 5), "image/png", "image/png", False),
    (animation((60_000, 60_000)), "image/gif", "image/gif", False),
    (animation(*[(7000, 7000)] * 30), "image/gif", "image/gif", False),
    (animation((3, 2), (3, 2), screen=(3, 2)), "image/gif", "image/gif", True),
    # pages that say they are pictures, pictures that are programs, too
    (b"<html>" + SCRIPT, "image/jpeg", OCTETS, False),
    (b"\xef\xbb\xbf\n\t " + SCRIPT, "image/png", OCTETS, False),
    (b"x" * 3000 + SCRIPT, "text/plain", OCTETS, False),
    (b"<a href=javascript:alert(1)>x</a>", "text/plain", OCTETS, False),
    (b"<x onclick=alert(1)>", "text/plain", "text/plain", False),  # never inline
    (b"GIF89a/*\x01" + b"\x00" * 9 + b"*/=1;alert(1)", "", "image/gif", True),
    (jpeg(before=b"\xff\xfe\x00\x1b" + SCRIPT), "text/html", "image/jpeg", True),
    (SVG, "image/svg+xml", OCTETS, False),
    (SVG, "image/png", OCTETS, False),
    (SVG.decode().encode("utf-16"), "image/svg+xml", OCTETS, False),
    (b"\x1f\x8b\x08svgz", "image/svg+xml", "application/gzip", False),
    (b"<!--" + b"-" * 5000 + b"--><svg onload=x>", "image/svg+xml", OCTETS, False),
    (b"alert(1)", "text/javascript", "text/plain", False),
    (b"BEGIN:VCARD\nURL:javascript:alert(1)", "text/vcard", "text/vcard", False),
    # documents that do something
    (PDF + b"JavaScript/JS(app.alert(1))>>>>", "", "application/pdf", False),
    (PDF + b"#4aava#53cript/#4A#53(1)>>>>", "", "application/pdf", False),
    (PDF + b"Launch/F(calc.exe)>>>>", "", "application/pdf", False),
    (PDF + b"GoTo/D[0 0 R]>>>>", "", "application/pdf", True),
    (b" %PDF-1.7", "application/pdf", "text/plain", False),
    (packed("[Content_Types].xml", "word/vbaProject.bin"), DOCX, DOCX, False),
    (packed("[Content_Types].xml", "xl/vbaProject.bin"), "", XLSX, False),
    (OLE, "application/vnd.ms-excel", "application/vnd.ms-excel", False),
    (packed("x.html"), "image/png", "application/zip", False),
    (b"MZ" + SCRIPT, "application/pdf", OCTETS, False),
    (b"{\\rtf1\\object}", "text/plain", "text/plain", False),
)
SIZES = (
    (png(640, 480), (640, 480)),
    (jpeg(640, 480), (640, 480)),
    (jpeg(640, 480, b"\xff\xff\xfe\x00\x06text\xff\xdb\x00\x04ab"), (640, 480)),
    (gif(640, 480), (640, 480)),
    (WEBP[0], (3, 2)),
    (WEBP[1], (3, 2)),
    (WEBP[2], (3, 2)),
    (png()[:20], None),
    (jpeg()[:26], None),
    (b"\xff\xd8\xff", None),
    (b"\xff\xd8\xff\xe0\x00\x00" + b"\x00" * 50, None),
    (webp(b"ALPH", b"\x00" * 20), None),
    (b"%PDF-1.7", None),
    (b"", None),
)


class TestFileTypes(UnitCase):
    def test_type_and_place(self):
        for content, claimed, mime, inline in CASES:
            with self.subTest(content[:24], claimed=claimed):
                found = filetypes.safe_type(content, claimed)
                self.assertEqual(found, (mime, inline))

    def test_attacks(self):
        for content, claimed, mime, inline in ATTACKS:
            with self.subTest(content[:40], claimed=claimed):
                found = filetypes.safe_type(content, claimed)
                self.assertEqual(found, (mime, inline))

    def test_archives_are_not_opened(self):
        """Sizes of what is packed are looked at by nobody: a bomb costs nothing."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.xml", bytes(50_000_000))
        with (
            mock.patch.object(zlib, "decompressobj") as unpack,
            mock.patch.object(zipfile, "ZipFile") as opened,
        ):
            found = filetypes.safe_type(target.getvalue(), "application/zip")
        self.assertEqual(found, ("application/zip", False))
        self.assertFalse(unpack.called or opened.called)

    def test_size_of_pictures(self):
        for content, size in SIZES:
            with self.subTest(content[:24]):
                self.assertEqual(filetypes.image_size(content), size)

    def test_only_listed_types_are_inline_whatever_is_claimed(self):
        chance = random.Random(3)
        starts = [content[:40] for content, *_rest in CASES]
        claims = ["text/html", "image/svg+xml", "text/javascript", "image/png", "x", ""]
        for _index in range(3000):
            content = chance.choice(starts) + chance.randbytes(chance.randrange(60))
            mime, inline = filetypes.safe_type(content, chance.choice(claims))
            filetypes.image_size(content)
            self.assertTrue(not inline or mime in filetypes.INLINE)
            self.assertNotIn(mime, ("text/html", "image/svg+xml", "text/javascript"))
