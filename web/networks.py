"""Addresses of clients and proxies, in any notation."""

from __future__ import annotations

import functools
import ipaddress
import re

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")  # how a dual-stack socket shows an IPv4 address
# Some load balancers include the client's port.
_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+")


def address(text: str) -> Address | None:
    """The address in `203.0.113.9:443`, `[2001:db8::1]:443`, `::ffff:203.0.113.9` and the like; None if invalid."""
    text = text.strip().strip('"')
    if with_port := _WITH_PORT.fullmatch(text):
        text = with_port[1] or with_port[2]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, ipaddress.IPv6Address) else found


def network(text: str) -> Network:
    """A network for `within`, IPv4 in either notation; ValueError if invalid."""
    found = ipaddress.ip_network(text.strip())
    if isinstance(found, ipaddress.IPv6Network) and found.subnet_of(MAPPED):
        mapped = found.network_address.ipv4_mapped
        return ipaddress.IPv4Network(f"{mapped}/{found.prefixlen - MAPPED.prefixlen}")
    return found


@functools.lru_cache(maxsize=1024)
def within(host: str, networks: tuple[Network, ...]) -> bool:
    """Whether an address lies in one of these networks. Cached, because the same few proxies send every request."""
    known = address(host)
    return known is not None and any(known in inside for inside in networks)
