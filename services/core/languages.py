"""The language a user or guild has chosen; without a choice, Discord's own setting applies.

Every interaction asks, but few people ever choose: all choices are kept in memory and refreshed every second.
"""

from __future__ import annotations

import asyncio
import contextlib
import time

from services.core.transactions import Row, after_commit, rows

PATIENCE = 0.3  # seconds; the wrong language in time beats the right one too late
RENEWED = 1.0  # seconds until a change made in another process is visible
# Another transaction's rows appear only on commit, so each refresh looks back further than a transaction can last.
REACH = 30  # seconds
ALL = 60.0  # seconds between full refreshes, for people who were erased
PAGE = 5_000
MAX_CACHED_CHOICES = 500_000  # choices kept in memory (about 40 MB); beyond that each one is queried

Choice = tuple[str | None, str | None]

_CHOSEN = """
SELECT (SELECT language FROM users WHERE discord_id = $1) AS member,
       (SELECT language FROM guilds WHERE discord_id = $2) AS guild"""
_CHOOSE_MEMBER = """
INSERT INTO users (discord_id, username, language, language_at) VALUES ($1, $2, $3, clock_timestamp())
ON CONFLICT (discord_id) DO UPDATE SET language = excluded.language, language_at = excluded.language_at"""
_CHANGED = """
SELECT discord_id, language, true AS member FROM users WHERE language_at > now() - $1 * interval '1 second'
UNION ALL
SELECT discord_id, language, false FROM guilds WHERE language_at > now() - $1 * interval '1 second'"""
_PAGE_OF = """
SELECT discord_id, language FROM {table} WHERE language IS NOT NULL AND discord_id > $1 ORDER BY discord_id LIMIT $2"""
_PAGES = (_PAGE_OF.format(table="users"), _PAGE_OF.format(table="guilds"))


class _Known:
    """All known choices; while `whole`, nobody else has made one."""

    def __init__(self) -> None:
        self.members: dict[int, str] = {}
        self.guilds: dict[int, str] = {}
        self.whole = False
        self.read_all = self.looked = -ALL
        self.age = 0  # changes made by this process: anything read before one is read again
        self.renewing = asyncio.Lock()

    def note(self, chooser: int, language: str | None, *, member: bool) -> None:
        choices = self.members if member else self.guilds
        if language is None:
            choices.pop(chooser, None)
        else:
            choices[chooser] = language


_known = _Known()


def forget() -> None:
    """Forget every choice."""
    global _known  # noqa: PLW0603  (one memory for the process, as fresh as at its start)
    _known = _Known()


async def chosen(user_id: int, guild_id: int) -> Choice:
    """The choices of a user and a guild; None where there is none or the database does not answer."""
    if _known.whole:
        return _known.members.get(user_id), _known.guilds.get(guild_id)
    try:
        async with asyncio.timeout(PATIENCE):
            (row,) = await rows(_CHOSEN, user_id, guild_id)
    except Exception:  # a database failure is reported by whatever really needs it
        return None, None
    return row["member"], row["guild"]


async def choose_for_member(user_id: int, username: str, language: str | None) -> None:
    """Set the language of private answers to a user; None follows Discord."""
    await rows(_CHOOSE_MEMBER, user_id, username, language)

    async def committed() -> None:
        _note_own(user_id, language, member=True)

    await after_commit(committed)


def guild_chose(guild_id: int, language: str | None) -> None:
    """Note a guild's choice that was just committed with its settings."""
    _note_own(guild_id, language, member=False)


async def keep(stop: asyncio.Event) -> None:
    """Keep the choices in memory fresh until `stop`."""
    while not stop.is_set():
        await renew()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RENEWED):
                await stop.wait()


async def renew() -> None:
    """Refresh the choices in memory; while the database is away, the old ones stay."""
    known = _known
    with contextlib.suppress(Exception):
        async with known.renewing:
            await _renew(known)


async def _renew(known: _Known) -> None:
    begun = time.monotonic()
    missed = known.whole and begun - known.looked > REACH / 2
    everything = await _everything() if missed or begun - known.read_all > ALL else None
    changes: list[Row] = []
    age = -1
    while age != known.age:
        age = known.age
        changes = await rows(_CHANGED, REACH)
    if everything is not None:
        known.members, known.guilds = everything
        known.whole = len(known.members) + len(known.guilds) <= MAX_CACHED_CHOICES
        known.read_all = begun
    for row in changes:
        known.note(row["discord_id"], row["language"], member=row["member"])
    known.looked = begun


async def _everything() -> tuple[dict[int, str], dict[int, str]]:
    """All choices of users and guilds, page by page, so that the event loop is never blocked."""
    members: dict[int, str] = {}
    guilds: dict[int, str] = {}
    for choices, sql in zip((members, guilds), _PAGES, strict=True):
        after = 0
        while page := await rows(sql, after, PAGE):
            choices.update((row["discord_id"], row["language"]) for row in page)
            after = page[-1]["discord_id"]
            if len(page) < PAGE or len(choices) > MAX_CACHED_CHOICES:
                break
    return members, guilds


def _note_own(chooser: int, language: str | None, *, member: bool) -> None:
    _known.age += 1
    _known.note(chooser, language, member=member)
