"""Whether visitors have distinct addresses, or a proxy makes them all look like one."""

from __future__ import annotations

import ipaddress

# Distinct visitors that make a single address suspicious: a home may have a few.
MANY, SOME = 8, 3


class _Seen:
    addresses: frozenset[str] = frozenset()
    visitors: frozenset[int] = frozenset()
    proxy: str | None = None


_seen = _Seen()


def forget() -> None:
    """Forget all visitors."""
    _seen.addresses, _seen.visitors, _seen.proxy = frozenset(), frozenset(), None


def saw(address: str, visitor: int) -> None:
    """Record that a visitor came from an address."""
    # Only "more than one address" or "enough visitors" matters, so little is kept.
    if len(_seen.addresses) < 2:
        _seen.addresses |= {address}
        if len(_seen.visitors) < MANY:
            _seen.visitors |= {visitor}


def unheeded(proxy: str) -> None:
    """Record a forwarding header from an untrusted proxy."""
    if _private(proxy):  # anyone on the internet could send such a header
        _seen.proxy = proxy


def all_behind() -> str | None:
    """The single address of all visitors, if that is implausible."""
    if _seen.proxy:
        return _seen.proxy
    if len(_seen.addresses) != 1:
        return None
    (address,) = _seen.addresses
    return address if len(_seen.visitors) >= (SOME if _private(address) else MANY) else None


def _private(address: str) -> bool:
    try:
        return not ipaddress.ip_address(address).is_global
    except ValueError:
        return False
