"""Ports for processes that open them later."""

from __future__ import annotations

import socket

# Below the range of outgoing connections (Linux: ip_local_port_range).
POSSIBLE = range(20_000, 32_000, 2)

_kept: list[socket.socket] = []


def free_port() -> int:
    """A free port whose successor is free too; no other process of these tests gets it."""
    for port in POSSIBLE:
        # Nothing here uses UDP, so holding the UDP port of the same number marks this one as taken.
        mark = socket.socket(type=socket.SOCK_DGRAM)
        try:
            mark.bind(("127.0.0.1", port))
            for number in (port, port + 1):
                with socket.socket() as tried:
                    tried.bind(("127.0.0.1", number))
        except OSError:
            mark.close()
        else:
            _kept.append(mark)
            return port
    raise OSError("no port is free")
