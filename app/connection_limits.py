"""How many connections one address may hold, and all of them together, so that nobody crowds out everybody else."""

from __future__ import annotations

import ipaddress
import resource
from collections import Counter

from web.networks import Network, address, within

MOST = 8192  # connections of one process
RESERVED = 256  # files that the process needs for everything else


class Crowd:
    """Who is connected now; proxies of ours are counted only with everybody, for they speak for many."""

    def __init__(self, trusted: tuple[Network, ...] = (), most: int | None = None) -> None:
        self._trusted = trusted
        self._most = most or _room()
        self._held: Counter[str] = Counter()
        self._all = 0

    def enter(self, host: str) -> bool:
        """Count one more connection from there; False if it would be one too many.

        An address may hold half of what is left free: one alone gets a third of all places, and a dozen that take
        what they can leave room for others.
        """
        name, free = _counted_as(host), self._most - self._all
        if free <= 0 or (self._held[name] >= free / 2 and not self.trusts(host)):
            return False
        self._all += 1
        self._held[name] += 1
        return True

    def trusts(self, host: str) -> bool:
        """Whether this is a proxy of ours."""
        return within(host, self._trusted)

    def leave(self, host: str) -> None:
        """One of the connections that entered from there has ended."""
        name = _counted_as(host)
        self._all -= 1
        self._held[name] -= 1
        if not self._held[name]:
            del self._held[name]


def _counted_as(host: str) -> str:
    """An IPv6 address counts as its /64 network, all of which one customer has."""
    known = address(host)
    if isinstance(known, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((known, 64), strict=False))
    return str(known)


def _room() -> int:
    """How many connections the system lets this process have, after it raised that as far as it may itself."""
    wanted = MOST + RESERVED
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return MOST
    allowed = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed - RESERVED
