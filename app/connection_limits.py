"""Limits on connections per address and in total, so that one address can't crowd out the others."""

from __future__ import annotations

import ipaddress
import resource
from collections import Counter

from web.networks import Network, address, within

MAX_CONNECTIONS = 8192  # connections per process
RESERVED = 256  # file descriptors the process needs for everything else


class ConnectionLimits:
    """Current connections; our own proxies count only toward the total, because they act for many clients."""

    def __init__(self, trusted: tuple[Network, ...] = (), most: int | None = None) -> None:
        self._trusted = trusted
        self._most = most or _room()
        self._held: Counter[str] = Counter()
        self._all = 0

    def enter(self, host: str) -> bool:
        """Count one more connection from `host`; False if it would be one too many.

        An address may hold half of what is left free: one alone gets a third of all places, and a dozen that take
        all they can still leave room for others.
        """
        name, free = _counted_as(host), self._most - self._all
        if free <= 0 or (self._held[name] >= free / 2 and not self.trusts(host)):
            return False
        self._all += 1
        self._held[name] += 1
        return True

    def trusts(self, host: str) -> bool:
        """Whether this is one of our own proxies."""
        return within(host, self._trusted)

    def leave(self, host: str) -> None:
        """Count one connection from `host` as ended."""
        name = _counted_as(host)
        self._all -= 1
        self._held[name] -= 1
        if not self._held[name]:
            del self._held[name]


def _counted_as(host: str) -> str:
    """An IPv6 address counts as its /64 network, which usually belongs to one customer."""
    known = address(host)
    if isinstance(known, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((known, 64), strict=False))
    return str(known)


def _room() -> int:
    """The number of connections the system allows, after raising the process's own limit as far as possible."""
    wanted = MAX_CONNECTIONS + RESERVED
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return MAX_CONNECTIONS
    allowed = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed - RESERVED
