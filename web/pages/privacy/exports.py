"""/exports: the visitor's data export."""

from __future__ import annotations

from starlette.responses import Response

from services.privacy import exports
from web.api.privacy.personal_data import archive
from web.frame.page import Visit, page
from web.rendering import show as shown


@page
async def show(visit: Visit) -> Response:
    """Whether it is ready, and its link."""
    return shown(visit, "privacy/export.html", copy=await exports.find(visit.user_id, visit.path("export_id")))


@page
async def fetch(visit: Visit) -> Response:
    """The file; needs a sign-in within the last ten minutes (ASVS 7.5.3)."""
    return archive(await exports.file(visit.user_id, visit.path("export_id"), request_id=visit.request_id))
