"""What an area of the bot brings with it, and every area as services/areas.py lists them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any, TypeVar

from pydantic import BaseModel

from locales import Text
from services.core.audit_actions import ACTIONS, AuditAction
from services.core.erasure_steps import ErasureStep
from services.core.probes import Probe
from services.core.process import Process
from services.core.profile_parts import ProfilePart
from services.core.schedules import Rounds
from services.core.scopes import Scope
from services.core.tags import Table
from services.core.transfer_kinds import Group, TransferKind
from services.core.vault import Column as Sealed
from services.core.worker import Handler

K = TypeVar("K", bound=str)
T = TypeVar("T")
EventHandler = Callable[[Mapping[str, Any]], Awaitable[None]]  # may get the same event again


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """Everything that an area declares for what all areas share; its name is the same word in every layer."""

    name: str
    title: Text
    icon: str  # one emoji
    about: Text  # one sentence
    optional: bool = False  # whether a server may turn it off
    needs: Sequence[str] = ()  # names of areas without which it can't be on
    tables: Mapping[str, Table] = field(default_factory=dict)
    sealed: Sequence[Sealed] = ()  # its columns with encrypted texts
    erasure: Mapping[str, ErasureStep] = field(default_factory=dict)  # steps that its tables' tags don't say
    jobs: Mapping[str, Handler] = field(default_factory=dict)
    rounds: Rounds = field(default_factory=dict)  # work that comes back on a clock
    begin: Callable[[Process], None] | None = None  # takes from a process that starts what the area needs of it
    forget: Sequence[Callable[[], None]] = ()  # what it keeps in memory
    events: Mapping[str, EventHandler] = field(default_factory=dict)  # of webhooks, by Discord's type
    settings: Sequence[type[BaseModel]] = ()  # its modules of settings; services/settings says what one is
    transfers: Mapping[str, TransferKind] = field(default_factory=dict)  # kinds of them, by the name that is stored
    audit: Mapping[str, AuditAction] = field(default_factory=dict)  # its actions, by the name that is stored
    probes: Mapping[str, Probe] = field(default_factory=dict)  # what /doctor tries
    profile: Sequence[ProfilePart[Any]] = ()  # what it knows of a member
    scopes: Mapping[Scope, Text] = field(default_factory=dict)  # what its API keys may do


_declared: dict[str, Area] = {}
_tables: dict[str, Table] = {}
_transfers: dict[str, TransferKind] = {}


def declare(areas: Sequence[Area]) -> None:
    """Make these all areas there are, in the order in which they may import each other."""
    for known in (_declared, _tables, _transfers, ACTIONS):
        known.clear()
    _declared.update((area.name, area) for area in areas)
    _tables.update(_in_order(_joined(area.tables for area in areas)))
    _transfers.update(_joined(area.transfers for area in areas))
    ACTIONS.update(_joined(area.audit for area in areas))


def declared() -> Sequence[Area]:
    """Every area, in their order."""
    return tuple(_declared.values())


def area(name: str) -> Area | None:
    """The area of this name, if there is one."""
    return _declared.get(name)


def area_of(module: str) -> Area | None:
    """The area that a module like `interactions.commands.games.bets` is a part of, if it is one's."""
    words = module.split(".")
    return _declared.get(words[2]) if len(words) > 2 else None


def begin(process: Process) -> None:
    """Hand every area what it needs of this process."""
    for area in _declared.values():
        if area.begin:
            area.begin(process)


def forget() -> None:
    """Know as little as a process does at its start."""
    for area in _declared.values():
        for forget_one in area.forget:
            forget_one()


def tables() -> Mapping[str, Table]:
    """Every table by name, each before those that must be erased after it."""
    return _tables


def erasure_steps() -> Mapping[str, ErasureStep]:
    """What areas do when somebody is erased, by the name that is stored."""
    return _joined(area.erasure for area in _declared.values())


def sealed() -> Sequence[Sealed]:
    """Every column with encrypted texts."""
    return [column for area in _declared.values() for column in area.sealed]


def jobs() -> Mapping[str, Handler]:
    """What the worker does about each kind of job."""
    return _joined(area.jobs for area in _declared.values())


def rounds() -> Rounds:
    """What comes back on a clock, and how often."""
    return _joined(area.rounds for area in _declared.values())


def transfers() -> Mapping[str, TransferKind]:
    """Every kind of transfer by name."""
    return _transfers


def transfer_groups() -> Mapping[str, Group]:
    """The filters under which people find transfers, by name."""
    return {kind.group.name: kind.group for kind in _transfers.values() if kind.group}


def transfers_of(group: str) -> Sequence[str]:
    """The kinds that people find under one filter."""
    return [name for name, kind in _transfers.items() if kind.group and kind.group.name == group]


def event_types() -> list[str]:
    """The types of events that Discord is asked to report."""
    return sorted({name for area in _declared.values() for name in area.events})


async def handle_event(event: Mapping[str, Any]) -> None:
    """Tell every area that waits for events of this type; those that nobody waits for are dropped."""
    for area in _declared.values():
        if handler := area.events.get(event["type"]):
            await handler(event)


def probes() -> Mapping[str, Probe]:
    """What /doctor tries, by name."""
    return _joined(area.probes for area in _declared.values())


def profile_parts() -> Sequence[ProfilePart[Any]]:
    """What the profile of a member is made of."""
    return [part for area in _declared.values() for part in area.profile]


def scopes() -> Mapping[Scope, Text]:
    """What an API key may be allowed to do."""
    return _joined(area.scopes for area in _declared.values())


def _in_order(known: Mapping[str, Table]) -> dict[str, Table]:
    order: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(known, ()))
    for name, table in known.items():
        for later in table.erase_before:
            order.add(later, name)
    return {name: known[name] for name in order.static_order()}


def _joined(parts: Iterable[Mapping[K, T]]) -> dict[K, T]:
    joined: dict[K, T] = {}
    for part in parts:
        assert not joined.keys() & part.keys(), "two areas use one name"
        joined |= part
    return joined
