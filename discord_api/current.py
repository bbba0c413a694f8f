"""The client of this process, for what Discord calls and nobody can hand one to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from discord_api.client import Discord

_clients: list[Discord] = []


def use(client: Discord) -> None:
    """From now on this is the process's client."""
    _clients[:] = [client]


def client() -> Discord:
    """The process's client; there is one as soon as anything is answered."""
    return _clients[0]
