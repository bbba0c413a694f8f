"""REST: messages, where the bot can write them, and what Discord refuses."""

from __future__ import annotations

from typing import Any

import pytest

from playground.client.acting import Play
from playground.world.cast import (
    ALICE,
    BOB,
    DECK,
    GENERAL,
    HARBOUR,
    NOTICES,
    PRIVATE,
    SAILOR,
    STRANGER,
    WATCH,
    WATCH_ROOM,
)
from tests.playground.fake_bot import SILENT, FakeBot

MESSAGES = f"/channels/{GENERAL}/messages"


def say(content: str = "hello", **more: Any) -> dict[str, Any]:
    return {"content": content, "allowed_mentions": SILENT, **more}


def button(custom_id: str = "a", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Press", "custom_id": custom_id, **more}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def select(custom_id: str = "s", count: int = 2, **more: Any) -> dict[str, Any]:
    options = [{"label": str(n), "value": str(n)} for n in range(count)]
    return {"type": 3, "custom_id": custom_id, "options": options, **more}


async def test_a_message_is_sent_edited_read_and_deleted(bot: FakeBot) -> None:
    sent = (await bot.rest.post(MESSAGES, json=say(components=[row(button())]))).json()
    assert sent["components"][0]["components"][0]["id"] == 2
    path = f"{MESSAGES}/{sent['id']}"
    edited = (await bot.rest.patch(path, json=say("changed"))).json()
    assert edited["edited_timestamp"] is not None
    shown = (await bot.rest.get(path)).json()
    assert (shown["content"], len(shown["components"])) == ("changed", 1)
    assert (await bot.rest.delete(path)).status_code == 204
    assert (await bot.rest.get(path)).json()["code"] == 10008


async def test_messages_are_listed_newest_first_and_paged(bot: FakeBot, play: Play) -> None:
    for number in range(3):
        play.say(f"number {number}", as_=ALICE)
    newest = (await bot.rest.get(f"{MESSAGES}?limit=2")).json()
    assert [message["content"] for message in newest] == ["number 2", "number 1"]
    older = (await bot.rest.get(f"{MESSAGES}?limit=1&before={newest[-1]['id']}")).json()
    assert older[0]["content"] == "number 0"
    newer = (await bot.rest.get(f"{MESSAGES}?limit=1&after={older[0]['id']}")).json()
    assert newer[0]["content"] == "number 1"
    around = (await bot.rest.get(f"{MESSAGES}?limit=3&around={newer[0]['id']}")).json()
    assert [message["content"] for message in around] == ["number 2", "number 1", "number 0"]


@pytest.mark.parametrize(
    ("channel_id", "code"), [(NOTICES, 50013), (DECK, None), (1, 10003), (WATCH_ROOM, None)], ids=str
)
async def test_the_bot_writes_only_where_it_may(bot: FakeBot, channel_id: int, code: int | None) -> None:
    answer = await bot.rest.post(f"/channels/{channel_id}/messages", json=say())
    assert answer.json().get("code") == code


async def test_a_channel_that_the_bot_cannot_see_is_missing_access(bot: FakeBot, play: Play) -> None:
    play.world.channels[WATCH_ROOM].overwrites.pop()
    answer = await bot.rest.get(f"/channels/{WATCH_ROOM}")
    assert (answer.status_code, answer.json()["code"]) == (403, 50001)


async def test_other_peoples_messages_can_be_deleted_but_not_edited(bot: FakeBot, play: Play) -> None:
    message = play.say("mine", as_=ALICE)
    assert (await bot.rest.patch(f"{MESSAGES}/{message.id}", json=say())).json()["code"] == 50005
    assert (await bot.rest.delete(f"{MESSAGES}/{message.id}")).status_code == 204


@pytest.mark.parametrize(("user_id", "code"), [(ALICE, None), (PRIVATE, 50007), (STRANGER, 50278)], ids=str)
async def test_a_direct_message_reaches_only_people_who_accept_them(
    bot: FakeBot, user_id: int, code: int | None
) -> None:
    assert (await bot.rest.post("/users/@me/channels", json={})).json()["code"] == 50033
    channel = (await bot.rest.post("/users/@me/channels", json={"recipient_id": str(user_id)})).json()
    assert channel["recipients"][0]["id"] == str(user_id)
    answer = await bot.rest.post(f"/channels/{channel['id']}/messages", json=say())
    assert answer.json().get("code") == code


async def test_the_same_nonce_sends_one_message(bot: FakeBot) -> None:
    body = say(nonce="receipt-7", enforce_nonce=True)
    first, second = [(await bot.rest.post(MESSAGES, json=body)).json()["id"] for _ in range(2)]
    assert first == second


async def test_an_empty_message_can_be_neither_sent_nor_edited_in(bot: FakeBot) -> None:
    assert (await bot.rest.post(MESSAGES, json={"allowed_mentions": SILENT})).json()["code"] == 50006
    sent = (await bot.rest.post(MESSAGES, json=say())).json()
    assert (await bot.rest.patch(f"{MESSAGES}/{sent['id']}", json={"content": ""})).json()["code"] == 50006


async def test_only_mentioned_and_allowed_users_are_pinged(bot: FakeBot) -> None:
    text = f"<@{ALICE}> <@{BOB}> <@&{SAILOR}> <@&{WATCH}> @everyone"
    body = {"content": text, "allowed_mentions": {"users": [str(BOB), str(STRANGER)], "roles": [str(SAILOR)]}}
    sent = (await bot.rest.post(MESSAGES, json=body)).json()
    assert [user["id"] for user in sent["mentions"]] == [str(BOB)]
    assert sent["mention_roles"] == [str(SAILOR)]
    assert sent["mention_everyone"] is False


async def test_a_role_that_is_not_mentionable_is_not_pinged_by_the_bot(bot: FakeBot, play: Play) -> None:
    play.world.guilds[HARBOUR].roles[SAILOR].mentionable = False
    body = {"content": f"<@&{SAILOR}>", "allowed_mentions": {"parse": ["roles"]}}
    assert (await bot.rest.post(MESSAGES, json=body)).json()["mention_roles"] == []


V2 = 32768


def display(content: str = "words") -> dict[str, Any]:
    return {"type": 10, "content": content}


ONE = {"label": "one", "value": "1"}


def both_chosen() -> list[dict[str, Any]]:
    return [{"label": str(n), "value": str(n), "default": True} for n in range(2)]


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("content", say("x" * 2001)),
    ("allowed_mentions", {"content": "hi"}),
    ("allowed_mentions", {"flags": V2, "components": [display()]}),
    ("allowed_mentions", {"content": "hi", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}),
    ("embeds", say(embeds=[{"description": "x" * 3001}] * 2)),
    ("embeds.0.fields.0.name", say(embeds=[{"fields": [{"name": "x" * 257, "value": "y"}]}])),
    ("components", say(components=[row(button(str(n))) for n in range(6)])),
    ("components.1.components.0.custom_id", say(components=[row(button()), row(button())])),
    ("components.0.components", say(components=[row(*(button(str(n)) for n in range(6)))])),
    ("components.0.components", say(components=[row(button(), select())])),
    ("components.0.components", say(components=[row(select("a"), select("b"))])),
    ("components.0.components", say(components=[row()])),
    ("components.0.components.0.custom_id", say(components=[row(button("x" * 101))])),
    ("components.0.components.0.custom_id", say(components=[row({"type": 2, "style": 1, "label": "a"})])),
    ("components.0.components.0.url", say(components=[row({"type": 2, "style": 5, "label": "a"})])),
    ("components.0.components.0.label", say(components=[row(button(label="x" * 81))])),
    ("components.0.components.0.label", say(components=[row(button(label=None))])),
    ("components.0.components.0.options", say(components=[row(select(count=26))])),
    ("components.0.components.0.options", say(components=[row(select(count=0))])),
    ("components.0.components.0.min_values", say(components=[row(select(min_values=2, max_values=1))])),
    ("components.0", say(components=[display()])),
    ("content", say(flags=V2, components=[display()])),
    ("embeds", {"flags": V2, "components": [display()], "allowed_mentions": SILENT, "embeds": [{"title": "a"}]}),
    ("components", {"flags": V2, "components": [display("x")] * 41, "allowed_mentions": SILENT}),
    ("components", {"flags": V2, "components": [display("x" * 2001)] * 2, "allowed_mentions": SILENT}),
    (
        "components.0.items.0.media.url",
        {"flags": V2, "components": [{"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}]},
    ),
    ("embeds", say(embeds=[{"title": "a"}] * 11)),
    ("embeds.0.fields", say(embeds=[{"fields": [{"name": "a", "value": "b"}] * 26}])),
    ("allowed_mentions.users", say(allowed_mentions={"users": [str(n) for n in range(101)]})),
    ("components.1.id", say(components=[row(button("a")) | {"id": 7}, row(button("b")) | {"id": 7}])),
    ("components.0.components.0.custom_id", say(components=[row(button(url="https://a.example", style=5))])),
    ("components.0.components.0.url", say(components=[row(button(url="https://a.example"))])),
    ("components.0.components.0", say(components=[row({"type": 2, "style": 6, "label": "a", "sku_id": "1"})])),
    ("components.0.components.0.options", say(components=[row(select(max_values=1, options=both_chosen()))])),
    ("components.0.components.0.options.1.value", say(components=[row(select(options=[ONE, ONE]))])),
    ("flags", say(flags=1 << 7)),
    ("attachments.0.id", say(attachments=[{"id": "0"}])),
]


@pytest.mark.parametrize(("where", "body"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
async def test_faults_are_reported_where_discord_reports_them(
    either: FakeBot, where: str, body: dict[str, Any]
) -> None:
    answer = await either.rest.post(MESSAGES, json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)
    here = answer.json()["errors"]
    for step in where.split("."):
        assert step in here, answer.text
        here = here[step]
    assert "message" in str(here)


async def test_a_components_v2_message_is_accepted_and_stays_one(bot: FakeBot) -> None:
    container = {"type": 17, "components": [display(), {"type": 14}, row(button())]}
    sent = await bot.rest.post(MESSAGES, json={"flags": V2, "components": [container], "allowed_mentions": SILENT})
    assert sent.status_code == 200, sent.text
    path = f"{MESSAGES}/{sent.json()['id']}"
    assert (await bot.rest.patch(path, json=say("back to text"))).json()["code"] == 50035
    edited = (await bot.rest.patch(path, json={"components": [display("new")], "allowed_mentions": SILENT})).json()
    assert edited["flags"] & V2


async def test_a_message_becomes_components_v2_only_if_its_text_is_removed(bot: FakeBot) -> None:
    sent = (await bot.rest.post(MESSAGES, json=say())).json()
    path, body = f"{MESSAGES}/{sent['id']}", {"flags": V2, "components": [display()], "allowed_mentions": SILENT}
    assert "content" in (await bot.rest.patch(path, json=body)).json()["errors"]
    assert (await bot.rest.patch(path, json=body | {"content": None})).json()["flags"] & V2
