"""Admission to operations and pages: rate limit, authorization, and a record of refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from services.core import areas
from services.identity.authority import Role
from services.settings import switches
from web.frame import access, rate_limits, refusals
from web.frame.access import Caller
from web.frame.origins import SAFE
from web.frame.problems import Refused
from web.frame.rate_limits import Allowances, Plan
from web.frame.rules import Rule


async def count(request: Request, caller: Caller | None, plan: Plan | None = None) -> dict[str, str]:
    """Count the request and return its rate limit headers; Refused (429) above the limit."""
    held: Allowances = request.state.allowances
    usual = rate_limits.READ if request.method in SAFE else rate_limits.WRITE
    return await held.use(plan or usual, caller.id if caller else f"address:{request.state.address}")


async def admit(request: Request, caller: Caller | None, rule: Rule, operation: str) -> Role:
    """The caller's role in the path's guild; Refused, and recorded if they tried to change something."""
    guild_id: int | None = request.path_params.get("guild_id")
    try:
        return await access.authorize(caller, rule, guild_id, request.method)
    except Refused as refused:
        if caller and request.method not in SAFE:
            await refusals.note(request, caller, operation, guild_id, refused)
        raise


async def require_area(guild_id: int | None, function: Callable[..., Any]) -> None:
    """Refuse a page or operation of an area that the server has turned off."""
    if guild_id is not None:
        await switches.require(guild_id, areas.area_of(function.__module__))
