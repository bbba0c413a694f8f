"""Where a person wanted to go before they had to sign in: a page of ours, or nowhere."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.routing import Match, Route

from web.frame.endpoint import Resource

HOME = "/servers"

# Plain words between single slashes: no encoding, no second slash, no backslash, no colon, no sign below space.
# Behind the question mark stands what was searched for, as browsers write it; from there nothing leads elsewhere.
_PLAIN = re.compile(r"/[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(\?[A-Za-z0-9_.~%+*?=&-]*)?")
_LONGEST = 300
_ON_THE_WAY = frozenset({"login", "login-start", "login-callback"})


def known_page(request: Request) -> str | None:
    """The address in `next`, if exactly one stands there and it is that of a page to be read."""
    said = request.query_params.getlist("next")
    if len(said) != 1 or len(said[0]) > _LONGEST or not _PLAIN.fullmatch(said[0]):
        return None
    scope = {"type": "http", "method": "GET", "path": said[0].partition("?")[0], "path_params": {}}
    found = [one for one in request.scope["router"].routes if isinstance(one, Route)]
    pages = [one for one in found if one.name not in _ON_THE_WAY]
    return said[0] if any(page.matches(scope)[0] is Match.FULL and _readable(page) for page in pages) else None


def _readable(page: Route) -> bool:
    return not isinstance(page.app, Resource) or "GET" in page.app.methods()
