"""Pages from templates: everything escaped, nothing inline, in the visitor's language."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

import locales
from locales import Text
from web.languages import preferred
from web.site import Site

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(request: Request, template: str, /, *, status_code: int = HTTPStatus.OK, **values: Any) -> HTMLResponse:
    """One page as an answer. In templates `t` and `n` translate, `words` shows a Text, `moment` a time."""
    site: Site = request.state.site
    locale = preferred(request.headers.get("accept-language", ""))
    known = {
        "locale": locale,
        "t": partial(_translated, locale),
        "n": partial(_counted, locale),
        "words": partial(_words, locale),
        "moment": _moment,
    }
    page = _templates.get_template(template).render(**known, **values)
    headers = {"Content-Security-Policy": policy(site), "Content-Language": locale, "Vary": "Accept-Language"}
    return HTMLResponse(page, status_code, headers)


def policy(site: Site) -> str:
    """What a page of ours may load: our own files, and pictures from Discord."""
    pictures = "{0.scheme}://{0.netloc}".format(urlsplit(site.cdn_url))
    return (
        f"default-src 'none'; style-src 'self'; img-src 'self' {pictures}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _translated(locale: str, source: str, /, **params: Any) -> str:
    return locales.render(locales.t(source, **params), locale)


def _counted(locale: str, one: str, many: str, count: int, /, **params: Any) -> str:
    return locales.render(locales.n(one, many, count, **params), locale)


def _words(locale: str, text: Text | str) -> str:
    return locales.render(text, locale)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
