"""An area's declaration, and all areas as listed in services/areas.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any, TypeVar

from pydantic import BaseModel

from discord_api.permissions import Permissions
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
EventHandler = Callable[[Mapping[str, Any]], Awaitable[None]]  # may receive the same event again


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """Everything an area declares for shared code; its name is the same word in every layer."""

    name: str
    title: Text
    icon: str  # one emoji
    about: Text  # one sentence
    optional: bool = False  # whether a server may turn it off
    needs: Sequence[str] = ()  # names of areas without which it can't be on
    tables: Mapping[str, Table] = field(default_factory=dict)
    sealed: Sequence[Sealed] = ()  # columns with encrypted texts
    erasure: Mapping[str, ErasureStep] = field(default_factory=dict)  # erasure steps beyond its tables' tags
    jobs: Mapping[str, Handler] = field(default_factory=dict)
    rounds: Rounds = field(default_factory=dict)  # recurring work
    begin: Callable[[Process], None] | None = None  # called at startup with the process's addresses, clients and keys
    forget: Sequence[Callable[[], None]] = ()  # empties its caches
    events: Mapping[str, EventHandler] = field(default_factory=dict)  # webhook events, by Discord's type
    settings: Sequence[type[BaseModel]] = ()  # its settings modules; see services/settings
    transfers: Mapping[str, TransferKind] = field(default_factory=dict)  # transfer kinds, by stored name
    audit: Mapping[str, AuditAction] = field(default_factory=dict)  # audit log actions, by stored name
    probes: Mapping[str, Probe] = field(default_factory=dict)  # probes for /doctor
    bot_permissions: Permissions = Permissions.none()  # what the bot needs in Discord for it
    profile: Sequence[ProfilePart[Any]] = ()  # its parts of a member's profile
    scopes: Mapping[Scope, Text] = field(default_factory=dict)  # its API key scopes
    record: str = ""  # the command that lists what its commands have done


_declared: dict[str, Area] = {}
_tables: dict[str, Table] = {}
_transfers: dict[str, TransferKind] = {}


def declare(areas: Sequence[Area]) -> None:
    """Set the complete list of areas, in import order."""
    for known in (_declared, _tables, _transfers, ACTIONS):
        known.clear()
    _declared.update((area.name, area) for area in areas)
    _tables.update(_in_order(_joined(area.tables for area in areas)))
    _transfers.update(_joined(area.transfers for area in areas))
    ACTIONS.update(_joined(area.audit for area in areas))


def declared() -> Sequence[Area]:
    """Every area, in order."""
    return tuple(_declared.values())


def area(name: str) -> Area | None:
    """The area with this name, or None."""
    return _declared.get(name)


def area_of(module: str) -> Area | None:
    """The area of a module such as `interactions.commands.games.bets`, or None."""
    words = module.split(".")
    return _declared.get(words[2]) if len(words) > 2 else None


def begin(process: Process) -> None:
    """Start every area with this process's addresses, clients and keys."""
    for area in _declared.values():
        if area.begin:
            area.begin(process)


def forget() -> None:
    """Empty every cache, as at startup."""
    for area in _declared.values():
        for forget_one in area.forget:
            forget_one()


def tables() -> Mapping[str, Table]:
    """Every table by name, in erasure order."""
    return _tables


def erasure_steps() -> Mapping[str, ErasureStep]:
    """Every erasure step, by stored name."""
    return _joined(area.erasure for area in _declared.values())


def sealed() -> Sequence[Sealed]:
    """Every column with encrypted texts."""
    return [column for area in _declared.values() for column in area.sealed]


def jobs() -> Mapping[str, Handler]:
    """The handler of every kind of job."""
    return _joined(area.jobs for area in _declared.values())


def rounds() -> Rounds:
    """All recurring work with its intervals."""
    return _joined(area.rounds for area in _declared.values())


def transfers() -> Mapping[str, TransferKind]:
    """Every kind of transfer by name."""
    return _transfers


def transfer_groups() -> Mapping[str, Group]:
    """The filter groups of transfers, by name."""
    return {kind.group.name: kind.group for kind in _transfers.values() if kind.group}


def transfers_of(group: str) -> Sequence[str]:
    """The transfer kinds in one filter group."""
    return [name for name, kind in _transfers.items() if kind.group and kind.group.name == group]


def event_types() -> list[str]:
    """The webhook event types to subscribe to."""
    return sorted({name for area in _declared.values() for name in area.events})


async def handle_event(event: Mapping[str, Any]) -> None:
    """Pass an event to every area that handles its type; unhandled events are dropped."""
    for area in _declared.values():
        if handler := area.events.get(event["type"]):
            await handler(event)


def probes() -> Mapping[str, Probe]:
    """Every probe, by name."""
    return _joined(area.probes for area in _declared.values())


def bot_permissions(off: Collection[str] = ()) -> Permissions:
    """The permissions the bot needs for every area except those that are off."""
    needed = Permissions.none()
    for area in _declared.values():
        if area.name not in off:
            needed |= area.bot_permissions
    return needed


def profile_parts() -> Sequence[ProfilePart[Any]]:
    """Every part of a member's profile."""
    return [part for area in _declared.values() for part in area.profile]


def scopes() -> Mapping[Scope, Text]:
    """Every API key scope."""
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
