"""Moderation without the bot: what people do with Discord's own menus."""

from __future__ import annotations

import httpx
import pytest

from playground.client.acting import Play
from playground.rest.errors import Refusal
from playground.world.cast import (
    ADMINISTRATOR,
    ALICE,
    BOB,
    BOT_ROLE,
    CAPTAIN,
    GENERAL,
    HARBOUR,
    HARBOUR_MASTER,
    KEEPER,
    MANAGER,
    MATE,
    MODERATOR,
    OWNER,
    SAILOR,
    STRANGER,
)
from tests.playground.fake_bot import SILENT, FakeBot, Json, text


async def seen_by(page: httpx.AsyncClient, user_id: int) -> Json:
    world: Json = (await page.get(f"/ui/world?as={user_id}")).json()
    return world


async def offered(page: httpx.AsyncClient, by: int, to: int) -> list[str]:
    harbour = (await seen_by(page, by))["guilds"][0]
    member = next(member for member in harbour["members"] if member["user"]["id"] == str(to))
    kinds: list[str] = member["moderation"]
    return kinds


async def test_what_people_do_by_hand_is_logged_under_their_name(bot: FakeBot, play: Play) -> None:
    play.moderate("timeout", BOB, as_=MODERATOR, seconds=600, reason="Shouting")
    play.moderate("untimeout", BOB, as_=MATE)
    play.moderate("roles", BOB, as_=MATE, roles=[SAILOR, KEEPER])
    play.moderate("kick", ALICE, as_=MODERATOR)
    play.moderate("ban", BOB, as_=MATE, reason="Again", delete_message_seconds=3600)
    play.moderate("unban", BOB, as_=MANAGER)
    log = (await bot.rest.get(f"/guilds/{HARBOUR}/audit-logs")).json()["audit_log_entries"]
    assert [(entry["action_type"], int(entry["user_id"]), entry.get("reason")) for entry in reversed(log)] == [
        (24, MODERATOR, "Shouting"),
        (24, MATE, None),
        (25, MATE, None),
        (20, MODERATOR, None),
        (22, MATE, "Again"),
        (23, MANAGER, None),
    ]


@pytest.mark.parametrize(
    ("kind", "by", "target"),
    [
        ("ban", MODERATOR, BOB),
        ("kick", MODERATOR, MATE),
        ("ban", ADMINISTRATOR, MANAGER),
        ("ban", MANAGER, OWNER),
        ("timeout", OWNER, ADMINISTRATOR),
        ("kick", ALICE, BOB),
    ],
)
def test_people_need_the_permission_and_a_higher_role(play: Play, kind: str, by: int, target: int) -> None:
    with pytest.raises(Refusal, match="permission"):
        play.moderate(kind, target, as_=by, seconds=60)
    assert target in play.world.guilds[HARBOUR].members


async def test_the_menu_offers_what_one_may_do(page: httpx.AsyncClient, play: Play) -> None:
    assert await offered(page, MODERATOR, BOB) == ["timeout", "kick"]
    assert await offered(page, MATE, BOB) == ["timeout", "kick", "ban", "roles"]
    assert await offered(page, MODERATOR, MATE) == await offered(page, ALICE, BOB) == []
    assert "timeout" not in await offered(page, OWNER, ADMINISTRATOR)
    play.moderate("timeout", BOB, as_=MODERATOR, seconds=600)
    assert await offered(page, MODERATOR, BOB) == ["untimeout", "kick"]
    roles = [(await seen_by(page, by))["guilds"][0]["assignable_roles"] for by in (MODERATOR, MATE, MANAGER)]
    assert roles[0] == []
    assert str(KEEPER) in roles[1]
    assert not {str(HARBOUR_MASTER), str(BOT_ROLE), str(CAPTAIN)} & {*roles[1]}
    assert str(HARBOUR_MASTER) in roles[2]


