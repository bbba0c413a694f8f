"""The clients of this process, for interaction handlers, which get no client passed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from discord_api.client import Discord
    from discord_api.oauth import OAuth

_clients: list[Discord] = []
_oauth: list[OAuth] = []


def use(client: Discord) -> None:
    """Set the process's client."""
    _clients[:] = [client]


def client() -> Discord:
    """The process's client; set before anything is answered."""
    return _clients[0]


def use_oauth(client: OAuth) -> None:
    """Set the process's OAuth client."""
    _oauth[:] = [client]


def oauth() -> OAuth:
    """The process's OAuth client; set before anything is answered."""
    return _oauth[0]
