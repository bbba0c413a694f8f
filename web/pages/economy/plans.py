"""Shared by correction pages: the reason, the confirmation of a plan, and its refusal."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints
from starlette.responses import Response

from services.core.errors import UserError
from web.frame.forms import Form, Key
from web.frame.page import Visit
from web.rendering import show as shown

Reason = Annotated[str, StringConstraints(max_length=400)]


class Confirmation(Form):
    """The plan to confirm."""

    key: Key
    plan_id: int = Field(ge=1, le=2**62)


def refusal(visit: Visit, refused: UserError, back: str) -> Response:
    """A refused plan: the reason, and a link to make a new one."""
    return shown(
        visit,
        "economy/wallet_refused.html",
        status_code=refused.status,
        refused=refused.text,
        back=f"/servers/{visit.guild_id}/{back}",
    )
