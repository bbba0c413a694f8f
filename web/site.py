"""The installation as the web layer knows it: its address, and the proxies it trusts."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from web.networks import Network, within


@dataclass(frozen=True, slots=True)
class Site:
    """The settings needed by pages, API and sockets; addresses come from here, never from a request."""

    public_url: str
    application_id: int
    authorize_url: str
    api_url: str
    cdn_url: str
    client_secret: str | None = field(default=None, repr=False)
    owner_ids: frozenset[int] = frozenset()
    allowed_origins: frozenset[str] = frozenset()
    trusted_proxies: tuple[Network, ...] = ()
    client_address_header: bytes = b"x-forwarded-for"  # the header in which proxies name the client
    playground_url: str | None = None  # the playground's address, if one is running

    @property
    def secure(self) -> bool:
        """Whether the site uses https, so that cookies can be bound to this host and to https."""
        return self.public_url.startswith("https://")

    @property
    def origin(self) -> str:
        """Our own origin, as browsers send it."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    def cookie(self, name: str) -> str:
        """A cookie's name; over https, its prefix keeps sibling domains from setting it (RFC 6265bis, 4.1.3.2)."""
        return f"__Host-{name}" if self.secure else name

    def trusts(self, host: str) -> bool:
        """Whether this is the address of a trusted proxy."""
        return bool(self.trusted_proxies) and within(host, self.trusted_proxies)
