"""Autocomplete: suggestions while an option is being typed."""

from __future__ import annotations

import asyncio

import structlog

from interactions import options, render
from interactions.calls import Json, in_their_language
from interactions.context import context_of
from interactions.declare import COMMANDS
from interactions.permits import permit
from services.core.errors import UserError

log = structlog.get_logger(__name__)

COMPLETION = 1.5  # seconds; late suggestions are useless


async def suggest(payload: Json, request_id: str) -> Json:
    """Discord's response with choices; empty on any error, because nobody would see one here."""
    try:
        async with asyncio.timeout(COMPLETION):
            ctx = await in_their_language(context_of(payload, request_id))
            kind, name, given = options.path(payload["data"])
            command = COMMANDS[kind, name]
            await permit(command, ctx)
            wanted, typed = options.focused(given)
            (complete,) = (p.option.autocomplete for p in command.parameters if p.name == wanted)
            # Suggestions for one option may depend on others already filled in.
            ctx = ctx._replace(fields={option["name"]: option.get("value") for option in given})
            offered = await complete(ctx, typed) if complete else ()
            return render.choices(offered, ctx)
    except Exception as error:
        if not isinstance(error, UserError):
            log.warning("no suggestions", error=repr(error)[:300])
        return {"type": render.CHOICES, "data": {"choices": []}}
