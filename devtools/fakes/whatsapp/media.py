"""Files: upload, address, download, deletion."""

from __future__ import annotations

import hashlib

from ..multipart import is_multipart, read_multipart
from .answers import Answer, Refusal, Request, reply
from .state import MEDIA_URL_LIFE, UPLOADED_MEDIA_LIFE, Media, State

KB, MB = 1024, 1024 * 1024
#: Type: bytes at most.
LIMITS = {
    "image/jpeg": 5 * MB,
    "image/png": 5 * MB,
    "image/webp": 500 * KB,
    "audio/aac": 16 * MB,
    "audio/amr": 16 * MB,
    "audio/mpeg": 16 * MB,
    "audio/mp4": 16 * MB,
    "audio/ogg": 16 * MB,
    "video/mp4": 16 * MB,
    "video/3gpp": 16 * MB,
    "text/plain": 100 * MB,
    "application/pdf": 100 * MB,
    "application/msword": 100 * MB,
    "application/vnd.ms-excel": 100 * MB,
    "application/vnd.ms-powerpoint": 100 * MB,
}
OOXML = "application/vnd.openxmlformats-officedocument."
DOWNLOAD_PATH = "/_media/"


def upload(state: State, request: Request) -> Answer:
    """``POST /{number}/media``, multipart."""
    if not is_multipart(request):
        raise Refusal(100, "The body is not multipart/form-data")
    fields = read_multipart(request)
    file = fields.get("file")
    if fields.get("messaging_product", (b"",))[0] != b"whatsapp" or file is None:
        raise Refusal(100, "Parameters messaging_product and file are required")
    content, filename, file_type = file
    mime = fields["type"][0].decode() if "type" in fields else file_type
    mime = mime.partition(";")[0].strip().lower()
    limit = 100 * MB if mime.startswith(OOXML) else LIMITS.get(mime)
    if limit is None:
        raise Refusal(100, f"Param file must be a file with another type than {mime}")
    if not 0 < len(content) <= limit:
        raise Refusal(131053, f"size {len(content)} is not within 1 and {limit} bytes")
    media = state.add_media(content, mime, filename, life=UPLOADED_MEDIA_LIFE)
    return reply({"id": media.id})


def describe(state: State, media: Media, request: Request) -> Answer:
    """``GET /{media}``: an address that lives five minutes."""
    asked = request.query.get("phone_number_id")
    if asked and asked not in state.numbers:
        raise Refusal(100, "phone_number_id does not own this media", subcode=33)
    return reply(
        {
            "messaging_product": "whatsapp",
            "url": media_url(state, media, request.origin),
            "mime_type": media.mime_type,
            "sha256": hashlib.sha256(media.content).hexdigest(),
            "file_size": len(media.content),
            "id": media.id,
        }
    )


def media_url(state: State, media: Media, origin: str) -> str:
    expires = int(state.clock.now() + MEDIA_URL_LIFE)
    query = f"mid={media.id}&source=webhook&ext={expires}&hash={media.key}"
    return f"{origin}{DOWNLOAD_PATH}?{query}"


def download(state: State, request: Request) -> Answer:
    """The file itself; the caller has checked the token."""
    media = state.find_media(request.query.get("mid", ""))
    expires = request.query.get("ext", "")
    if (
        media is None
        or request.query.get("hash") != media.key
        or not expires.isdecimal()
        or state.clock.now() > int(expires)
    ):
        return Answer(404, b"", "text/html")
    return Answer(200, media.content, media.mime_type)


def delete(state: State, media: Media) -> Answer:
    with state.lock:
        state.media.pop(media.id, None)
    return reply({"success": True})
