"""What works in a guild right now, tried and not assumed, and how to mend what does not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx

from discord_api import current, errors
from discord_api.permissions import Overwrite, Permissions, in_channel, in_guild
from locales import Text, t
from services import settings
from services.core import site_links, store, token_refusals
from services.core.discord_refusals import NOT_A_MEMBER, told
from services.core.transactions import rows
from services.health import visitors
from services.protection import log_posts
from services.settings import General
from services.shop import item_roles
from services.shop.item_roles import UnfitRole

PATIENCE = 2.5  # seconds for each probe
BEHIND = 60  # seconds after which waiting work means that nobody does it
FORGED = {"X-Signature-Ed25519": "00" * 64, "X-Signature-Timestamp": "1700000000"}

_ROLE_ITEMS = """
SELECT DISTINCT role_id, min(name) AS name FROM shop_items
 WHERE guild_id = $1 AND effect = 'role' AND archived_at IS NULL GROUP BY role_id LIMIT 25"""
_LOG_CHANNEL = "/settings/general#log_channel_id"
_OLDEST = """
SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0)::float8 AS late FROM jobs
 WHERE failed_at IS NULL AND due_at < now() AND (leased_until IS NULL OR leased_until < now())"""


class State(StrEnum):
    """How well something works."""

    WORKS = "works"
    LIMITED = "limited"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One capability: its module, how it is, and what to do where it is not well; `path` is where pages do that."""

    module: str
    state: State
    text: Text
    fix: Text | None = None
    path: str | None = None  # below the server's own page


Probe = Callable[[int], Awaitable[Sequence[Finding]]]


async def examine(guild_id: int, module: str = "") -> list[Finding]:
    """Every capability, or those of one module; each is tried by itself, and none waits for another."""
    wanted = {name: probe for name, probe in PROBES.items() if not module or name == module}
    found = await asyncio.gather(*(_tried(name, probe, guild_id) for name, probe in wanted.items()))
    return [finding for several in found for finding in several]


async def _tried(name: str, probe: Probe, guild_id: int) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await probe(guild_id)
    except errors.DiscordError as error:
        return [Finding(name, State.LIMITED, t("{module} could not be tried.", module=name), told(error))]
    except (httpx.HTTPError, TimeoutError, OSError):
        said = t("{module} could not be tried: no answer in time.", module=name)
        return [Finding(name, State.LIMITED, said, t("Try again in a minute."))]


async def _membership(guild_id: int) -> Sequence[Finding]:
    if await token_refusals.known():
        said = t("Discord refuses my bot token, so I can't give roles, post messages or look anything up.")
        fix = t("Whoever runs me can see why with `tatiana doctor`. I try again by myself, at most 15 minutes later.")
        return [Finding("discord", State.BROKEN, said, fix)]
    try:
        _, _, held = await _own(guild_id)
    except (*NOT_A_MEMBER, errors.UnknownMember):
        return [
            Finding(
                "discord",
                State.LIMITED,
                t("I am here for commands only: I can't give roles or write messages by myself."),
                t(
                    "Add me again with the scope `bot`, from my page of servers: {link}",
                    link=site_links.page("/servers"),
                ),
            )
        ]
    if not held.allows(Permissions.MANAGE_ROLES):
        said = t("I may not give roles, so items that give one can't be sold.")
        fix = t("Server Settings › Roles › my role: switch on Manage Roles.")
        return [Finding("discord", State.LIMITED, said, fix)]
    return [Finding("discord", State.WORKS, t("I am a member here and may give roles."))]


async def _shop(guild_id: int) -> Sequence[Finding]:
    found = []
    for row in await rows(_ROLE_ITEMS, guild_id):
        try:
            await item_roles.check(current.client(), guild_id, row["role_id"])
        except UnfitRole as error:
            said = t("The item **{item}** can't give its role.", item=row["name"])
            found.append(Finding("shop", State.BROKEN, said, error.text))
    return found or [Finding("shop", State.WORKS, t("Every item can be handed out."))]


