"""The clients of this process, for what Discord calls and nobody can hand one to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from discord_api.client import Discord
    from discord_api.oauth import OAuth

_clients: list[Discord] = []
_oauth: list[OAuth] = []


def use(client: Discord) -> None:
    """From now on this is the process's client."""
    _clients[:] = [client]


def client() -> Discord:
    """The process's client; there is one as soon as anything is answered."""
    return _clients[0]


def use_oauth(client: OAuth) -> None:
    """From now on people sign in by this one."""
    _oauth[:] = [client]


def oauth() -> OAuth:
    """By whom people sign in; there is one as soon as anything is answered."""
    return _oauth[0]
