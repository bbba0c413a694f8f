"""Who may do what in a guild follows Discord's own answer, in time, and never the other way round."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import time_machine

from discord_api import current
from discord_api.client import Discord
from discord_api.permissions import Permissions
from discord_api.transport import Transport
from playground.client.acting import Play
from playground.world import cast
from playground.world.cast import CAPTAIN, HARBOUR, MANAGER, OWNER, PRACA, SAILOR, STRANGER, WATCH
from services import settings
from services.core import foreign_guilds, store
from services.core.transactions import rows
from services.identity import authority, membership
from services.identity.authority import AuthorityUnknown, Role, role
from services.settings import Source
from tests.support.waiting import until

AT_HAND = authority.AT_HAND


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing known from before; other processes are asked each time, and a slow machine is waited for."""
    authority.forget()
    monkeypatch.setattr(authority, "AT_HAND", 0.0)
    monkeypatch.setattr(membership, "PATIENCE", 20.0)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Discord's silence is short."""
    monkeypatch.setattr(membership, "PATIENCE", 0.5)


@pytest.fixture
def elsewhere() -> Any:
    """To act as another process, which shares Redis with this one but remembers for itself."""
    memories: dict[Any, Any] = {}

    @contextmanager
    def process() -> Iterator[None]:
        here = authority._memories
        authority._memories = memories
        try:
            yield
        finally:
            authority._memories = here

    return process


def demote(play: Play, user_id: int = MANAGER, role_id: int = CAPTAIN) -> None:
    play.world.guild(HARBOUR).members[user_id].role_ids.remove(role_id)


def silence(play: Play, user_id: int) -> None:
    play.world.guild(HARBOUR).members[user_id].timed_out_until = datetime.now(UTC) + timedelta(hours=1)


def asked(play: Play) -> int:
    """How often Discord was asked about a member."""
    return sum("/members/" in call.path for call in play._state.journal.calls)


def later(seconds: float) -> Any:
    return time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds))


@asynccontextmanager
async def played(answer: Any) -> AsyncIterator[None]:
    """A Discord that answers like this, without network."""
    transport = Transport(httpx.AsyncClient(transport=httpx.MockTransport(answer)))
    discord = Discord("token", project_url="http://x.test", version="1", transport=transport)
    current.use(discord)
    yield
    await discord.close()


GUILD: Any = {"id": "5", "owner_id": "1", "roles": [{"id": "5", "permissions": "0"}]}
MEMBER: Any = {"user": {"id": "2"}, "roles": [], "communication_disabled_until": None}


async def test_everybody_is_what_discord_says_they_are(play: Play) -> None:
    people = {
        OWNER: Role.OWNER,
        MANAGER: Role.ADMIN,
        cast.MODERATOR: Role.MODERATOR,
        cast.ALICE: Role.MEMBER,
        STRANGER: Role.NOBODY,
    }
    assert {person: await role(HARBOUR, person, fresh=True) for person in people} == people


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (Permissions.ADMINISTRATOR, Role.ADMIN),
        (Permissions.MANAGE_GUILD, Role.ADMIN),
        (Permissions.MODERATE_MEMBERS, Role.MODERATOR),
        (Permissions.KICK_MEMBERS, Role.MODERATOR),
        (Permissions.BAN_MEMBERS, Role.MODERATOR),
        (Permissions.MANAGE_MESSAGES, Role.MODERATOR),
        (Permissions.MANAGE_ROLES | Permissions.MANAGE_CHANNELS | Permissions.VIEW_AUDIT_LOG, Role.MEMBER),
    ],
)
async def test_each_permission_makes_its_role(play: Play, held: Permissions, expected: Role) -> None:
    play.world.guild(HARBOUR).roles[SAILOR].permissions = held
    assert await role(HARBOUR, cast.ALICE, fresh=True) is expected
    assert await role(HARBOUR, cast.CARMEN, fresh=True) is Role.MEMBER  # who does not have that role


async def test_an_admin_who_loses_the_role_loses_writes_at_once_and_reads_with_it(play: Play) -> None:
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    demote(play)
    assert await role(HARBOUR, MANAGER, fresh=True) is Role.MEMBER
    assert await role(HARBOUR, MANAGER) is Role.MEMBER


