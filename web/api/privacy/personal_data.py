"""The caller's personal data: export and deletion."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from starlette.responses import Response

from locales import t
from services.core.errors import NotFound
from services.privacy import erasure, exports
from services.privacy.erasure import ErasureRequest
from services.privacy.exports import Copy
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Body, Moment, Number, Reply


class Export(Reply):
    """An export, kept for one day."""

    id: Number
    ready: bool = Field(description="Whether the file can be downloaded")
    requested_at: Moment
    expires_at: Moment


class Confirmation(Body):
    """The confirmation of a deletion."""

    confirm: Literal["DELETE"] = Field(examples=["DELETE"])


class Erasure(Reply):
    """A requested deletion."""

    requested_at: Moment
    due_at: Moment = Field(description="When it starts; it can be cancelled until then")
    started_at: Moment | None = Field(description="When it started; it can no longer be cancelled")
    status: str = Field(description="Why it is not finished yet", examples=["Waiting for the 24 hours to pass"])
    retry_at: Moment | None = Field(description="When the next attempt is due, if the last one failed")


@endpoint(
    Operation(
        "Request an export of your data",
        tag="privacy",
        reply=Export,
        status=202,
        description="Everything stored about you, in every server. While an export exists, the same one is returned.",
    )
)
async def export(call: Call) -> Export:
    """Start the export."""
    return _export(await exports.request(call.caller.user_id, request_id=call.request_id))


@endpoint(Operation("Get the state of an export", tag="privacy", reply=Export))
async def show(call: Call, export_id: int) -> Export:
    """One of the caller's exports."""
    return _export(await exports.find(call.caller.user_id, export_id))


@endpoint(Operation("Download an export", tag="privacy", file="application/zip"))
async def fetch(call: Call, export_id: int) -> Response:
    """The zip file, for the caller only."""
    return archive(await exports.file(call.caller.user_id, export_id, request_id=call.request_id))


@endpoint(Operation("Get the requested deletion", tag="privacy", reply=Erasure, errors=(404,)))
async def pending(call: Call) -> Erasure:
    """The pending deletion."""
    wish = await erasure.pending(call.caller.user_id)
    if wish is None:
        raise NotFound(t("You haven't asked for your data to be deleted."))
    return _erasure(wish)


@endpoint(
    Operation(
        "Request deletion of your data",
        tag="privacy",
        body=Confirmation,
        reply=Erasure,
        status=202,
        example={"confirm": "DELETE"},
        description="All data about you is deleted after 24 hours, in every server. You can cancel until then.",
    )
)
async def erase(call: Call, body: Confirmation) -> Erasure:  # noqa: ARG001  (its only value is already checked)
    """Schedule it for 24 hours from now."""
    return _erasure(await erasure.request(call.caller.user_id, request_id=call.request_id))


@endpoint(Operation("Cancel the deletion", tag="privacy", errors=(404,)))
async def cancel(call: Call) -> None:
    """Keep the data."""
    await erasure.cancel(call.caller.user_id, request_id=call.request_id)


def archive(made: bytes) -> Response:
    """The export as a file to save; its name reveals nothing."""
    headers = {"Content-Disposition": 'attachment; filename="tatiana-about-you.zip"', "Cache-Control": "no-store"}
    return Response(made, 200, headers, "application/zip")


def _export(copy: Copy) -> Export:
    return Export(id=copy.id, ready=copy.ready, requested_at=copy.requested_at, expires_at=copy.expires_at)


def _erasure(wish: ErasureRequest) -> Erasure:
    return Erasure(
        requested_at=wish.requested_at,
        due_at=wish.due_at,
        started_at=wish.begun_at,
        status=str(wish.waits_for),
        retry_at=wish.again_at,
    )
