"""Walks the components of a message or modal, and fills in what Discord fills in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum

from playground.rest.errors import Path
from playground.world.entities import Json


class Kind(IntEnum):
    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


SELECTS = frozenset({Kind.STRING_SELECT, *range(Kind.USER_SELECT, Kind.CHANNEL_SELECT + 1)})
AUTO_SELECTS = SELECTS - {Kind.STRING_SELECT}
INTERACTIVE = SELECTS | {Kind.BUTTON, Kind.TEXT_INPUT, Kind.FILE_UPLOAD, *range(Kind.RADIO_GROUP, Kind.CHECKBOX + 1)}
LINK, PREMIUM = 5, 6


def walk(components: Iterable[Json], root: Path = ("components",)) -> Iterator[tuple[Path, Json]]:
    """Every component and its path, parents first."""
    for index, component in enumerate(components):
        yield from _walk_one(component, (*root, index))


def _walk_one(component: Json, path: Path) -> Iterator[tuple[Path, Json]]:
    yield path, component
    yield from walk(component.get("components") or (), (*path, "components"))
    for single in ("accessory", "component"):
        if component.get(single):
            yield from _walk_one(component[single], (*path, single))


def find(components: Iterable[Json], custom_id: str) -> Json | None:
    """The component with this custom_id."""
    return next((component for _, component in walk(components) if component.get("custom_id") == custom_id), None)


def texts(components: Iterable[Json]) -> list[str]:
    """The contents of all Text Displays, in order."""
    return [
        str(component.get("content", ""))
        for _, component in walk(components)
        if component.get("type") == Kind.TEXT_DISPLAY
    ]


def completed(components: Iterable[Json]) -> list[Json]:
    """A copy in which every component has an id and its defaults, as Discord returns it."""
    made = [_copy(component) for component in components]
    taken = {component["id"] for _, component in walk(made) if component.get("id")}
    next_id = 1
    for _, component in walk(made):
        if not component.get("id"):
            while next_id in taken:
                next_id += 1
            component["id"] = next_id
            taken.add(next_id)
    return made


def _copy(component: Json) -> Json:
    made = {**_DEFAULTS.get(component.get("type", 0), {}), **{k: v for k, v in component.items() if v is not None}}
    if "items" in made:
        made["items"] = [{"description": None, "spoiler": False} | item for item in made["items"]]
    if "components" in made:
        made["components"] = [_copy(child) for child in made["components"]]
    for single in ("accessory", "component"):
        if single in made:
            made[single] = _copy(made[single])
    return made


_DEFAULTS: dict[int, Json] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
    Kind.THUMBNAIL: {"description": None, "spoiler": False},
    Kind.FILE: {"spoiler": False, "name": None, "size": None},
    Kind.SEPARATOR: {"spacing": 1, "divider": True},
    Kind.CONTAINER: {"accent_color": None, "spoiler": False},
}
