"""Static files, at addresses that contain their digest, so that they can be cached forever."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_FOLDER = Path(__file__).parent / "static"
_FOR_GOOD = "public, max-age=31536000, immutable"


class File(NamedTuple):
    """One file with its media type."""

    content: bytes
    kind: str


def address(name: str) -> str:
    """A file's address: `css/base.css` is at `/static/css/base.1f0c2b7a9d.css`; KeyError if unknown."""
    return _addresses()[name]


async def serve(request: Request) -> Response:
    """Serve a file; CDNs and browsers may cache it forever."""
    found = _shelf().get(request.url.path)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Response(found.content, headers={"Cache-Control": _FOR_GOOD}, media_type=found.kind)


@cache
def _shelf() -> Mapping[str, File]:
    """All files by address; read once, because they only change with a release."""
    return {address: _file(_FOLDER / name) for name, address in _addresses().items()}


@cache
def _addresses() -> Mapping[str, str]:
    names = sorted(str(path.relative_to(_FOLDER)) for path in _FOLDER.rglob("*") if path.is_file())
    return {name: _address(name) for name in names}


def _address(name: str) -> str:
    digest = sha256((_FOLDER / name).read_bytes()).hexdigest()[:10]
    stem, _, ending = name.rpartition(".")
    return f"/static/{stem}.{digest}.{ending}"


def _file(path: Path) -> File:
    return File(path.read_bytes(), mimetypes.guess_type(path.name)[0] or "application/octet-stream")
