"""Asks before repeating a command whose first attempt may have succeeded without confirmation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

import orjson

from discord_api.markdown import plain
from interactions.apologies import look_first
from interactions.components import component
from interactions.context import Context
from interactions.responses import Button, Reply, Style, update, whisper
from locales import Text, command_name, join, t
from services.core import plans
from services.core.unknown_outcomes import Doubt, EarlierRequest

ACTION = "again"

_SUB_COMMANDS = (1, 2)
_MENTIONS = {6: "<@{}>", 7: "<#{}>", 8: "<@&{}>"}  # by option type

Json = dict[str, Any]


def doubt_of(payload: Json, ctx: Context) -> Doubt:
    """The doubt to store if this interaction's outcome stays unknown; None for a press on "Do it again"."""
    data = payload["data"]
    place = ctx.place or 0
    # Without resolved objects and component ids, which differ between identical commands.
    meant = {name: data.get(name) for name in ("name", "options", "target_id", "custom_id", "values", "components")}
    words = orjson.dumps([place, ctx.member.id, payload["type"], meant], option=orjson.OPT_SORT_KEYS)
    return Doubt(place, ctx.member.id, blake2b(words, digest_size=16).hexdigest(), ctx.key)


async def ask(payload: Json, ctx: Context, fingerprint: str, earlier: EarlierRequest | None, record: str) -> Reply:
    """Ask whether to repeat it; the button carries this time's request."""
    stored = {"type": payload["type"], "data": payload["data"]}
    plan_id = await plans.keep(ctx.place or 0, ctx.member.id, ACTION, stored)
    buttons = [
        Button(t("Do it again"), again, {"plan_id": plan_id, "fingerprint": fingerprint}, Style.DANGER),
        Button(t("Don't"), leave, {"plan_id": plan_id}),
    ]
    return whisper(_question(_typed(payload["data"]), earlier, record), buttons)


async def meant(payload: Json, place: int | None, member_id: int, plan_id: int) -> Json:
    """The payload of a press on "Do it again", as if the user had sent the command itself."""
    return payload | await plans.look(place or 0, plan_id, member_id, ACTION)


async def confirm(ctx: Context, plan_id: int) -> None:
    """Use up the button; a second press is refused."""
    await plans.take(ctx.place or 0, plan_id, ctx.member.id, ACTION)


# The fingerprint is included because the plan can't be read when a doubt has to be stored, which happens
# exactly while the database is silent.
@component("/again/{plan_id:int}/as/{fingerprint}", of="", writes=True)
async def again(ctx: Context, plan_id: int, fingerprint: str) -> Reply:
    raise NotImplementedError("dispatch runs what was asked about in its place")


@component("/again/{plan_id:int}/no", of="", writes=True)
async def leave(ctx: Context, plan_id: int) -> Reply:
    await confirm(ctx, plan_id)
    return update(t("OK, I didn't do it again."))


def _question(typed: Text | str, earlier: EarlierRequest | None, record: str) -> Text:
    if not typed:
        if earlier and earlier.done:
            return t("Your last click here did go through. Do it again?")
        return t("Your last click here may have gone through; I couldn't tell you at the time. Do it again?")
    if earlier and earlier.done:
        known = t("You used this <t:{at}:R>, and it did go through.", at=str(int(earlier.at.timestamp())))
    else:
        known = t("You used this a moment ago, and it may have gone through; I couldn't tell you at the time.")
    return join([typed, join([known, *look_first(record), t("Do it again?")], " ")])


def _typed(data: Mapping[str, Any]) -> Text | str:
    """A command as the user typed it, "" for a click."""
    if "name" not in data:
        return ""
    return join([t("**/{command}**", command=command_name(data["name"])), *_words(data.get("options") or ())], " ")


def _words(options: Any) -> Iterator[Text]:
    for option in options:
        if option["type"] in _SUB_COMMANDS:
            yield t("**{command}**", command=command_name(option["name"]))
            yield from _words(option.get("options") or ())
        else:
            mention = _MENTIONS.get(option["type"])
            value = mention.format(option["value"]) if mention else plain(str(option["value"]))
            yield t("{option}: {value}", option=command_name(option["name"]), value=value)
