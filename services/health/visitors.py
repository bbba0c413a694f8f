"""Whether visitors can be told apart by their addresses, or a proxy makes all of them look like one."""

from __future__ import annotations

import ipaddress

# Different browsers or sessions that make one address suspicious: a home may have some, a private address has none.
MANY, SOME = 8, 3


class _Seen:
    addresses: frozenset[str] = frozenset()
    visitors: frozenset[int] = frozenset()
    proxy: str | None = None


_seen = _Seen()


def forget() -> None:
    """Begin anew, as a process does."""
    _seen.addresses, _seen.visitors, _seen.proxy = frozenset(), frozenset(), None


def saw(address: str, visitor: int) -> None:
    """Note that this visitor, however recognized, came from that address."""
    # More than one address, or enough visitors, is all that matters: what is kept stays small.
    if len(_seen.addresses) < 2:
        _seen.addresses |= {address}
        if len(_seen.visitors) < MANY:
            _seen.visitors |= {visitor}


def unheeded(proxy: str) -> None:
    """Note that somebody spoke for others whose word about that we do not take."""
    if _private(proxy):  # anybody on the internet could send such a header
        _seen.proxy = proxy


def all_behind() -> str | None:
    """The one address that everybody comes from, if that can't be right."""
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
