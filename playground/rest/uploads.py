"""Uploaded files: reads `multipart/form-data` as Discord does."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from email.message import Message as Headers
from email.parser import HeaderParser
from typing import Any

from playground.rest.errors import DiscordError, Fault, invalid_form

MOST_BYTES = 10 * 1024 * 1024
"""The size limit for files in a guild without boosts; `attachment_size_limit` in interactions."""


@dataclass(frozen=True)
class Upload:
    """One part named `files[index]`."""

    index: str
    filename: str
    content_type: str
    content: bytes


def parse_body(content_type: str, raw: bytes) -> tuple[Any, list[Upload]]:
    """A request's JSON and files; refuses a body that is neither JSON nor multipart."""
    kind = content_type.partition(";")[0].strip().lower()
    if not raw:
        return None, []
    if kind == "multipart/form-data":
        return parse_multipart(content_type, raw)
    if kind != "application/json":
        raise invalid_form(
            Fault((), "CONTENT_TYPE_INVALID", 'Expected "Content-Type" header to be one of {"application/json"}.')
        )
    return _parse_json(raw), []


def parse_multipart(content_type: str, raw: bytes) -> tuple[Any, list[Upload]]:
    """`payload_json` and every `files[n]`; refuses files above Discord's limit."""
    boundary = _header(f"Content-Type: {content_type}").get_param("boundary")
    if not isinstance(boundary, str):
        raise invalid_form(Fault((), "CONTENT_TYPE_INVALID", "The multipart body has no boundary."))
    body: Any = None
    uploads: list[Upload] = []
    for part in (b"\r\n" + raw).split(b"\r\n--" + boundary.encode())[1:]:
        head, separator, content = part.partition(b"\r\n\r\n")
        if not separator:
            continue
        headers = _header(head.decode("utf-8", "replace").lstrip("\r\n"))
        name = str(headers.get_param("name", "", "content-disposition"))
        if name == "payload_json":
            body = _parse_json(content)
        elif named := re.fullmatch(r"files\[(\d+)\]", name):
            uploads.append(_upload(named[1], headers, content))
    return body if body is not None else {}, uploads


def _upload(index: str, headers: Headers, content: bytes) -> Upload:
    filename = headers.get_filename()
    if not filename:
        raise invalid_form(Fault((f"files[{index}]",), "BASE_TYPE_REQUIRED", "A file needs a filename."))
    if len(content) > MOST_BYTES:
        raise DiscordError(413, 40005, "Request entity too large")
    return Upload(index, filename, headers.get("Content-Type", "application/octet-stream"), content)


def _parse_json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise DiscordError(400, 50109, "The request body contains invalid JSON.") from None


def _header(text: str) -> Headers:
    return HeaderParser().parsestr(text)
