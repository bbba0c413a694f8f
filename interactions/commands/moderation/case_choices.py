"""Case numbers as option values, and the checks with which commands of cases begin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from discord_api.permissions import Permissions
from interactions.context import Context
from interactions.declare import Option
from interactions.responses import Choice
from locales import Text, join, t
from services import directory
from services.moderation import case_list, case_rights, cases, sentences
from services.moderation.case import Case

STAFF = Permissions.MODERATE_MEMBERS
ADMIN = Permissions.MODERATE_MEMBERS | Permissions.MANAGE_GUILD  # Discord shows /case to whoever has what all share
HIGHEST = 2**53 - 1  # the largest integer Discord sends
_SHORT = 40  # characters of a reason in a suggestion


async def known_cases(ctx: Context, typed: str) -> list[Choice]:
    """Suggest the newest cases, or those whose number begins like this."""
    found = await case_list.suggested(ctx.guild_id, typed.strip().lstrip("#"))
    people = await directory.people_of(case.user_id for case in found if case.user_id)
    names = {user_id: person.name for user_id, person in people.items()}
    return [Choice(_label(case, names.get(case.user_id or 0, "")), case.number) for case in found]


Number = Annotated[int, Option("Which case", min=1, max=HIGHEST, autocomplete=known_cases)]


def channels(ctx: Context) -> tuple[int, ...]:
    """The channel of an interaction, and the parent of a thread, as rules are about either."""
    return (ctx.channel_id, ctx.parent_id) if ctx.parent_id else (ctx.channel_id,)


async def check_reader(ctx: Context, command: str = "case view") -> None:
    """Refuse someone who may not read cases."""
    await case_rights.check_reader(ctx.guild_id, ctx.member.id, command=command, channel_ids=channels(ctx))


async def check_editor(ctx: Context, number: int, command: str) -> None:
    """Refuse someone who may not change this case."""
    case = await cases.get(ctx.guild_id, number)
    await case_rights.check_editor(case, ctx.member.id, command=command, channel_ids=channels(ctx))


def editor(command: str) -> Callable[..., Awaitable[None]]:
    """The `asks` of a handler that changes the case `number`."""

    async def ask(ctx: Context, number: int, **_others: object) -> None:
        await check_editor(ctx, number, command)

    return ask


def accept(ctx: Context) -> None:
    """Raise the refusal of a handler's `asks`."""
    if ctx.refusal:
        raise ctx.refusal


def _label(case: Case, name: str) -> Text | str:
    kind, reason = sentences.title(case.action), " ".join(case.reason.split())[:_SHORT]
    about = [part for part in (name, reason) if part]
    return join([t("#{number} · {kind}", number=str(case.number), kind=kind), *about], " · ")
