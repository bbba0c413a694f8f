"""Where a request comes from, when proxies stand in between."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from starlette.types import Scope

from web.site import Site


def address_of(scope: Scope, headers: Mapping[bytes, bytes], site: Site) -> str:
    """The nearest address that is no proxy of ours; what stands further left in the list anyone could have written."""
    client = scope.get("client")
    nearest = client[0] if client else ""
    if not nearest or not site.trusts(nearest):
        return nearest
    passed_on = headers.get(b"x-forwarded-for", b"").decode("latin-1")
    for hop in reversed([part.strip() for part in passed_on.split(",") if part.strip()]):
        if not _is_address(hop):
            break
        nearest = hop
        if not site.trusts(hop):
            break
    return nearest


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
