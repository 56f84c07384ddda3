"""What a file really is, from its first bytes, and whether a browser may show it.

The type that a sender claims decides nothing about safety: only types recognised here
and listed in :data:`INLINE` are shown inline, everything else is offered as a download.
Nothing is decoded or unpacked.
"""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Callable, Iterator

OCTETS = "application/octet-stream"
#: Types that a browser shows or plays inside our pages.
INLINE = frozenset(
    ("image/jpeg", "image/png", "image/gif", "image/webp", "audio/mpeg", "audio/ogg")
    + ("audio/aac", "audio/mp4", "audio/amr", "video/mp4", "video/3gpp")
    + ("application/pdf",)
)
#: Bytes looked at to recognise a type.
HEAD = 4096
#: Bytes looked at to find the size of a JPEG behind its metadata.
_MAX_JPEG_HEAD = 2 * 1024 * 1024
#: Larger pictures are not shown: decoding them would fill a browser's memory. Odoo
#: makes no preview of larger ones either.
MAX_PIXELS = 50_000_000
#: Blocks of an animation that are looked at, and pixels of all its pictures together.
_MAX_BLOCKS, _MAX_PLAYED = 100_000, 20 * MAX_PIXELS

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"ADIF", "audio/aac"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
# Second field of an ISO media file: its brand.
_BRANDS = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime"}
_HEIC = frozenset((b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"avif", b"avis"))
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OOXML = {
    b"word/": f"{_OFFICE}wordprocessingml.document",
    b"xl/": f"{_OFFICE}spreadsheetml.sheet",
    b"ppt/": f"{_OFFICE}presentationml.presentation",
}
#: Container formats: the claimed type may say which of these is inside.
_INSIDE = {
    "application/zip": frozenset(_OOXML.values()),
    "application/x-ole-storage": frozenset(
        ("application/msword", "application/vnd.ms-excel")
        + ("application/vnd.ms-powerpoint", "application/vnd.ms-outlook")
    ),
    "text/plain": frozenset(("text/csv", "text/vcard", "text/calendar")),
    "video/mp4": frozenset(("audio/mp4",)),
    "video/3gpp": frozenset(("audio/3gpp",)),
}
_SCRIPT = re.compile(
    rb"<(?:!doctype|html|head|body|script|svg|iframe|object|embed|img|meta|style|link|"
    rb"a|div|table|form|input|title|xml|\?xml|!--|math|video|audio|base)\b|<\?|<!",
    re.IGNORECASE,
)


def sniff(content: bytes) -> str:
    """MIME type of a file by its content; ``application/octet-stream`` if unknown."""
    head = content[:HEAD]
    for start, mime in _STARTS:
        if head.startswith(start):
            return _SPECIAL[mime](content) if mime in _SPECIAL else mime
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], OCTETS)
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return _mpeg_audio(head)
    return _text(head)


def safe_type(content: bytes, claimed: str = "") -> tuple[str, bool]:
    """The type to store and serve a file with, and whether it may be shown inline.

    :param claimed: the sender's type; used only to name what a container holds and to
        tell harmless text apart.
    :return: ``(mime, inline)``. HTML, SVG, scripts and programs are always
        ``application/octet-stream`` and never inline; so are unknown types.
    """
    found = sniff(content)
    wanted = claimed.partition(";")[0].strip().lower()
    if wanted in _INSIDE.get(found, ()):
        found = wanted
    if found in _DANGEROUS:
        return OCTETS, False
    inline = found in INLINE
    if inline and found.startswith("image/"):
        size = image_size(content)
        inline = size is not None and 0 < size[0] * size[1] <= MAX_PIXELS
    elif found == "application/pdf":
        inline = not _PDF_ACTS.search(content)
    return found, inline


# What a PDF does by itself or with a click, as far as it is not packed away; viewers
# are the second line. Letters of a name that are spelled as numbers hide something.
_PDF_ACTS = re.compile(
    rb"/(?:JavaScript|JS|Launch|RichMedia|XFA|SubmitForm|ImportData|EmbeddedFiles?)\b"
    rb"|/\w{0,20}#[4-7][0-9A-Fa-f]"
)


_DANGEROUS = frozenset(
    ("text/html", "image/svg+xml", "application/xml", "application/x-ole-storage")
    + ("application/x-msdownload", "application/x-executable", OCTETS)
)


# -- recognising ---------------------------------------------------------------------
def _iso_media(head: bytes) -> str:
    brand = head[8:12]
    if brand in _HEIC:
        return "image/avif" if brand in (b"avif", b"avis") else "image/heic"
    if brand[:3] in (b"3gp", b"3g2"):
        return "video/3gpp"
    return _BRANDS.get(brand, "video/mp4")


