"""Whether the house itself works."""

from __future__ import annotations

from services.core.areas import Area
from services.health import probes

HEALTH = Area(
    name="health",
    probes=probes.PROBES,
)
