"""Renders pages from templates: everything escaped, nothing inline, in the visitor's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

import locales
from discord_api.cdn import icon_url
from locales import Text
from services.core import clock
from services.directory import GuildCard
from services.economy import sentences
from services.identity.authority import Role
from services.moderation import sentences as case_sentences
from services.settings.modules import MODULES
from web import charts, days, navigation, static_files, tour
from web.discord_markup import said
from web.frame.forms import new_key
from web.frame.origins import SAFE
from web.frame.page import Visit
from web.languages import preferred
from web.site import Site

# Third-party files: exactly these, each with its digest.
SCRIPTS = {
    "https://cdn.jsdelivr.net/npm/htmx.org@2.0.11/dist/htmx.min.js": (
        "sha384-2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"
    ),
    "https://cdn.jsdelivr.net/npm/htmx-ext-ws@2.0.4/dist/ws.min.js": (
        "sha384-1RwI/nvUSrMRuNj7hX1+27J8XDdCoSLf0EjEyF69nacuWyiJYoQ/j39RT1mSnd2G"
    ),
}

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals |= {
    "static": static_files.address,
    "new_key": new_key,
    "modules": MODULES,
    "house": sentences.HOUSE,
    "case_words": case_sentences,
    "day": days.full,
    "ahead": clock.ahead,
    "Role": Role,
    "spark_path": charts.spark,
}


def show(visit: Visit, template: str, /, *, status_code: int = HTTPStatus.OK, **values: Any) -> HTMLResponse:
    """Render a page for a visitor; templates get the visit, with person, server and role."""
    shown_around = tour.of(visit)
    known = {
        "visit": visit,
        "person": visit.person,
        "guild": visit.guild_or_none,
        "role": visit.role,
        "scripts": SCRIPTS,
        "tour": shown_around,
        "menu": navigation.menu(visit) if visit.guild_or_none and visit.role else None,
        "carried": "",  # query parameters that tabs keep
    }
    answer = _answer(visit.request, visit.locale, template, status_code, known | values)
    tour.remember(visit, shown_around, answer)
    return answer


def render(request: Request, template: str, /, *, status_code: int = HTTPStatus.OK, **values: Any) -> HTMLResponse:
    """Render a page for an anonymous visitor in their browser's language, without scripts."""
    locale = preferred(request.headers.get("accept-language", ""))
    known: dict[str, Any] = {"visit": None, "person": None, "guild": None, "role": Role.NOBODY, "scripts": {}}
    return _answer(request, locale, template, status_code, known | values)


def _answer(request: Request, locale: str, template: str, status_code: int, values: dict[str, Any]) -> HTMLResponse:
    """The page with its Content-Security-Policy; `words` renders a Text, `said` one with Discord markup."""
    site: Site = request.state.site
    known = {
        "site": site,
        "locale": locale,
        "t": partial(_translated, locale),
        "n": partial(_counted, locale),
        "words": partial(_words, locale),
        "said": partial(_said, locale),
        "number": partial(_number, locale),
        "short": partial(_short, locale),
        "moment": partial(_moment, locale),
        "live": _live,
        "icon": partial(_icon, site),
        "initials": _initials,
        # A form's address is not a page: reloading it loads the page that contains the form.
        "form_on": None if request.method in SAFE else getattr(request.state, "page", request.url.path),
    }
    page = _templates.get_template(template).render(**known | values)
    headers = {
        "Content-Security-Policy": policy(site, scripted=bool(values["scripts"])),
        "Content-Language": locale,
        "Vary": "Accept-Language, Cookie",
    }
    return HTMLResponse(page, status_code, headers)


def policy(site: Site, *, scripted: bool = True) -> str:
    """The policy of a page: our own files, images from Discord, and the named scripts if it has any."""
    pictures = "{0.scheme}://{0.netloc}".format(urlsplit(site.cdn_url))
    socket = site.origin.replace("http", "ws", 1)
    running = f"script-src 'self' {' '.join(SCRIPTS)}; connect-src 'self' {socket}; " if scripted else ""
    return (
        f"default-src 'none'; {running}style-src 'self'; img-src 'self' {pictures}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _translated(locale: str, source: str, /, **params: Any) -> str:
    return locales.render(locales.t(source, **params), locale)


def _counted(locale: str, one: str, many: str, count: int, /, **params: Any) -> str:
    return locales.render(locales.n(one, many, count, **params), locale)


def _words(locale: str, text: Text | str) -> str:
    return locales.render(text, locale)


def _said(locale: str, text: Text | str, names: Mapping[int, str] | None = None) -> Markup:
    return said(locales.render(text, locale), names, partial(_moment, locale))


def _moment(locale: str, at: datetime) -> str:
    """A time in UTC, until a script shows it in the reader's own time zone."""
    return f"{locales.render(days.brief(at.astimezone(UTC)), locale)} UTC"


def _number(locale: str, value: int) -> str:
    return locales.number(value, locale)


def _short(locale: str, value: int) -> str:
    return charts.short(value, locale)


def _live(kinds: str) -> Markup:
    """Attributes for a fragment that reloads when events of these kinds arrive; it needs an id."""
    return Markup(' data-live="{}"').format(kinds)


def _icon(site: Site, guild: GuildCard) -> str | None:
    return icon_url(site.cdn_url, guild.id, guild.icon) if guild.icon else None


def _initials(name: object) -> str:
    return "".join(word[0] for word in str(name or "?").split()[:2]).upper()
