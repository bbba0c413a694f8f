"""What we know about people: every column is tagged, copies hold all of it, and who is erased leaves no trace."""

from __future__ import annotations

import asyncio
import io
import zipfile
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from redis.asyncio import Redis

from services import settings
from services.analytics.usage import Recorder, Use
from services.core import areas, store, vault
from services.core.actors import Actor
from services.core.amounts import Amount
from services.core.errors import Conflict, NotFound
from services.core.tags import NOBODY, Holds, OnErasure
from services.core.transactions import rows
from services.economy import corrections, earnings, ledger_audit, offers
from services.economy.scopes import ECONOMY_READ
from services.identity import api_keys, refresh_tokens, sessions
from services.privacy import erasing, erasure, exports, purge
from services.settings import Source
from tests.support.bot import ALICE, BOB, CAROL, GUILD, MANAGER, OTHER_GUILD
from tests.support.coins import give, person

CANARY = "a word that only Alice wrote"
ELSES = "bob's own words"
LATER = datetime.now(UTC) - timedelta(hours=25)  # when she asked, for a wish that is due

_COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name <> 'tortoise_migrations'"""


@pytest.fixture(autouse=True)
def _keys() -> None:
    vault.use({"test": b"k" * 32})
    refresh_tokens.configure(b"k" * 32)


async def test_every_column_is_tagged_and_every_tag_has_its_column(database: str) -> None:
    there = {(row["table_name"], row["column_name"]) for row in await rows(_COLUMNS)}
    tagged = {(name, column) for name, table in areas.tables().items() for column in table.columns}
    assert (there - tagged, tagged - there) == (set(), set())


async def test_each_table_that_names_people_says_what_erasure_does(database: str) -> None:
    silent = [
        (name, column)
        for name, table in areas.tables().items()
        for column, tag in table.columns.items()
        if tag.holds in (Holds.PERSON, Holds.MENTIONS) and tag.fate is OnErasure.STAYS
    ]
    assert silent == []


async def test_a_copy_holds_all_of_a_person_and_nothing_that_is_only_somebody_elses(database: str) -> None:
    await _live()
    found = _unpacked(await exports.archive(ALICE))
    counts = {name: len(data) for name, data in found.items()}
    assert counts.keys() >= {
        "users", "user_guild_data", "user_economy", "transfers", "postings", "offers", "command_usage", "audit_log",
        "sessions", "refresh_families", "api_keys", "change_sets",
    }  # fmt: skip
    (mine,) = await rows("SELECT count(*) AS n FROM command_usage WHERE user_id = $1", ALICE)
    assert counts["command_usage"] == mine["n"]
    assert {row["user_id"] for row in found["user_economy"]} == {str(ALICE)}
    assert CANARY in orjson.dumps(found).decode()
    everything = orjson.dumps(found).decode()
    assert ELSES not in everything
    assert all("digest" not in row for name in ("sessions", "api_keys") for row in found[name])


@pytest.mark.parametrize("words", ["[1, 2]", "[[[", '{"a": ', "{}"])
async def test_words_that_look_like_a_document_are_copied_as_they_were_written(words: str, database: str) -> None:
    await corrections.grant(GUILD, _admin(MANAGER), person(ALICE), 20, words, key="grant")
    (transfer,) = _unpacked(await exports.archive(ALICE))["transfers"]
    assert transfer["reason"] == words
    assert transfer["details"] == {}


async def test_a_copy_is_made_once_read_by_its_owner_alone_and_kept_unreadable(database: str) -> None:
    await _live()
    first, second = await exports.request(ALICE), await exports.request(ALICE)
    assert (first.id, first.ready) == (second.id, False)
    with pytest.raises(NotFound):
        await exports.file(ALICE, first.id)
    await exports.run(first.id)
    with pytest.raises(NotFound):
        await exports.file(BOB, first.id)
    assert _unpacked(await exports.file(ALICE, first.id))["users"][0]["username"] == "alice"
    (stored,) = await rows("SELECT file FROM exports WHERE id = $1", first.id)
    assert b"alice" not in bytes(stored["file"])


async def test_who_is_erased_is_nowhere_any_more_and_the_books_are_sound(database: str) -> None:
    await _live()
    store.use(redis := await _redis())
    before = await ledger_audit.audit(GUILD)
    wish = await erasure.request(ALICE, now=LATER)
    assert await erasing.run(wish.id)
    assert await _traces(str(ALICE), "alice", CANARY) == []
    assert [key async for key in redis.scan_iter(match=f"*{ALICE}*")] == []
    after = await ledger_audit.audit(GUILD)
    assert (before.sound, after.sound) == (True, True)
    assert after.minted == before.minted
    assert after.burned == before.burned + 480  # what she had, with what she had set aside
    assert await ledger_balance(BOB) == 20
    assert (await ledger_audit.audit(OTHER_GUILD)).sound
    assert await erasing.run(wish.id) is False
    store.use(None)


async def test_who_comes_back_starts_from_nothing(database: str) -> None:
    await _live()
    wish = await erasure.request(ALICE, now=LATER)
    await erasing.run(wish.id)
    await earnings.daily(GUILD, ALICE, key="again")
    (wallet,) = await rows("SELECT balance, daily_streak FROM user_economy WHERE user_id = $1", ALICE)
    assert (wallet["balance"], wallet["daily_streak"]) == (250, 1)
    assert (await ledger_audit.audit(GUILD)).sound


async def test_nobody_is_erased_before_the_day_is_over_or_after_a_change_of_mind(database: str) -> None:
    await _live()
    wish = await erasure.request(ALICE)
    assert (await erasure.request(ALICE)).id == wish.id
    with pytest.raises(Conflict):
        await erasing.run(wish.id)
    await erasure.cancel(ALICE)
    assert await erasing.run(wish.id) is False
    with pytest.raises(NotFound):
        await erasure.cancel(ALICE)
    assert await rows("SELECT FROM users WHERE discord_id = $1", ALICE)
    assert await rows("SELECT FROM jobs WHERE kind = $1", erasure.JOB) == []


async def test_two_runs_at_once_and_one_cut_short_end_as_one(database: str) -> None:
    await _live()
    wish = await erasure.request(ALICE, now=LATER)
    await asyncio.gather(erasing.run(wish.id), erasing.run(wish.id))
    assert await _traces(str(ALICE), "alice", CANARY) == []
    assert (await ledger_audit.audit(GUILD)).sound
    (done,) = await rows("SELECT user_id, done_at FROM erasures")
    assert (done["user_id"], done["done_at"] is not None) == (NOBODY, True)
    assert len(await rows("SELECT FROM audit_log WHERE action = 'erasure.done'")) == 1


async def test_what_others_wrote_about_them_names_them_no_more_either(database: str) -> None:
    await _live()
    await corrections.grant(GUILD, _admin(MANAGER), person(BOB), 5, f"for helping <@{ALICE}>", key="helped")
    wish = await erasure.request(ALICE, now=LATER)
    await erasing.run(wish.id)
    assert await _traces(str(ALICE)) == []
    assert (await ledger_audit.audit(GUILD)).sound


async def test_once_it_has_begun_nobody_is_told_that_it_was_cancelled(database: str) -> None:
    await _live()
    wish = await erasure.request(ALICE, now=LATER)
    await rows("UPDATE erasures SET begun_at = now()")
    with pytest.raises(Conflict):
        await erasure.cancel(ALICE)
    assert await erasing.run(wish.id)


async def test_coins_that_somebody_offers_meanwhile_are_not_lost(database: str) -> None:
    await _live()
    statement = areas.tables()["offers"].erase[0]
    await rows(statement, ALICE, 0, 1000)
    (offer,) = await rows("SELECT state FROM offers WHERE payer_id = $1", ALICE)
    assert offer["state"] == "open"


async def test_what_is_stored_can_be_counted(database: str) -> None:
    await _live()
    counts = await exports.counted(ALICE)
    assert (counts["users"], counts["user_economy"], counts["command_usage"]) == (1, 2, 1)
    assert (await exports.counted(CAROL))["users"] == 0


async def test_a_server_that_left_is_forgotten_after_a_month_and_no_sooner(database: str) -> None:
    await _live()
    await rows("UPDATE guilds SET left_at = now() - interval '29 days' WHERE discord_id = $1", GUILD)
    assert await purge.long_gone() == 0
    await rows("UPDATE guilds SET left_at = now() - interval '31 days' WHERE discord_id = $1", GUILD)
    assert await purge.long_gone() == 1
    left = {
        name: len(await rows(f"SELECT FROM {name} WHERE guild_id = $1", GUILD))
        for name, table in areas.tables().items()
        if "guild_id" in table.columns and name != "live_events"
    }
    assert {name: count for name, count in left.items() if count} == {}
    assert await rows("SELECT FROM guilds WHERE discord_id = $1", GUILD) == []
    assert (await ledger_audit.audit(OTHER_GUILD)).sound
    assert await rows("SELECT FROM postings WHERE guild_id = $1", OTHER_GUILD)


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE transfers SET reason = 'another'",
        "UPDATE transfers SET actor_id = 5",
        "UPDATE transfers SET salt = NULL",
        "UPDATE transfers SET salt = NULL, reason = '', details = '{}', key = 'erased:' || id, actor_id = 5",
        "UPDATE user_economy SET user_id = 5 WHERE kind = 'wallet'",
        "UPDATE user_economy SET user_id = -id, salt = NULL WHERE kind = 'wallet' AND balance > 0",
        "UPDATE audit_log SET actor_id = 5",
        "UPDATE audit_log SET action = 'other'",
        "DELETE FROM audit_log",
        "UPDATE change_sets SET actor_id = 5",
    ],
)
async def test_history_gives_way_to_erasure_and_to_nothing_else(database: str, edit: str) -> None:
    await _live()
    with pytest.raises(Exception, match=r"append-only|changes hands"):
        await rows(edit)


async def ledger_balance(user_id: int) -> int:
    (row,) = await rows("SELECT balance FROM user_economy WHERE guild_id = $1 AND user_id = $2", GUILD, user_id)
    return int(row["balance"])


async def _live() -> None:
    """A life with Tatiana, as far as rows can tell of one."""
    recorder = Recorder()
    for user, name in ((ALICE, "alice"), (BOB, "bob")):
        recorder.add(Use(GUILD, user, name, None, "ping", 5, "answered", datetime.now(UTC).timestamp()))
    await recorder.flush()
    await give(ALICE, 500)
    await earnings.daily(OTHER_GUILD, ALICE, key="elsewhere")
    await corrections.grant(GUILD, _admin(MANAGER), person(BOB), 20, ELSES, key="to bob")
    await corrections.take(GUILD, _admin(ALICE), ALICE, Amount(20), CANARY, key="from alice")
    await offers.offer(GUILD, person(ALICE), person(CAROL), Amount(100), CANARY, key="offer")
    await sessions.start(ALICE, device="Firefox on Linux")
    await refresh_tokens_begin()
    await api_keys.create(GUILD, ALICE, "shop", [ECONOMY_READ])
    await settings.save(GUILD, ALICE, {"economy.daily": 250}, source=Source.COMMAND)


def _admin(user_id: int) -> Actor:
    return Actor(user_id, "request")


async def refresh_tokens_begin() -> None:
    await rows(
        "INSERT INTO refresh_families (user_id, device, expires_at) VALUES ($1, 'x', now() + interval '1 day')", ALICE
    )


async def _redis() -> Redis:
    from fakeredis import FakeAsyncRedis

    redis: Redis = FakeAsyncRedis()
    await redis.set(f"cache:user:{ALICE}:servers", b"x")
    await redis.set(f"role:{GUILD}:{ALICE}", b"x")
    return redis


async def _traces(*needles: str) -> list[str]:
    """Where any of these still stands, in any column of any table."""
    found = []
    for table in areas.tables():
        for row in await rows(f"SELECT one::text AS text FROM {table} one"):
            found += [f"{table}: {needle}" for needle in needles if needle in row["text"]]
    return found


def _unpacked(made: bytes) -> dict[str, list[dict[str, object]]]:
    with zipfile.ZipFile(io.BytesIO(made)) as together:
        assert "index.html" in together.namelist()
        names = [name for name in together.namelist() if name.endswith(".json")]
        return {name.removesuffix(".json"): orjson.loads(together.read(name)) for name in names}
