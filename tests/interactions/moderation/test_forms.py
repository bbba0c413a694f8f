"""The forms behind the menus of users and messages: no text is lost, and no message."""

from __future__ import annotations

import pytest

from playground.client.acting import Play
from playground.world.cast import ALICE, CAPTAIN, GENERAL, HARBOUR, MANAGER, OWNER
from services.moderation import notes
from tests.interactions.moderation.test_punishments import cases, guild, member, settled
from tests.support.bot import ALICE as WEBHOOK
from tests.support.bot import HELD, Bot, envelope, user
from tests.support.bot import MANAGER as BOTS_MANAGER

pytestmark = pytest.mark.usefixtures("database")

LONG = "He was told twice.\n" * 20


async def test_a_timeout_by_form_keeps_what_was_typed_until_it_is_right(play: Play) -> None:
    form = await play.user_menu("Timeout…", ALICE, as_=MANAGER)
    refused = await play.submit(form, {"duration": "soon", "reason": LONG}, as_=MANAGER)
    assert "I can't read `soon` as a duration" in refused.content
    assert refused.ephemeral
    again = await play.press(refused, "Try again", as_=MANAGER)
    assert "He was told twice" in str(again.modal)
    done = await play.submit(again, {"duration": "2h"}, as_=MANAGER)
    assert "**Until:** <t:" in await settled(done)
    assert member(play).timed_out_until is not None
    assert await cases() == 1


async def test_a_form_that_is_denied_keeps_its_text_and_does_nothing(play: Play) -> None:
    form = await play.user_menu("Warn…", ALICE, as_=MANAGER)
    member(play).role_ids.append(CAPTAIN)
    refused = await play.submit(form, {"reason": LONG}, as_=MANAGER)
    assert "isn't below yours" in refused.content
    assert "He was told twice" in refused.content
    assert await cases() == 0
    assert guild(play).audit_log == []


async def test_a_note_is_written_by_form(play: Play) -> None:
    form = await play.user_menu("Note…", ALICE, as_=MANAGER)
    noted = await play.submit(form, {"reason": "Talk to her first"}, as_=MANAGER)
    assert noted.content.startswith("### Note · case #1")
    assert [note.text for note in await notes.of(HARBOUR, 1)] == ["Talk to her first"]


@pytest.mark.parametrize("entry", ["Warn author…", "Timeout author…"])
async def test_a_message_is_kept_with_the_case_even_if_it_is_deleted(play: Play, entry: str) -> None:
    said = play.say("Something rude", as_=ALICE)
    form = await play.message_menu(entry, said, as_=OWNER)
    del play.world.channels[GENERAL].messages[said.id]
    await settled(await play.submit(form, {"reason": "Rude"}, as_=OWNER))
    (note,) = await notes.of(HARBOUR, 1)
    assert note.text == f"https://discord.com/channels/{HARBOUR}/{GENERAL}/{said.id}\nSomething rude"


async def test_the_message_of_a_webhook_has_no_author_to_act_on(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HELD, BOTS_MANAGER, ~HELD[BOTS_MANAGER] | HELD[BOTS_MANAGER])
    message = {
        "id": "1340000000000000001",
        "channel_id": "1210000000000000001",
        "content": "news",
        "author": user(WEBHOOK),
        "webhook_id": str(WEBHOOK),
    }
    data = {
        "id": "1",
        "name": "Warn author…",
        "type": 3,
        "target_id": message["id"],
        "resolved": {"messages": {message["id"]: message}},
    }
    answer = await bot.send(envelope(2, data, BOTS_MANAGER, 1200000000000000001))
    assert "no author to act on" in answer.content
