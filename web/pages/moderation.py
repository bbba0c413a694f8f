"""/servers/{id}/moderation: where moderation will be; nothing on it pretends to work."""

from __future__ import annotations

from starlette.responses import Response

from locales import t
from web.frame.page import Visit, page
from web.rendering import show as shown


@page
async def show(visit: Visit) -> Response:
    """What is not here yet, and what is."""
    return shown(
        visit,
        "coming/show.html",
        here="moderation",
        title=t("Moderation"),
        sentence=t("Warnings, cases and AutoMod are not part of this version yet."),
        meanwhile=t("Until then Discord's own timeouts, bans and AutoMod work as ever."),
    )
