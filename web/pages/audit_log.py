"""/servers/{id}/audit-log: who did what that matters for trust."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from locales import Text, t
from services import audit, directory
from services.audit import NEWEST, Event
from web.frame.page import Visit, page
from web.rendering import show as shown

SIZE = 50  # events on a page

# What each kind of act is called; the key is the action, or how it begins.
_ACTS: Mapping[str, Text] = {
    "settings.changed": t("Changed settings"),
    "economy.grant": t("Gave coins"),
    "economy.take": t("Took coins"),
    "economy.reverse": t("Undid a transfer"),
    "economy.freeze": t("Froze a wallet"),
    "economy.unfreeze": t("Let a wallet go on"),
    "economy.proof": t("Had the books proved"),
    "economy.item.created": t("Put something on sale"),
    "economy.item.changed": t("Changed something in the shop"),
    "economy.item.archived": t("Took something off sale"),
    "command_rules.reset": t("Dropped rules for commands"),
    "command_rules.": t("Changed who may use a command"),
    "api_key.created": t("Made an API key"),
    "api_key.revoked": t("Revoked an API key"),
    "shop.role_not_given": t("A bought role could not be given"),
    "guild.installed": t("Added Tatiana to the server"),
    "request.refused": t("Tried something that is not theirs to do"),
}
_FILTERS: Mapping[str, Text] = {
    "": t("Everything"),
    "settings": t("Settings"),
    "economy": t("Coins and shop"),
    "command_rules": t("Commands"),
    "api_key": t("API keys"),
    "request": t("Refused"),
}


@page
async def index(visit: Visit) -> Response:
    """The log of one server, the newest first; of one person or one kind of act if asked."""
    kind = visit.query("kind") if visit.query("kind") in _FILTERS else ""
    before, actor = _number(visit.query("before")), _number(visit.query("actor"))
    found = await audit.page(
        visit.guild_id, before=before or NEWEST, actor_id=actor, action=f"{kind}." if kind else "", limit=SIZE + 1
    )
    events = found[:SIZE]
    place = f"/servers/{visit.guild_id}/audit-log"
    who = {"actor": str(actor)} if actor else {}
    faces = await directory.people_of([actor or 0, *(one.actor_id for one in events), *map(_person, events)])
    return shown(
        visit,
        "audit_log/index.html",
        here="audit_log",
        events=[(one, _called(one.action), faces.get(_person(one)), _told(one)) for one in events],
        faces=faces,
        actor=actor,
        everyone=f"{place}?{urlencode({'kind': kind})}",
        filters=[(f"{place}?{urlencode({'kind': one} | who)}", words, one == kind) for one, words in _FILTERS.items()],
        older=f"{place}?{urlencode({'kind': kind, 'before': events[-1].id} | who)}" if len(found) > SIZE else None,
        first=f"{place}?{urlencode({'kind': kind} | who)}" if before else None,
    )


def _called(action: str) -> Text | str:
    """An act in words; one that this release does not know is called by its name."""
    group = action.rpartition(".")[0] + "."
    return _ACTS.get(action) or _ACTS.get(group) or action


def _person(event: Event) -> int:
    """Whom it was done to, if it was done to a person."""
    return _number(event.target) or 0 if event.action.startswith("economy.") else 0


def _told(event: Event) -> list[tuple[str, str]]:
    """Its details by name, each as one short text; those that only machines need are left out."""
    return [(name, _short(value)) for name, value in event.details.items() if value not in (None, "", {}, [])]


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | dict) else str(value)
    return text if len(text) <= 200 else f"{text[:199]}…"


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else None
