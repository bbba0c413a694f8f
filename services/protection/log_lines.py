"""Audit log events as lines of a log channel message."""

from __future__ import annotations

from discord_api.markdown import plain
from locales import render
from services.core import site_links
from services.core.audit_actions import Detail, Event
from services.core.mentions import mention
from services.protection import audit_sentences

LONGEST = 390  # characters per event, so that a message holds several


def line(event: Event, guild_id: int, locale: str) -> str:
    """Who did what and when, with the details that fit; the rest is in the audit log."""
    member = audit_sentences.person(event)
    thing = audit_sentences.thing(event)
    act = plain(render(audit_sentences.act(event), locale))
    parts = [f"<t:{int(event.at.timestamp())}:t>", _actor(event.actor_id, locale), f"**{act}**"]
    if member is not None:
        parts.append(f"<@{member}>" if member > 0 else _actor(member, locale))
    elif thing and thing.name:
        parts.append(_linked(plain(render(thing.name, locale)), thing.path, guild_id))
    return _with_details(" · ".join(parts), event, guild_id, locale)


def _with_details(first: str, event: Event, guild_id: int, locale: str) -> str:
    shown: list[str] = []
    left = LONGEST - len(first)
    for detail in audit_sentences.details(event, guild_id):
        text = f"{render(detail.name, locale)}: {_value(detail, guild_id, locale)}"
        left -= len(text) + 3
        if left < 0:
            shown.append("…")
            break
        shown.append(text)
    return f"{first}\n-# {' · '.join(shown)}" if shown else first


def _value(detail: Detail, guild_id: int, locale: str) -> str:
    words = render(detail.value, locale)
    if detail.path:
        return _linked(f"#{words}", detail.path, guild_id)
    return plain(words) if detail.typed else words


def _linked(words: str, path: str | None, guild_id: int) -> str:
    return f"[{words}](<{site_links.page(f'/servers/{guild_id}{path}')}>)" if path else words


def _actor(user_id: int, locale: str) -> str:
    return render(mention(user_id), locale)
