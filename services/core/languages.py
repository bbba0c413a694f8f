"""Which language a person or a server has chosen; Discord's own setting counts where they have not.

Every interaction asks, and few have ever chosen: who has is known beforehand, and each second is asked what changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import time

from services.core.transactions import Row, after_commit, rows

PATIENCE = 0.3  # seconds; the wrong language now is better than the right one too late
RENEWED = 1.0  # seconds after which a change made in another process is seen
# What another transaction wrote shows only when it commits, so each look reaches back further than one can last.
REACH = 30  # seconds
ALL = 60.0  # seconds between two looks at everything, for people who were erased
PAGE = 5_000
MOST = 500_000  # choices that are remembered, in about 40 MB; with more than that the database is asked for each

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
    """Who has chosen what. While it is `whole`, nobody else has chosen anything."""

    def __init__(self) -> None:
        self.members: dict[int, str] = {}
        self.guilds: dict[int, str] = {}
        self.whole = False
        self.read_all = self.looked = -ALL
        self.age = 0  # how often this process changed something: what was read before that is read again
        self.renewing = asyncio.Lock()

    def note(self, chooser: int, language: str | None, *, member: bool) -> None:
        choices = self.members if member else self.guilds
        if language is None:
            choices.pop(chooser, None)
        else:
            choices[chooser] = language


_known = _Known()


def forget() -> None:
    """Know nothing any more."""
    global _known  # noqa: PLW0603  (one memory for the process, as fresh as at its start)
    _known = _Known()


async def chosen(user_id: int, guild_id: int) -> Choice:
    """The member's and the guild's choice; no choice where none was made, or where the database does not answer."""
    if _known.whole:
        return _known.members.get(user_id), _known.guilds.get(guild_id)
    try:
        async with asyncio.timeout(PATIENCE):
            (row,) = await rows(_CHOSEN, user_id, guild_id)
    except Exception:  # whatever is wrong with the database will be told by what really needs it
        return None, None
    return row["member"], row["guild"]


async def choose_for_member(user_id: int, username: str, language: str | None) -> None:
    """From now on, private answers to this person are in `language`; None follows Discord."""
    await rows(_CHOOSE_MEMBER, user_id, username, language)

    async def committed() -> None:
        _note_own(user_id, language, member=True)

    await after_commit(committed)


def guild_chose(guild_id: int, language: str | None) -> None:
    """The settings of a guild that were just committed say so."""
    _note_own(guild_id, language, member=False)


async def keep(stop: asyncio.Event) -> None:
    """Know who has chosen, until `stop`."""
    while not stop.is_set():
        await renew()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RENEWED):
                await stop.wait()


async def renew() -> None:
    """Look at what was chosen; what is known stays known while the database is away."""
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
        known.whole = len(known.members) + len(known.guilds) <= MOST
        known.read_all = begun
    for row in changes:
        known.note(row["discord_id"], row["language"], member=row["member"])
    known.looked = begun


async def _everything() -> tuple[dict[int, str], dict[int, str]]:
    """All choices of members and of guilds, a page at a time, so that the loop is never held up by them."""
    members: dict[int, str] = {}
    guilds: dict[int, str] = {}
    for choices, sql in zip((members, guilds), _PAGES, strict=True):
        after = 0
        while page := await rows(sql, after, PAGE):
            choices.update((row["discord_id"], row["language"]) for row in page)
            after = page[-1]["discord_id"]
            if len(page) < PAGE or len(choices) > MOST:
                break
    return members, guilds


def _note_own(chooser: int, language: str | None, *, member: bool) -> None:
    _known.age += 1
    _known.note(chooser, language, member=member)
