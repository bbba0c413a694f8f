"""Guilds as Discord last reported them: name, icon, owner and size, cached for pages that many people open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import orjson
import structlog

from discord_api import current, guilds
from discord_api.errors import DiscordError, MissingAccess, UnknownGuild
from locales import t
from services.core import clock, errors, store
from services.core.transactions import fetch, rows
from services.identity.discord_grants import Server

log = structlog.get_logger(__name__)

AT_HAND = 1.0  # seconds this process caches a guild
IN_REDIS = 30  # seconds
STALE = timedelta(hours=1)  # age at which a guild is refreshed when someone looks
PATIENCE = 1.5  # seconds the first visitor waits for a name
SPARED = 60.0  # seconds until Discord is asked again about a guild it did not report
MAX_CACHED_GUILDS = 20_000  # guilds cached at once
PAGE = 200  # most guilds in one answer

_FIND = """
SELECT discord_id AS id, name, icon, owner_id, member_count, told_at, left_at IS NULL AS here FROM guilds
 WHERE discord_id = $1"""
_INSTALLED = "SELECT installed_at FROM guilds WHERE discord_id = $1"
_HERE = "SELECT discord_id, member_count FROM guilds WHERE discord_id = ANY ($1) AND left_at IS NULL"
# An answer requested before the bot was added ($2: the installation known then) is older than the installation.
_TELL = """
INSERT INTO guilds (discord_id, name, icon, owner_id, member_count, told_at) VALUES ($1, $3, $4, $5, $6, tatiana_now())
ON CONFLICT (discord_id) DO UPDATE
   SET name = excluded.name, icon = excluded.icon, owner_id = excluded.owner_id, member_count = excluded.member_count,
       told_at = tatiana_now(), left_at = NULL, updated_at = tatiana_now()
 WHERE guilds.installed_at IS NOT DISTINCT FROM $2::timestamptz"""
_LEFT = """
UPDATE guilds SET left_at = tatiana_now(), updated_at = tatiana_now()
 WHERE discord_id = $1 AND left_at IS NULL AND installed_at IS NOT DISTINCT FROM $2::timestamptz"""
# Sorted, so that two concurrent rounds can't deadlock. Discord's list does not include the owner.
_LIST = """
INSERT INTO guilds (discord_id, name, icon, member_count, told_at)
SELECT *, tatiana_now() FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[]) ORDER BY 1
ON CONFLICT (discord_id) DO UPDATE
   SET name = excluded.name, icon = excluded.icon, member_count = excluded.member_count, told_at = tatiana_now(),
       left_at = NULL, updated_at = tatiana_now()"""
_BEGIN = "SELECT tatiana_now() AS at"
_UNLISTED = """
UPDATE guilds SET left_at = tatiana_now(), updated_at = tatiana_now()
 WHERE left_at IS NULL AND created_at < $1 AND (told_at IS NULL OR told_at < $1)
   AND (installed_at IS NULL OR installed_at < $1)"""


@dataclass(frozen=True, slots=True)
class GuildCard:
    """One guild; what Discord has not reported yet is None. `icon` is a hash."""

    id: int
    name: str | None
    icon: str | None
    owner_id: int | None
    member_count: int | None
    told_at: datetime | None
    here: bool


@dataclass(frozen=True, slots=True)
class OwnGuild:
    """A user's guild: whether they manage it, and whether the bot is in it."""

    id: int
    name: str
    icon: str | None
    owner: bool
    managed: bool
    here: bool
    member_count: int | None


_at_hand: dict[int, tuple[float, GuildCard]] = {}
_asking: dict[int, asyncio.Task[None]] = {}
_spared: dict[int, float] = {}


async def guild(guild_id: int) -> GuildCard:
    """One guild, at most a second out of date; NotFound if it was never reported to us.

    After an hour it is refreshed in the background; only a guild without a name makes the caller wait.
    """
    now = time.monotonic()
    known = _at_hand.get(guild_id)
    if known and now < known[0]:
        return known[1]
    card = await _looked_up(guild_id)
    if _outdated(card):
        asking = _ask(guild_id)
        if card is None or card.name is None:
            if asking:
                await asyncio.wait([asking], timeout=PATIENCE)
            card = await _looked_up(guild_id)
    if card is None:
        raise errors.NotFound(t("I don't know that server."))
    _remember(card, now)
    return card


