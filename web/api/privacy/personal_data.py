"""A copy of everything about the caller, and having it deleted."""

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
    """A copy, kept for a day."""

    id: Number
    ready: bool = Field(description="Whether its file can be fetched")
    requested_at: Moment
    expires_at: Moment


class Confirmation(Body):
    """The word that makes sure."""

    confirm: Literal["DELETE"] = Field(examples=["DELETE"])


class Erasure(Reply):
    """A wish to be forgotten."""

    requested_at: Moment
    due_at: Moment = Field(description="When it begins; until it has begun it can be cancelled")
    begun_at: Moment | None = Field(description="Since when it can't be cancelled any more")
    waits_for: str = Field(description="Why it is not done yet", examples=["Waiting for your 24 hours to pass"])
    again_at: Moment | None = Field(description="When the next attempt follows, if the last one failed")


@endpoint(
    Operation(
        "Ask for a copy of your data",
        tag="privacy",
        reply=Export,
        status=202,
        description="Everything that is stored about you, in every server; while there is one, the same is given.",
    )
)
async def export(call: Call) -> Export:
    """Have it made."""
    return _export(await exports.request(call.caller.user_id, request_id=call.request_id))


@endpoint(Operation("Look whether your copy is ready", tag="privacy", reply=Export))
async def show(call: Call, export_id: int) -> Export:
    """One copy of the caller's."""
    return _export(await exports.find(call.caller.user_id, export_id))


@endpoint(Operation("Fetch your copy", tag="privacy", file="application/zip"))
async def fetch(call: Call, export_id: int) -> Response:
    """The zip file, for the caller alone."""
    return archive(await exports.file(call.caller.user_id, export_id, request_id=call.request_id))


@endpoint(Operation("Look whether you asked to be forgotten", tag="privacy", reply=Erasure, errors=(404,)))
async def pending(call: Call) -> Erasure:
    """The wish that waits."""
    wish = await erasure.pending(call.caller.user_id)
    if wish is None:
        raise NotFound(t("Nothing of yours waits to be deleted."))
    return _erasure(wish)


@endpoint(
    Operation(
        "Ask to be forgotten",
        tag="privacy",
        body=Confirmation,
        reply=Erasure,
        status=202,
        example={"confirm": "DELETE"},
        description="In 24 hours everything about you is deleted, in every server; until then you can cancel.",
    )
)
async def erase(call: Call, body: Confirmation) -> Erasure:  # noqa: ARG001  (its one value is checked already)
    """A day to think, then everything goes."""
    return _erasure(await erasure.request(call.caller.user_id, request_id=call.request_id))


@endpoint(Operation("Take the wish to be forgotten back", tag="privacy", errors=(404,)))
async def cancel(call: Call) -> None:
    """Everything stays."""
    await erasure.cancel(call.caller.user_id, request_id=call.request_id)


def archive(made: bytes) -> Response:
    """A copy as a file to keep; its name tells nothing."""
    headers = {"Content-Disposition": 'attachment; filename="tatiana-about-you.zip"', "Cache-Control": "no-store"}
    return Response(made, 200, headers, "application/zip")


def _export(copy: Copy) -> Export:
    return Export(id=copy.id, ready=copy.ready, requested_at=copy.requested_at, expires_at=copy.expires_at)


def _erasure(wish: ErasureRequest) -> Erasure:
    return Erasure(
        requested_at=wish.requested_at,
        due_at=wish.due_at,
        begun_at=wish.begun_at,
        waits_for=str(wish.waits_for),
        again_at=wish.again_at,
    )
