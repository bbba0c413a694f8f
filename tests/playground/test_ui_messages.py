"""The page's own API: reading, writing and editing messages."""

from __future__ import annotations

import httpx

from playground.client.acting import Play
from playground.world.cast import ALICE, BOB, GENERAL, NOTICES, WATCH_ROOM
from tests.playground.fake_bot import FakeBot


async def test_a_hidden_channel_does_not_exist_for_members(page: httpx.AsyncClient) -> None:
    answer = await page.get(f"/ui/channels/{WATCH_ROOM}/messages?as={ALICE}")
    assert (answer.status_code, answer.json()) == (404, {"error": "This channel doesn't exist."})


async def test_older_messages_come_in_pages_of_fifty(page: httpx.AsyncClient, play: Play) -> None:
    for number in range(60):
        play.say(str(number), as_=ALICE)
    newest = (await page.get(f"/ui/channels/{GENERAL}/messages?as={BOB}")).json()["messages"]
    assert [message["content"] for message in newest] == [str(number) for number in range(10, 60)]
    query = f"as={BOB}&before={newest[0]['id']}"
    older = (await page.get(f"/ui/channels/{GENERAL}/messages?{query}")).json()["messages"]
    assert [message["content"] for message in older[-2:]] == ["8", "9"]


async def test_people_can_write_only_where_they_have_permission(page: httpx.AsyncClient) -> None:
    said = await page.post(f"/ui/channels/{GENERAL}/messages", json={"as": str(ALICE), "content": " hello "})
    assert said.json()["content"] == "hello"
    refused = await page.post(f"/ui/channels/{NOTICES}/messages", json={"as": str(ALICE), "content": "hello"})
    assert refused.status_code == 403
    assert "permission" in refused.json()["error"]
    empty = await page.post(f"/ui/channels/{GENERAL}/messages", json={"as": str(ALICE), "content": " "})
    assert (empty.status_code, empty.json()["error"]) == (422, "A message can't be empty.")


async def test_a_person_edits_their_own_message_and_nobody_elses(
    bot: FakeBot, page: httpx.AsyncClient, play: Play
) -> None:
    message = play.say("hello", as_=ALICE)
    address = f"/ui/channels/{GENERAL}/messages/{message.id}"
    refused = await page.patch(address, json={"as": str(BOB), "content": "goodbye"})
    assert (refused.status_code, refused.json()["error"]) == (403, "You can only edit your own messages.")
    unchanged = (await page.patch(address, json={"as": str(ALICE), "content": "hello"})).json()
    assert unchanged["edited_timestamp"] is None
    edited = (await page.patch(address, json={"as": str(ALICE), "content": f"hello <@{BOB}>"})).json()
    assert (edited["content"], edited["pinged"]) == (f"hello <@{BOB}>", [str(BOB)])
    read = (await bot.rest.get(f"/channels/{GENERAL}/messages/{message.id}")).json()
    assert (read["content"], read["edited_timestamp"]) == (f"hello <@{BOB}>", edited["edited_timestamp"])
    assert read["edited_timestamp"] is not None
