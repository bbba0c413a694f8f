"""Live updates over WebSocket; docs/live.md describes the protocol."""

from web.sockets.endpoint import Sockets

__all__ = ["Sockets"]
