"""Health checks of the bot itself."""

from __future__ import annotations

from locales import t
from services.core.areas import Area
from services.health import probes, visitors

HEALTH = Area(
    name="health",
    title=t("Health"),
    icon="🩺",
    about=t("What works in this server, and how to fix the rest."),
    begin=lambda _process: visitors.forget(),
    probes=probes.PROBES,
)
