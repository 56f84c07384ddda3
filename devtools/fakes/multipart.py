"""Uploaded files."""

from __future__ import annotations

import email.parser
import email.policy

from .serving import Request


def is_multipart(request: Request) -> bool:
    kind = request.headers.get("Content-Type", "")
    return kind.lower().startswith("multipart/form-data")


def read_multipart(request: Request) -> dict[str, tuple[bytes, str, str]]:
    """Name: (content, file name, type)."""
    kind = request.headers.get("Content-Type", "")
    head = f"Content-Type: {kind}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    found = {}
    for part in parser.parsebytes(head + request.body).iter_parts():
        name = part.get_param("name", header="content-disposition") or ""
        content = part.get_payload(decode=True) or b""
        found[str(name)] = (content, part.get_filename() or "", part.get_content_type())
    return found