async def of_user(servers: Iterable[Server]) -> Sequence[OwnGuild]:
    """A user's guilds as Discord lists them: managed ones first, and among those the ones with the bot."""
    named = list(servers)
    found = await rows(_HERE, [one.id for one in named])
    here = {row["discord_id"]: row["member_count"] for row in found}
    guilds = [
        OwnGuild(one.id, one.name, one.icon, one.owner, one.managed, one.id in here, here.get(one.id)) for one in named
    ]
    return sorted(guilds, key=lambda one: (not one.managed, not one.here, one.name.casefold(), one.id))


async def refresh() -> None:
    """Learn every guild the bot is in, and note the ones it has left."""
    (begun,) = await rows(_BEGIN)
    last, listed = 0, PAGE
    while listed == PAGE:
        page = await guilds.joined(current.client(), after=last, limit=PAGE)
        listed = len(page)
        if page:
            ids = [int(one["id"]) for one in page]
            sizes = [one.get("approximate_member_count") for one in page]
            await rows(_LIST, ids, [one["name"] for one in page], [one["icon"] for one in page], sizes)
            last = max(ids)
    await rows(_UNLISTED, begun["at"])
    log.info("guilds listed", last=last)


def forget_all() -> None:
    """Drop every guild from this process's cache."""
    _at_hand.clear()
    _spared.clear()


async def forget(guild_id: int) -> None:
    """Drop one guild from the cache of every process."""
    _at_hand.pop(guild_id, None)
    _spared.pop(guild_id, None)
    await store.delete(_key(guild_id))


def _ask(guild_id: int) -> asyncio.Task[None] | None:
    """One request per guild, however many people look; None if there was one just now."""
    now = time.monotonic()
    if guild_id not in _asking and now >= _spared.get(guild_id, now):
        if len(_spared) >= MAX_CACHED_GUILDS:
            _spared.clear()
        _spared[guild_id] = now + SPARED
        task = _asking[guild_id] = asyncio.create_task(_asked(guild_id), name=f"guild {guild_id}")
        task.add_done_callback(lambda _task: _asking.pop(guild_id))
    return _asking.get(guild_id)


async def _asked(guild_id: int) -> None:
    try:
        known = await rows(_INSTALLED, guild_id)
        installed = known[0]["installed_at"] if known else None
        try:
            told = await guilds.get(current.client(), guild_id, with_counts=True)
        except (UnknownGuild, MissingAccess):
            await rows(_LEFT, guild_id, installed)
        else:
            size = told.get("approximate_member_count")
            await rows(_TELL, guild_id, installed, told["name"], told.get("icon"), int(told["owner_id"]), size)
    except DiscordError as error:
        log.info("discord does not tell of a guild", guild_id=guild_id, error=type(error).__name__)
        return
    except Exception as error:  # nobody may be waiting for the result any more
        log.warning("a guild was not looked up", guild_id=guild_id, error=repr(error)[:300])
        return
    _at_hand.pop(guild_id, None)
    await store.delete(_key(guild_id))


async def _looked_up(guild_id: int) -> GuildCard | None:
    if card := _unpacked(await store.get(_key(guild_id))):
        return card
    found = await fetch(GuildCard, _FIND, guild_id)
    if not found:
        return None
    card = found[0]
    await store.put(_key(guild_id), orjson.dumps(asdict(card)), IN_REDIS)
    return card


def _remember(card: GuildCard, now: float) -> None:
    if len(_at_hand) >= MAX_CACHED_GUILDS:
        _at_hand.clear()
    _at_hand[card.id] = now + AT_HAND, card


def _outdated(card: GuildCard | None) -> bool:
    return card is None or card.told_at is None or card.owner_id is None or card.told_at < clock.now() - STALE


def _unpacked(kept: bytes | None) -> GuildCard | None:
    """A guild from its Redis value; None if that isn't in our format."""
    try:
        found = orjson.loads(kept or b"")
        told_at = found.pop("told_at")
        return GuildCard(**found, told_at=datetime.fromisoformat(told_at) if told_at else None)
    except (ValueError, TypeError, AttributeError, KeyError):
        return None


def _key(guild_id: int) -> str:
    return f"cache:card:{guild_id}"