def _mpeg_audio(head: bytes) -> str:
    """Frame header of MPEG audio: AAC in ADTS has layer 0, MP3 layer 3."""
    layer = head[1] >> 1 & 3
    if layer == 0 and head[1] & 0xF0 == 0xF0 and (head[2] >> 2 & 15) < 13:
        return "audio/aac"
    good = layer in (1, 2) and head[2] >> 4 != 15 and (head[2] >> 2 & 3) != 3
    return "audio/mpeg" if good else OCTETS


def _ogg(content: bytes) -> str:
    """Ogg with a picture track is video; OPUS and Vorbis are audio."""
    return "video/ogg" if b"\x80theora" in content[:HEAD] else "audio/ogg"


def _zip(content: bytes) -> str:
    """Office documents are known by the names of their parts; nothing is unpacked."""
    names = list(_zip_names(content))
    if b"[Content_Types].xml" in names or any(name[:6] == b"_rels/" for name in names):
        for folder, mime in _OOXML.items():
            if any(name.startswith(folder) for name in names):
                return mime
    return "application/zip"


def _zip_names(content: bytes) -> Iterator[bytes]:
    """Names in the local headers, as far as sizes are known, 200 at most."""
    position = 0
    for _index in range(200):
        header = content[position : position + 30]
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            break
        packed, name_size, extra_size = (
            *struct.unpack_from("<I", header, 18),
            *struct.unpack_from("<HH", header, 26),
        )
        yield content[position + 30 : position + 30 + name_size]
        if header[6] & 8:  # sizes follow the data: look for the next header
            position = content.find(b"PK\x03\x04", position + 30, position + (1 << 20))
        else:
            position += 30 + name_size + extra_size + packed
        if position <= 0:
            break


_SPECIAL: dict[str, Callable[[bytes], str]] = {
    "audio/ogg": _ogg,
    "application/zip": _zip,
}


def _text(head: bytes) -> str:
    """Text, unless a browser could take it for a page or a program."""
    if not head or b"\x00" in head or not _is_utf8(head):
        return OCTETS
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"<svg" in head.lower():
        return "image/svg+xml"
    if start[:5].lower() == b"<?xml":
        return "application/xml"
    if _SCRIPT.search(head):
        return "text/html"
    return "application/x-executable" if start[:2] == b"#!" else "text/plain"


def _is_utf8(head: bytes) -> bool:
    """Whether bytes are UTF-8; the last character may be cut in the middle."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
    except UnicodeDecodeError:
        return False
    return True


# -- size of pictures ----------------------------------------------------------------
def image_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG, PNG, GIF or WebP in pixels, from its header.

    :return: None when the header is not there or broken.
    """
    reader = _SIZES.get(sniff(content[:HEAD]))
    try:
        return reader(content) if reader else None
    except (struct.error, IndexError):
        return None


def _png_size(content: bytes) -> tuple[int, int] | None:
    if content[12:16] != b"IHDR":
        return None
    return struct.unpack_from(">II", content, 16)


def _gif_size(content: bytes) -> tuple[int, int] | None:
    """The screen, or the largest of its pictures: browsers make room for those.

    An animation that plays more than can be meant is as wide as its pixels together.
    """
    width, height = struct.unpack_from("<HH", content, 6)
    played = 0
    for left, top, wide, high in _gif_frames(content):
        width, height = max(width, left + wide), max(height, top + high)
        played += wide * high
    return (played, 1) if played > _MAX_PLAYED else (width, height)


def _gif_frames(content: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Left, top, width and height of each picture, as far as the file goes."""
    position = 13 + _gif_colours(content[10:11])
    for _index in range(_MAX_BLOCKS):
        mark = content[position : position + 1]
        if mark == b"," and len(content) >= position + 10:
            yield struct.unpack_from("<HHHH", content, position + 1)
            position += 11 + _gif_colours(content[position + 9 : position + 10])
        elif mark == b"!":
            position += 2
        else:
            return  # the end, or nothing that a browser would read on from
        while size := content[position : position + 1]:
            position += 1 + size[0]
            if not size[0]:
                break


def _gif_colours(flags: bytes) -> int:
    """Bytes of the table of colours that these flags announce."""
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0


def _webp_size(content: bytes) -> tuple[int, int] | None:
    kind = content[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        return width, int.from_bytes(content[27:30], "little") + 1
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", content, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", content, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Walk the segments up to the frame header."""
    position = 2
    while position < min(len(content), _MAX_JPEG_HEAD):
        if content[position] != 0xFF:
            return None
        marker = content[position + 1]
        if marker == 0xFF:  # padding
            position += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:  # without content
            position += 2
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, position + 5)
            return width, height
        else:
            position += 2 + max(struct.unpack_from(">H", content, position + 2)[0], 2)
    return None


_SIZES: dict[str, Callable[[bytes], tuple[int, int] | None]] = {
    "image/png": _png_size,
    "image/gif": _gif_size,
    "image/webp": _webp_size,
    "image/jpeg": _jpeg_size,
}