async def test_who_leaves_the_guild_is_nobody_there(play: Play) -> None:
    play.world.leave(play.world.guild(HARBOUR), MANAGER)
    assert await role(HARBOUR, MANAGER, fresh=True) is Role.NOBODY


async def test_reads_ask_discord_once_a_minute_at_most_and_at_least(play: Play) -> None:
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    demote(play)
    with later(59):
        assert await role(HARBOUR, MANAGER) is Role.ADMIN
    assert asked(play) == 1
    with later(61):
        assert await role(HARBOUR, MANAGER) is Role.MEMBER
    assert asked(play) == 2


async def test_what_a_fresh_check_saw_holds_in_every_process(play: Play, elsewhere: Any) -> None:
    with elsewhere():
        assert await role(HARBOUR, MANAGER) is Role.ADMIN
    demote(play)
    assert await role(HARBOUR, MANAGER, fresh=True) is Role.MEMBER
    with elsewhere():
        assert await role(HARBOUR, MANAGER) is Role.MEMBER
    assert asked(play) == 2


async def test_one_process_asks_for_all_others_that_read(play: Play, elsewhere: Any) -> None:
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    with elsewhere():
        assert await role(HARBOUR, MANAGER) is Role.ADMIN
    assert asked(play) == 1


async def test_a_process_looks_once_a_second_whether_another_one_knows_better(
    play: Play, elsewhere: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def changed() -> None:
        with elsewhere():
            await role(HARBOUR, MANAGER, fresh=True)

    def at(seconds: float) -> None:
        monkeypatch.setattr(authority, "time", SimpleNamespace(time=time.time, monotonic=lambda: seconds))

    monkeypatch.setattr(authority, "AT_HAND", AT_HAND)
    at(1000.0)
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    demote(play)
    await changed()
    at(1000.9)
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    at(1001.0)
    assert await role(HARBOUR, MANAGER) is Role.MEMBER
    play.world.guild(HARBOUR).members[MANAGER].role_ids.append(CAPTAIN)
    await changed()
    at(1003.0)
    assert await role(HARBOUR, MANAGER) is Role.ADMIN


async def test_an_answer_to_an_earlier_question_does_not_bring_a_right_back(play: Play, elsewhere: Any) -> None:
    with elsewhere(), later(-2):  # asked before the right was taken, answered after
        early = membership.Membership(time.time(), Role.ADMIN)
    demote(play)
    assert await role(HARBOUR, MANAGER, fresh=True) is Role.MEMBER
    with elsewhere():
        key = (HARBOUR, MANAGER)
        await store.run(
            authority._KEEP_LATER,
            authority._name(key),
            f"{early.asked_at:.6f}".encode(),
            authority._packed(early),
            300,
        )
        assert await role(HARBOUR, MANAGER) is Role.MEMBER
    store.use(None)
    authority._memory((HARBOUR, MANAGER)).learn(early)
    assert await role(HARBOUR, MANAGER) is Role.MEMBER


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("fresh", [True, False])
async def test_whoever_writes_is_never_judged_by_a_question_that_began_before(fresh: bool) -> None:
    foreign_guilds.is_ours(5)
    held, begun, gate, questions = ["32"], asyncio.Event(), asyncio.Event(), 0

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal questions
        roles = [{"id": "5", "permissions": held[0]}]  # as it is when Discord reads the question
        questions += "/members/" in request.url.path
        begun.set()
        await gate.wait()
        return httpx.Response(200, json=MEMBER if "/members/" in request.url.path else GUILD | {"roles": roles})

    async with played(answer):
        before = asyncio.create_task(role(5, 2, fresh=fresh))
        await begun.wait()
        held[0] = "0"  # the right is taken while the answer is under way
        after = [asyncio.create_task(role(5, 2, fresh=True)) for _ in range(20)]
        await asyncio.sleep(0)
        gate.set()
        assert set(await asyncio.gather(*after)) == {Role.MEMBER}
        assert await before is Role.ADMIN
    assert questions <= 3  # of twenty-one who wanted to know


async def test_many_who_read_at_once_share_one_question(play: Play) -> None:
    assert set(await asyncio.gather(*(role(HARBOUR, MANAGER) for _ in range(50)))) == {Role.ADMIN}
    assert asked(play) == 1


@pytest.mark.usefixtures("impatient")
async def test_while_discord_is_down_nobody_writes_and_reads_go_on_for_five_minutes(play: Play) -> None:
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    with play.faults(server_errors=1.0):
        with pytest.raises(AuthorityUnknown):
            await role(HARBOUR, MANAGER, fresh=True)
        for age in (30, 61, 290):
            with later(age):
                assert await role(HARBOUR, MANAGER) is Role.ADMIN
        with later(301), pytest.raises(AuthorityUnknown):
            await role(HARBOUR, MANAGER)
        with pytest.raises(AuthorityUnknown):
            await role(HARBOUR, cast.ALICE)  # of whom nothing is known
    demote(play)
    with later(61):
        authority._memory((HARBOUR, MANAGER)).spared_until = authority.NEVER  # some seconds pass
        assert await role(HARBOUR, MANAGER) is Role.MEMBER


@pytest.mark.usefixtures("impatient")
async def test_while_discord_is_down_readers_do_not_wait_for_it_each_time(play: Play) -> None:
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    with play.faults(server_errors=1.0), later(61):
        await role(HARBOUR, MANAGER)
        attempts = asked(play)
        for _ in range(20):
            assert await role(HARBOUR, MANAGER) is Role.ADMIN
        assert asked(play) == attempts


@pytest.mark.usefixtures("impatient")
async def test_while_discord_wants_to_be_left_alone_nobody_writes(play: Play) -> None:
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    with play.faults(rate_limit=1.0):
        with pytest.raises(AuthorityUnknown):
            await role(HARBOUR, MANAGER, fresh=True)
        assert await role(HARBOUR, MANAGER) is Role.ADMIN


async def test_whoever_is_in_time_out_moderates_nothing(play: Play) -> None:
    await settings.save(HARBOUR, OWNER, {"general.staff_role_ids": [str(SAILOR)]}, source=Source.API)
    assert await role(HARBOUR, cast.ALICE, fresh=True) is Role.MODERATOR
    for user_id in (cast.ALICE, cast.MODERATOR, MANAGER):
        silence(play, user_id)
        assert await role(HARBOUR, user_id, fresh=True) is Role.MEMBER


async def test_administrators_and_owners_cannot_be_put_in_time_out(play: Play) -> None:
    play.world.guild(HARBOUR).roles[CAPTAIN].permissions = Permissions.ADMINISTRATOR
    for user_id, expected in ((MANAGER, Role.ADMIN), (OWNER, Role.OWNER)):
        silence(play, user_id)
        assert await role(HARBOUR, user_id, fresh=True) is expected


async def test_a_staff_role_makes_moderators_of_members_only_in_its_guild_and_at_once(play: Play) -> None:
    assert await role(HARBOUR, cast.ALICE) is Role.MEMBER
    await settings.save(HARBOUR, OWNER, {"general.staff_role_ids": [str(SAILOR)]}, source=Source.API)
    assert await role(HARBOUR, cast.ALICE) is Role.MODERATOR
    assert await role(HARBOUR, MANAGER) is Role.ADMIN  # who is more stays more
    assert await role(PRACA, cast.ALICE) is Role.MEMBER
    await settings.save(HARBOUR, OWNER, {"general.staff_role_ids": []}, source=Source.API)
    assert await role(HARBOUR, cast.ALICE) is Role.MEMBER


async def test_one_guilds_admin_is_nothing_in_another(play: Play) -> None:
    assert await role(PRACA, MANAGER, fresh=True) is Role.NOBODY
    assert await role(PRACA, OWNER, fresh=True) is Role.NOBODY


async def test_guilds_that_are_unknown_or_without_the_bot_have_nobody(play: Play) -> None:
    world = play.world
    assert await role(7, OWNER, fresh=True) is Role.NOBODY
    world.leave(world.guild(HARBOUR), world.bot.id)
    assert await role(HARBOUR, OWNER, fresh=True) is Role.NOBODY


async def test_a_guild_that_removed_the_bot_and_adds_it_again_is_served_at_once(play: Play) -> None:
    await role(HARBOUR, OWNER)
    play.world.leave(play.world.guild(HARBOUR), play.world.bot.id)
    for _ in range(10):
        assert await role(HARBOUR, OWNER, fresh=True) is Role.NOBODY
    assert asked(play) == 2  # each refusal counts, so one must do
    play.install(HARBOUR, by=OWNER)

    async def served() -> bool:
        return await role(HARBOUR, OWNER, fresh=True) is Role.OWNER

    await until(served)  # Discord's event is on its way


async def test_a_guild_that_added_the_bot_without_telling_us_is_served_two_minutes_later(play: Play) -> None:
    bot = play.world.guild(HARBOUR).members.pop(play.world.bot.id)
    assert await role(HARBOUR, OWNER) is Role.NOBODY
    play.world.guild(HARBOUR).members[bot.user_id] = bot
    with later(121):
        assert await role(HARBOUR, OWNER) is Role.OWNER


async def test_guessing_guilds_does_not_use_up_the_patience_of_discord(play: Play) -> None:
    for guild_id in range(1, 200):
        assert await role(guild_id, STRANGER, fresh=True) is Role.NOBODY
    assert asked(play) <= foreign_guilds.RISKS_EACH
    for user_id in range(1, 60):
        assert await role(1000 + user_id, user_id) is Role.NOBODY
    assert asked(play) <= foreign_guilds.RISKS
    # Others are served as before in guilds that we have heard of.
    await rows("INSERT INTO guilds (discord_id) VALUES ($1) ON CONFLICT DO NOTHING", HARBOUR)
    assert await role(HARBOUR, MANAGER, fresh=True) is Role.ADMIN


async def test_a_guild_of_which_nobody_told_us_is_found_by_its_first_visitor(play: Play) -> None:
    for _ in range(3):
        assert await role(HARBOUR, MANAGER) is Role.ADMIN
        assert await role(PRACA, cast.MODERATOR) is Role.OWNER
    assert not foreign_guilds._risks


async def test_without_redis_each_process_remembers_for_itself(play: Play) -> None:
    store.use(None)
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    assert asked(play) == 1
    demote(play)
    assert await role(HARBOUR, MANAGER, fresh=True) is Role.MEMBER
    assert await role(HARBOUR, MANAGER) is Role.MEMBER


@pytest.mark.parametrize(
    "planted",
    [b"", b"null", b"[]", b"\xff", b"[1,2]", b'["x",4,[]]', b"[9999999999,4,[]]", b"[0,4,[]]", b"[1,9,[]]", b"{}"],
)
async def test_rubbish_in_redis_gives_nobody_a_role(play: Play, planted: bytes) -> None:
    await store.put(authority._name((HARBOUR, STRANGER)), planted, 60)
    assert await role(HARBOUR, STRANGER) is Role.NOBODY


@pytest.mark.parametrize(
    ("guild", "member", "status"),
    [
        ({}, MEMBER, 200),
        ([], MEMBER, 200),
        (GUILD, {}, 200),
        (GUILD, MEMBER | {"user": {}}, 200),
        (GUILD, MEMBER | {"roles": None}, 200),
        (GUILD, MEMBER | {"roles": ["x"]}, 200),
        (GUILD | {"roles": [{"id": "5"}]}, MEMBER, 200),
        (GUILD | {"owner_id": None}, MEMBER, 200),
        (GUILD, MEMBER | {"communication_disabled_until": "soon"}, 200),
        ({"code": 0, "message": "401: Unauthorized"}, {}, 401),
        ({"code": 50013, "message": "Missing Permissions"}, {}, 403),
        ({"code": 0, "message": "blocked"}, {}, 403),
        ({"code": 0, "message": "404: Not Found"}, {}, 404),
    ],
)
@pytest.mark.usefixtures("database")
async def test_an_answer_that_makes_no_sense_allows_nothing(guild: Any, member: Any, status: int) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=member if "/members/" in request.url.path else guild)

    async with played(answer):
        with pytest.raises(AuthorityUnknown):
            await role(5, 2, fresh=True)
        with pytest.raises(AuthorityUnknown):
            await role(5, 2)


async def test_whoever_goes_away_while_asking_disturbs_nobody(play: Play) -> None:
    impatient = asyncio.create_task(role(HARBOUR, MANAGER))
    patient = asyncio.create_task(role(HARBOUR, MANAGER))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient is Role.ADMIN
    await until(lambda: not authority._asking)
    demote(play, cast.MODERATOR, WATCH)
    assert await role(HARBOUR, cast.MODERATOR) is Role.MEMBER
