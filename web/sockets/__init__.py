"""Live updates over WebSocket; docs/live.md says what is spoken."""

from web.sockets.door import Sockets

__all__ = ["Sockets"]
