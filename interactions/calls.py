"""Routing: from a payload to its handler, context and arguments."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, NamedTuple

from interactions import options
from interactions.components import Component, find_component
from interactions.context import Context, context_of
from interactions.custom_ids import Signer
from interactions.declare import COMMANDS, Command, Kind
from locales import t
from services.core import languages
from services.core.errors import Forbidden, UserError

# Errors caused by payloads that don't match Discord's documentation.
MALFORMED = (KeyError, ValueError, TypeError, AttributeError, IndexError, options.Unreadable)

Json = dict[str, Any]


class Type(IntEnum):
    """Interaction types (Discord: Interaction Type); PING is answered earlier."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Call(NamedTuple):
    """One handler about to run, with its arguments."""

    to: Command | Component
    ctx: Context
    arguments: Mapping[str, Any]
    target: tuple[Any, ...] = ()
    plan_id: int | None = None  # of a confirmed retry
    refused: UserError | None = None  # for errors before anything runs

    @property
    def private(self) -> bool:
        """Whether only the user will see the response; a deferral has to say so, and can't be changed afterwards."""
        options = self.to.parameters if isinstance(self.to, Command) else ()
        published = any(one.option.publishes and self.arguments.get(one.name) for one in options)
        return self.to.ephemeral and not published


async def route(payload: Json, request_id: str, signer: Signer) -> Call:
    """The handler for a payload, with its arguments; UserError or one of MALFORMED if there is none."""
    ctx = await in_their_language(context_of(payload, request_id))
    data = payload["data"]
    match payload["type"]:
        case Type.COMMAND:
            return _command(ctx, data)
        case Type.COMPONENT:
            return _component(ctx._replace(values=options.chosen(data)), data, signer)
        case Type.MODAL:
            return _component(ctx._replace(fields=options.fields(data["components"])), data, signer)
    raise options.Unreadable("unknown interaction type")


async def in_their_language(ctx: Context) -> Context:
    """The context in the languages chosen by the person and the server, if any."""
    member, guild = await languages.chosen(ctx.member.id, ctx.place or 0)
    if member is None and guild is None:
        return ctx
    return ctx._replace(locale=member or ctx.locale, guild_locale=guild or ctx.guild_locale)


def _component(ctx: Context, data: Json, signer: Signer) -> Call:
    known = signer.read(data["custom_id"], ctx.place)
    found = find_component(known[0]) if known else None
    if known is None or found is None:
        raise UserError(t("This button has expired. Run the command again to get a new one."))
    owner = known[1]
    if owner is not None and owner != ctx.member.id:
        refused = Forbidden(t("Only <@{owner}> can use this.", owner=str(owner)))
        return Call(found[0], ctx, {}, refused=refused)
    return Call(found[0], ctx, found[1])


def _command(ctx: Context, data: Json) -> Call:
    kind, name, given = options.path(data)
    command = COMMANDS.get((kind, name))
    if command is None:
        raise UserError(t("I don't have a command called `/{name}`. Type `/` to see my current commands.", name=name))
    if kind is not Kind.CHAT:
        return Call(command, ctx, {}, (options.target(command, data),))
    try:
        return Call(command, ctx, options.arguments(command, given, data))
    except UserError as error:
        return Call(command, ctx, {}, refused=error)
