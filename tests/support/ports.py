"""Ports for processes that are told theirs and open it later."""

from __future__ import annotations

import socket

# Below those that outgoing connections take (Linux: ip_local_port_range).
POSSIBLE = range(20_000, 32_000, 2)

_kept: list[socket.socket] = []


def free_port() -> int:
    """A port that is free together with the one after it; no other process of these tests is given it from now on."""
    for port in POSSIBLE:
        # Nobody here speaks UDP, so holding that port of the same number tells the others that this one is taken.
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