async def test_the_page_moderates_as_the_person_who_asks(page: httpx.AsyncClient, play: Play) -> None:
    path = f"/ui/guilds/{HARBOUR}/moderation"
    body = {"as": str(MANAGER), "kind": "ban", "user_id": str(BOB), "reason": "Spam"}
    assert (await page.post(path, json=body)).status_code == 200
    assert play.world.guilds[HARBOUR].bans == {BOB: "Spam"}
    (ban,) = (await seen_by(page, MANAGER))["guilds"][0]["bans"]
    assert (ban["user"]["username"], ban["reason"]) == ("bobcastell", "Spam")
    assert (await seen_by(page, ALICE))["guilds"][0]["bans"] == []
    again = await page.post(path, json=body | {"kind": "kick"})
    assert (again.status_code, again.json()["error"]) == (404, "This person is no longer in the server.")
    assert (await page.post(path, json=body | {"kind": "explode"})).status_code == 422
    assert (
        await page.post(path, json=body | {"kind": "roles", "user_id": str(ALICE), "roles": ["x"]})
    ).status_code == 422


async def test_a_banned_person_comes_back_only_after_an_unban(page: httpx.AsyncClient, play: Play) -> None:
    play.moderate("ban", BOB, as_=MANAGER)
    world = await seen_by(page, BOB)
    assert world["guilds"] == []
    assert {"id": str(HARBOUR), "name": "The Harbour", "banned": True} in world["other_guilds"]
    refused = await page.post(f"/ui/guilds/{HARBOUR}/join", json={"as": str(BOB)})
    assert (refused.status_code, refused.json()["error"]) == (403, "You are banned from The Harbour.")
    play.moderate("unban", BOB, as_=MANAGER)
    assert (await page.post(f"/ui/guilds/{HARBOUR}/join", json={"as": str(BOB)})).status_code == 200
    assert play.world.guilds[HARBOUR].members[BOB].role_ids == [], "roles are lost with a ban"


async def test_someone_who_left_can_no_longer_use_the_bot_in_the_server(bot: FakeBot, play: Play) -> None:
    await bot.register({"name": "ping", "description": "Ping"})
    bot.answers["ping"] = text("pong")
    play.moderate("kick", BOB, as_=MODERATOR)
    with pytest.raises(Refusal):
        await play.slash("ping", as_=BOB, channel=GENERAL)
    play.join(BOB)
    assert (await play.slash("ping", as_=BOB, channel=GENERAL)).content == "pong"


async def test_a_timed_out_member_can_neither_write_nor_use_commands(
    bot: FakeBot, play: Play, page: httpx.AsyncClient
) -> None:
    await bot.register({"name": "ping", "description": "Ping"})
    play.moderate("timeout", BOB, as_=MODERATOR, seconds=600)
    with pytest.raises(Refusal):
        play.say("hello", as_=BOB)
    with pytest.raises(Refusal):
        await play.slash("ping", as_=BOB)
    harbour = (await seen_by(page, BOB))["guilds"][0]
    timed_out = [member["user"]["id"] for member in harbour["members"] if member["timed_out_until"]]
    assert timed_out == [str(BOB)]


async def test_direct_messages_are_opened_and_closed_by_each_person(
    bot: FakeBot, play: Play, page: httpx.AsyncClient
) -> None:
    async def write() -> int | None:
        answer = await bot.rest.post(
            f"/channels/{play.dm(BOB)}/messages", json={"content": "hi", "allowed_mentions": SILENT}
        )
        code: int | None = answer.json().get("code")
        return code

    for accepts, code in ((False, 50007), (True, None)):
        await page.put("/ui/accepts-dms", json={"as": str(BOB), "accepts": accepts})
        me = next(person for person in (await seen_by(page, BOB))["people"] if person["id"] == str(BOB))
        assert me["accepts_dms"] is accepts
        assert await write() == code
    play.moderate("ban", BOB, as_=MANAGER)
    assert await write() == 50278
    assert play.world.users[STRANGER].takes_dms


async def test_opening_direct_messages_too_fast_is_refused(bot: FakeBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.rest.applications.MOST_NEW_DMS", 1)

    async def open_dm(user_id: int) -> httpx.Response:
        return await bot.rest.post("/users/@me/channels", json={"recipient_id": str(user_id)})

    assert (await open_dm(ALICE)).status_code == 200
    refused = await open_dm(BOB)
    assert (refused.status_code, refused.json()["code"]) == (403, 40003)
    assert (await open_dm(ALICE)).status_code == 200, "one that is open can be opened again"