async def _logs(guild_id: int) -> Sequence[Finding]:
    channel_id = (await settings.of(guild_id, General)).log_channel_id
    if channel_id is None:
        return [
            Finding(
                "logs",
                State.LIMITED,
                t("No log channel is set, so I can't tell your staff what was done."),
                t("Choose one with `/setup`, or with `/config set general log_channel_id`."),
                _LOG_CHANNEL,
            )
        ]
    _, own, held = await _own(guild_id)
    channel = await _channel(channel_id)
    if channel is None or int(channel.get("guild_id", 0)) != guild_id:
        said = t(
            "I can't see the log channel <#{channel}>: it is hidden from me, or was deleted.", channel=str(channel_id)
        )
        fix = t("Give my role View Channel and Send Messages there, or choose another channel with `/setup`.")
        return [Finding("logs", State.BROKEN, said, fix, _LOG_CHANNEL)]
    needed = Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES
    may = in_channel(
        held,
        [_overwrite(one) for one in channel.get("permission_overwrites", ())],
        guild_id=guild_id,
        member_id=int(own["user"]["id"]),
        role_ids={int(one) for one in own["roles"]},
    )
    if not may.allows(needed):
        lacking = ", ".join(Permissions(needed & ~may).titles())
        said = t("In the log channel <#{channel}> I lack: {permissions}.", channel=str(channel_id), permissions=lacking)
        fix = t("Open the channel's settings › Permissions, add my role, and allow it there.")
        return [Finding("logs", State.BROKEN, said, fix)]
    await log_posts.mended(guild_id)
    return [Finding("logs", State.WORKS, t("I can write in the log channel <#{channel}>.", channel=str(channel_id)))]


async def _jobs(_guild_id: int) -> Sequence[Finding]:
    (row,) = await rows(_OLDEST)
    if row["late"] > BEHIND:
        said = t("Work that should be done waits: {seconds} seconds by now.", seconds=int(row["late"]))
        fix = t("Whoever runs me starts the worker: `tatiana worker`.")
        return [Finding("jobs", State.BROKEN, said, fix)]
    return [Finding("jobs", State.WORKS, t("What has to be done later is done in time."))]


async def _door(_guild_id: int) -> Sequence[Finding]:
    """What anyone may see of our door: it is there, and it lets no forged click in."""
    where = site_links.page("/interactions")
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        answer = await client.post(where, content=b'{"type":1}', headers=FORGED)
    if answer.status_code != httpx.codes.UNAUTHORIZED:
        said = t(
            "A forged click was answered with {status} and must be refused with 401.", status=str(answer.status_code)
        )
        fix = t("Whoever runs me checks what stands before {link}: `tatiana doctor` says more.", link=where)
        return [Finding("door", State.BROKEN, said, fix)]
    return [Finding("door", State.WORKS, t("My door answers, and lets no forged click in."))]


async def _redis(_guild_id: int) -> Sequence[Finding]:
    redis = store.redis()
    if redis is not None:
        try:
            await redis.ping()
        except Exception:
            redis = None
    if redis is None:
        said = t("Redis is away: limits are halved, and pages ask for news instead of being told.")
        return [Finding("redis", State.LIMITED, said, t("Whoever runs me starts Redis; nothing is lost by it."))]
    return [Finding("redis", State.WORKS, t("Limits are counted together, and news travels at once."))]


async def _sign_in(_guild_id: int) -> Sequence[Finding]:
    if not current.oauth().ready:
        said = t("Signing in on the web is not set up.")
        fix = t("Whoever runs me sets DISCORD_CLIENT_SECRET, from Discord's page about my application, under OAuth2.")
        return [Finding("sign-in", State.LIMITED, said, fix)]
    return [Finding("sign-in", State.WORKS, t("Signing in works at {link}", link=site_links.page("/login")))]


async def _proxy(_guild_id: int) -> Sequence[Finding]:
    if (address := visitors.all_behind()) and not site_links.near():
        said = t("All visitors of my pages seem to come from {address}, so they share one limit.", address=address)
        fix = t("If that is a proxy, whoever runs me adds it to TRUSTED_PROXIES; .env.example says how.")
        return [Finding("proxy", State.LIMITED, said, fix)]
    return [Finding("proxy", State.WORKS, t("Visitors are told apart by their addresses."))]


PROBES: dict[str, Probe] = {
    "discord": _membership,
    "shop": _shop,
    "logs": _logs,
    "jobs": _jobs,
    "door": _door,
    "proxy": _proxy,
    "redis": _redis,
    "sign-in": _sign_in,
}


async def _own(guild_id: int) -> tuple[dict[str, Any], dict[str, Any], Permissions]:
    """The guild, the bot as its member, and what it may do there."""
    discord = current.client()
    guild = await discord.guild(guild_id)
    # Not always the application's id: older bots have another one.
    me = await discord.request("GET", "/users/@me")
    own = await discord.member(guild_id, int(me["id"]))
    held = {int(one) for one in own["roles"]} | {guild_id}
    granted = [Permissions(int(one["permissions"])) for one in guild["roles"] if int(one["id"]) in held]
    return guild, own, in_guild(granted, owner=guild["owner_id"] == me["id"])


async def _channel(channel_id: int) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = await current.client().request(
            "GET", "/channels/{channel_id}", {"channel_id": channel_id}
        )
    except (errors.UnknownChannel, errors.MissingAccess):
        return None
    return found


def _overwrite(raw: dict[str, Any]) -> Overwrite:
    return Overwrite(int(raw["id"]), Permissions(int(raw["allow"])), Permissions(int(raw["deny"])))
