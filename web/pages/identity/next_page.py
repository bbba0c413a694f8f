"""The page to return to after a sign-in: one of ours, or none."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.routing import Match, Route

from web.frame.endpoint import Resource

HOME = "/servers"

# Plain words between single slashes: no encoding, double slash, backslash, colon or control character.
# The query is as browsers encode it; nothing in it can lead to another site.
_PLAIN = re.compile(r"/[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(\?[A-Za-z0-9_.~%+*?=&-]*)?")
_LONGEST = 300
_ON_THE_WAY = frozenset({"login", "login-start", "login-callback"})


def known_page(request: Request) -> str | None:
    """The address in `next`, if there is exactly one and it is a page that can be opened."""
    said = request.query_params.getlist("next")
    if len(said) != 1 or len(said[0]) > _LONGEST or not _PLAIN.fullmatch(said[0]):
        return None
    scope = {"type": "http", "method": "GET", "path": said[0].partition("?")[0], "path_params": {}}
    found = [route for route in request.scope["router"].routes if isinstance(route, Route)]
    pages = [one for one in found if one.name not in _ON_THE_WAY]
    return said[0] if any(page.matches(scope)[0] is Match.FULL and _readable(page) for page in pages) else None


def _readable(page: Route) -> bool:
    return not isinstance(page.app, Resource) or "GET" in page.app.methods()
