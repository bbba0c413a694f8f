"""/servers/{id}/ai: where conversations with the AI will be; nothing on it pretends to work."""

from __future__ import annotations

from starlette.responses import Response

from locales import t
from web.frame.page import Visit, page
from web.rendering import show as shown


@page
async def show(visit: Visit) -> Response:
    """What is not here yet, and what that means."""
    return shown(
        visit,
        "coming/show.html",
        here="ai",
        title=t("AI"),
        sentence=t("Talking with an AI is not part of this version yet."),
        meanwhile=t("So nothing that anybody writes in this server goes to one."),
    )
