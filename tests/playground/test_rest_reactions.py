"""REST: reactions and typing."""

from __future__ import annotations

import pytest

from discord_api.permissions import Permissions
from playground.client.acting import Play
from playground.world.cast import ALICE, BOT_ROLE, GENERAL, HARBOUR, NOTICES, WATCH_ROOM
from playground.world.entities import Message
from tests.playground.fake_bot import FakeBot


@pytest.fixture
def hello(play: Play) -> Message:
    return play.say("Hello", as_=ALICE)


def reactions(message: Message, rest: str = "/👍/@me") -> str:
    return f"/channels/{message.channel_id}/messages/{message.id}/reactions{rest}"


async def test_a_reaction_shows_once_however_often_it_is_given(bot: FakeBot, hello: Message) -> None:
    bot.playground.state.playground.rates.clock = iter(range(100)).__next__
    for _ in range(2):
        assert (await bot.rest.put(reactions(hello))).status_code == 204
    given = (await bot.rest.get(f"/channels/{GENERAL}/messages/{hello.id}")).json()["reactions"]
    assert [(reaction["emoji"]["name"], reaction["count"], reaction["me"]) for reaction in given] == [("👍", 1, True)]


async def test_removing_the_last_reaction_removes_the_emoji(bot: FakeBot, hello: Message) -> None:
    hello.reactions = {"👍": [ALICE, bot.play.world.bot.id], "🎉": [ALICE]}
    assert (await bot.rest.delete(reactions(hello))).status_code == 204
    assert hello.reactions == {"👍": [ALICE], "🎉": [ALICE]}
    assert (await bot.rest.delete(reactions(hello, f"/👍/{ALICE}"))).status_code == 204
    assert hello.reactions == {"🎉": [ALICE]}


async def test_others_reactions_are_removed_only_with_manage_messages(bot: FakeBot, hello: Message) -> None:
    hello.reactions = {"👍": [ALICE]}
    bot.play.world.guilds[HARBOUR].roles[BOT_ROLE].permissions &= ~Permissions.MANAGE_MESSAGES
    for rest in (f"/👍/{ALICE}", "/👍", ""):
        assert (await bot.rest.delete(reactions(hello, rest))).json()["code"] == 50013
    assert hello.reactions == {"👍": [ALICE]}


async def test_without_add_reactions_only_existing_emoji_can_be_added(bot: FakeBot, hello: Message) -> None:
    bot.play.world.guilds[HARBOUR].roles[HARBOUR].permissions &= ~Permissions.ADD_REACTIONS
    bot.play.world.guilds[HARBOUR].roles[BOT_ROLE].permissions &= ~Permissions.ADD_REACTIONS
    hello.reactions = {"🎉": [ALICE]}
    assert (await bot.rest.put(reactions(hello))).json()["code"] == 50013
    bot.playground.state.playground.rates.windows.clear()
    assert (await bot.rest.put(reactions(hello, "/🎉/@me"))).status_code == 204


@pytest.mark.parametrize("emoji", ["thumbsup", "harbour:123456789012345678", "1"])
async def test_anything_else_is_an_unknown_emoji(bot: FakeBot, hello: Message, emoji: str) -> None:
    assert (await bot.rest.put(reactions(hello, f"/{emoji}/@me"))).json()["code"] == 10014


@pytest.mark.parametrize("emoji", ["👍🏽", "1\ufe0f\u20e3", "❤️", "👩‍🚀"])
async def test_composed_emoji_are_accepted(bot: FakeBot, hello: Message, emoji: str) -> None:
    assert (await bot.rest.put(reactions(hello, f"/{emoji}/@me"))).status_code == 204
    assert list(hello.reactions) == [emoji]


async def test_users_who_reacted_are_listed_by_id_in_pages(bot: FakeBot, hello: Message) -> None:
    hello.reactions = {"👍": [bot.play.world.bot.id, ALICE]}
    first = (await bot.rest.get(reactions(hello, "/👍?limit=1"))).json()
    assert [user["id"] for user in first] == [str(ALICE)]
    second = (await bot.rest.get(reactions(hello, f"/👍?after={ALICE}"))).json()
    assert [user["id"] for user in second] == [str(bot.play.world.bot.id)]


async def test_typing_needs_a_channel_where_the_bot_may_write(bot: FakeBot) -> None:
    assert (await bot.rest.post(f"/channels/{GENERAL}/typing")).status_code == 204
    assert (await bot.rest.post(f"/channels/{NOTICES}/typing")).json()["code"] == 50013
    bot.play.world.guilds[HARBOUR].roles[BOT_ROLE].permissions = Permissions.none()
    bot.play.world.channels[WATCH_ROOM].overwrites.pop()
    assert (await bot.rest.post(f"/channels/{WATCH_ROOM}/typing")).json()["code"] == 50001
