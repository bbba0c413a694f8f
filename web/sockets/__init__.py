"""Live updates over WebSocket; docs/live.md says what is spoken."""

from web.sockets.endpoint import Sockets

__all__ = ["Sockets"]
