"""Area switches: one setting per optional area, generated from the areas' declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import create_model

from locales import Text, join, t
from services.core import areas
from services.core.actors import Actor
from services.core.areas import Area
from services.core.errors import Conflict, NotFound
from services.core.probes import Finding, State
from services.settings import switch_cache
from services.settings.cache import snapshot
from services.settings.changes import save
from services.settings.history import ChangeSet, Source
from services.settings.kinds import Switch
from services.settings.module import Module

NAME = "areas"


class Switches(Module):
    """The base of the generated settings module, with a field for every optional area."""

    module_name = NAME
    title = t("Areas")


class AreaOff(Conflict):
    """The area is turned off in this server."""

    code = "area_off"

    def __init__(self, area: Area, missing: Sequence[Area]) -> None:
        super().__init__(sentence(area, missing))
        self.area, self.missing = area, tuple(missing)


@dataclass(frozen=True, slots=True)
class AreaState:
    """An area's state in a server: `on` as effective, `switch` as set."""

    area: Area
    on: bool
    switch: bool
    missing: tuple[Area, ...] = ()  # required areas that are off


def module(declared: Iterable[Area]) -> type[Module]:
    """The settings module with a switch for every optional area."""
    fields: dict[str, Any] = {
        area.name: (Annotated[bool, Switch(area.title, area.about)], True) for area in declared if area.optional
    }
    made: type[Module] = create_model(Switches.__name__, __base__=Switches, **fields)
    return made


async def states(guild_id: int) -> Sequence[AreaState]:
    """Every area's state in a server."""
    values = (await snapshot(guild_id)).values
    return [_state(area, values) for area in areas.declared()]


async def off_in(guild_id: int) -> frozenset[str]:
    """The names of areas that are off in a server."""
    return frozenset(state.area.name for state in await states(guild_id) if not state.on)


async def is_on(guild_id: int, name: str) -> bool:
    """Whether an area is on in a server."""
    area = areas.area(name)
    return area is not None and (not area.optional or _state(area, (await snapshot(guild_id)).values).on)


async def require(guild_id: int, area: Area | None) -> None:
    """Raise AreaOff if the server has turned this area off; free for areas that can't be."""
    if area is None or not area.optional or not switch_cache.may_be_off(guild_id):
        return
    state = _state(area, (await snapshot(guild_id)).values)
    if not state.on:
        raise AreaOff(area, state.missing)


async def turn(guild_id: int, actor: Actor, name: str, on: bool, *, source: Source) -> ChangeSet | None:
    """Turn an area on or off; None if nothing changes."""
    area = areas.area(name)
    if area is None:
        raise NotFound(t("There is no such area."))
    if not area.optional:
        raise Conflict(t("{area} can't be turned off.", area=area.title))
    return await save(guild_id, actor.id, {_key(area): on}, source=source, request_id=actor.request_id)


async def probe(guild_id: int) -> Sequence[Finding]:
    """List areas that are off for /doctor: not an error, but it explains missing commands."""
    off = [state.area.title for state in await states(guild_id) if not state.on]
    said = t("Turned off in this server: {areas}.", areas=join(off, ", ")) if off else t("Every area is on.")
    return [Finding(NAME, State.WORKS, said, path="/areas")]


def is_switch(key: str) -> bool:
    """Whether this setting is an area's switch."""
    return key.startswith(f"{NAME}.")


def sentence(area: Area, missing: Sequence[Area]) -> Text:
    """A sentence that an area is off, with the reason if a required area is off."""
    if missing:
        needed = join([needed.title for needed in missing], ", ")
        return t("{area} is turned off in this server, because {needed} is.", area=area.title, needed=needed)
    return t("{area} is turned off in this server.", area=area.title)


def _state(area: Area, values: Mapping[str, Any]) -> AreaState:
    missing = {needed.name: needed for needed in _needs(area) if not values.get(_key(needed), True)}
    switch = values.get(_key(area), True)
    return AreaState(area, switch and not missing, switch, tuple(missing.values()))


def _needs(area: Area) -> Iterator[Area]:
    """All areas this one requires, directly or indirectly."""
    for name in area.needs:
        needed = areas.area(name)
        assert needed is not None, f"{area.name} needs an area that there is not"
        yield needed
        yield from _needs(needed)


def _key(area: Area) -> str:
    return f"{NAME}.{area.name}"
