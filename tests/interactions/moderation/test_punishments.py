"""What moderators see when they punish, and what must not happen in Discord."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from discord_api import interaction_tokens
from interactions import cooldowns, dispatch
from playground.client.acting import Play
from playground.client.results import Result
from playground.world.cast import (
    ALICE,
    BOB,
    BOOSTER,
    BRUNA,
    CAPTAIN,
    HARBOUR,
    KEEPER,
    MANAGER,
    OWNER,
    PRIVATE,
    SAILOR,
    STRANGER,
)
from playground.world.entities import Guild, Member
from services.core.transactions import rows
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("database")

REASON = "Spam"
DEFERRED = 5  # Discord: Interaction Callback Type


def guild(play: Play) -> Guild:
    return play.world.guild(HARBOUR)


def member(play: Play, user_id: int = ALICE) -> Member:
    return guild(play).members[user_id]


async def settled(result: Result) -> str:
    """The answer once its case is settled."""
    await until(lambda: "**Status:**" in result.content and "in progress" not in result.content)
    return result.content


async def cases() -> int:
    (row,) = await rows("SELECT count(*) AS cases FROM moderation_logs")
    return int(row["cases"])


async def jobs() -> bool:
    """Whether anything is still to be done about a case."""
    return bool(await rows("SELECT FROM jobs WHERE kind LIKE 'moderation.%'"))


async def test_a_warning_is_shown_with_its_number_and_reaches_the_member(play: Play) -> None:
    warned = await play.slash("warn", as_=MANAGER, member=ALICE, reason=REASON, expires="30d")
    said = await settled(warned)
    assert warned.ephemeral
    assert said.startswith("### Warning · case #1")
    for words in (f"<@{ALICE}> `{ALICE}`", f"<@{MANAGER}>", "> Spam", "**Until:** <t:", "active · direct message sent"):
        assert words in said
    (told,) = play.world.channels[play.dm(ALICE)].messages.values()
    assert "You were warned in **The Harbour**" in told.content


async def test_a_warning_without_a_message_is_shown_to_everyone_if_wanted(play: Play) -> None:
    warned = await play.slash("warn", as_=MANAGER, member=BOB, reason=REASON, notify="none", visible=True)
    assert not warned.ephemeral
    assert "**Status:** active" in warned.content
    assert "direct message" not in warned.content
    assert not play.world.channels[play.dm(BOB)].messages


async def test_a_case_shown_to_everyone_is_kept_up_to_date_although_its_command_was_slow(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "PATIENCE", 0.0)
    banned = await play.slash("ban", as_=MANAGER, user=ALICE, reason=REASON, visible=True)
    response = banned.exchange.response
    assert response is not None
    assert response["body"]["type"] == DEFERRED
    assert "**Status:** active" in await settled(banned)
    assert not banned.ephemeral
    assert banned.follow_ups == []


async def test_a_case_settled_before_discord_has_read_its_announcement_is_shown_all_the_same(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interaction_tokens, "PAUSES", (0.05,) * 100)
    with play.faults(slow_ms=300):
        banned = await play.slash("ban", as_=MANAGER, user=ALICE, reason=REASON)
    assert "**Status:** active" in await settled(banned)


async def test_someone_who_has_left_is_warned_without_a_message(play: Play) -> None:
    warned = await play.slash("warn", as_=MANAGER, member=STRANGER, reason=REASON, notify="dm")
    assert "**Status:** active" in warned.content
    assert "direct message" not in warned.content


async def test_a_message_that_could_not_be_delivered_is_shown_as_such(play: Play) -> None:
    warned = await play.slash("warn", as_=MANAGER, member=PRIVATE, reason=REASON)
    assert "direct message not delivered" in await settled(warned)


async def test_a_settled_case_can_be_changed_and_leads_on_to_the_members_history(play: Play) -> None:
    warned = await play.slash("warn", as_=MANAGER, member=PRIVATE, reason=REASON)
    await settled(warned)
    assert warned.labels == ["Edit reason", "Add a note", "History", "Send message again"]
    form = await play.press(warned, "Edit reason", as_=MANAGER)
    assert "> Advertising" in (await play.submit(form, {"text": "Advertising"}, as_=MANAGER)).content
    assert (await play.press(warned, "History", as_=MANAGER)).content.startswith("### History")
    again = await play.press(warned, "Send message again", as_=MANAGER)
    await until(lambda: "direct message not delivered" in again.content)
    play.world.users[PRIVATE].takes_dms = True
    again = await play.press(again, "Send message again", as_=MANAGER)
    await until(lambda: "direct message sent" in again.content)
    assert len(play.world.channels[play.dm(PRIVATE)].messages) == 1


async def test_who_sends_a_message_again_can_go_on_although_the_case_is_another_moderators(play: Play) -> None:
    await settled(await play.slash("warn", as_=MANAGER, member=PRIVATE, reason=REASON))
    viewed = await play.slash("case view", as_=OWNER, number=1)
    again = await play.press(viewed, "Send message again", as_=OWNER)
    await until(lambda: "direct message not delivered" in again.content)
    assert (await play.press(again, "History", as_=OWNER)).content.startswith("### History")


async def test_a_note_is_private_and_its_text_is_not_in_the_case(play: Play) -> None:
    noted = await play.slash("note", as_=MANAGER, member=ALICE, text="Talk to her first")
    assert noted.ephemeral
    assert noted.content.startswith("### Note · case #1")
    (row,) = await rows("SELECT reason, notice FROM moderation_logs")
    assert (row["reason"], row["notice"]) == ("", "none")


async def test_a_timeout_silences_a_member_and_a_second_one_replaces_it(play: Play) -> None:
    first = await play.slash("timeout", as_=MANAGER, member=ALICE, duration="1h", reason=REASON)
    assert "**Until:** <t:" in await settled(first)
    until_first = member(play).timed_out_until
    assert until_first is not None
    assert timedelta(minutes=58) < until_first - datetime.now(UTC) < timedelta(hours=1, seconds=5)
    second = await play.slash("timeout", as_=MANAGER, member=ALICE, duration="60 days", reason=REASON)
    said = await settled(second)
    assert f"Replaces a timeout until <t:{int(until_first.timestamp())}:f>" in said
    assert "after 28 days at most" in said
    until_second = member(play).timed_out_until
    assert until_second is not None
    assert until_second > until_first


async def test_a_timeout_without_a_duration_takes_the_servers_usual_one(play: Play) -> None:
    await settled(await play.slash("timeout", as_=MANAGER, member=ALICE, reason=REASON))
    (row,) = await rows("SELECT duration FROM moderation_logs")
    assert row["duration"] == 600


async def test_a_timeout_is_ended_by_hand_and_only_if_there_is_one(play: Play) -> None:
    none = await play.slash("untimeout", as_=MANAGER, member=ALICE)
    assert none.content == f"<@{ALICE}> isn't in timeout."
    assert await cases() == 0
    await settled(await play.slash("timeout", as_=MANAGER, member=ALICE, duration="1h", reason=REASON))
    ended = await play.slash("untimeout", as_=MANAGER, member=ALICE, reason="Apologised")
    assert "**Status:** done" in await settled(ended)
    assert member(play).timed_out_until is None


async def test_a_long_standing_member_is_kicked_only_once_that_is_confirmed(play: Play) -> None:
    asked = await play.slash("kick", as_=MANAGER, member=ALICE, reason=REASON)
    assert re.search(r"has been here for \*\*[\d,]+\*\* days", asked.content)
    assert ALICE in guild(play).members
    assert await cases() == 0
    kicked = await play.press(asked, "Kick", as_=MANAGER)
    assert "**Status:** done" in await settled(kicked)
    assert ALICE not in guild(play).members


async def test_a_confirmation_pressed_again_shows_the_case_as_it_is_now(play: Play) -> None:
    asked = await play.slash("kick", as_=MANAGER, member=ALICE, reason=REASON)
    custom_id = next(part["custom_id"] for part in asked.components if part.get("label") == "Kick")
    question = asked.message
    assert question is not None
    before = list(question.components)
    await settled(await play.press(asked, "Kick", as_=MANAGER))
    question.components = before  # as another window still shows it
    again = await play.press(question, custom_id, as_=MANAGER)
    assert again.content.startswith("### Kick · case #1")
    assert "**Status:** done" in again.content
    assert await cases() == 1


async def test_a_canceled_kick_leaves_no_trace(play: Play) -> None:
    asked = await play.slash("kick", as_=MANAGER, member=ALICE, reason=REASON)
    assert "Nothing was done" in (await play.press(asked, "Cancel", as_=MANAGER)).content
    assert ALICE in guild(play).members
    assert await cases() == 0


async def test_the_right_to_kick_is_checked_again_when_it_is_confirmed(play: Play) -> None:
    asked = await play.slash("kick", as_=MANAGER, member=ALICE, reason=REASON)
    member(play).role_ids.append(CAPTAIN)
    assert "isn't below yours" in (await play.press(asked, "Kick", as_=MANAGER)).content
    assert ALICE in guild(play).members
    assert await cases() == 0


async def test_a_kick_that_deletes_messages_leaves_no_ban(play: Play) -> None:
    (newcomer,) = play.recruit(1)
    kicked = await play.slash("kick", as_=MANAGER, member=newcomer, reason=REASON, delete_messages="1h")
    assert (await settled(kicked)).startswith("### Softban · case #1")
    assert newcomer not in guild(play).members
    assert newcomer not in guild(play).bans


async def test_who_has_left_is_offered_a_note(play: Play) -> None:
    refused = await play.slash("kick", as_=MANAGER, member=STRANGER, reason=REASON)
    assert "`/note`" in refused.content
    assert await cases() == 0


async def test_a_ban_has_an_end_and_is_replaced_only_if_that_is_wanted(play: Play) -> None:
    banned = await play.slash("ban", as_=MANAGER, user=ALICE, reason=REASON, duration="1d", delete_messages="24h")
    said = await settled(banned)
    assert said.startswith("### Ban · case #1")
    assert "**Until:** <t:" in said
    assert "case #1" in (guild(play).bans[ALICE] or "")
    asked = await play.slash("ban", as_=MANAGER, user=ALICE, reason="Ban evasion")
    assert "already banned" in asked.content
    assert await cases() == 1
    replaced = await play.press(asked, "Replace", as_=MANAGER)
    said = await settled(replaced)
    assert "**Until:** no end" in said
    assert "Discord still shows the reason of that ban" in said
    (first,) = await rows("SELECT state FROM moderation_logs WHERE number = 1")
    assert first["state"] == "ended"
    assert ALICE in guild(play).bans


async def test_a_ban_that_someone_made_by_hand_cannot_become_a_temporary_one(play: Play) -> None:
    guild(play).bans[STRANGER] = "Spam"
    asked = await play.slash("ban", as_=MANAGER, user=STRANGER, reason=REASON, duration="1d")
    said = await settled(await play.press(asked, "Replace", as_=MANAGER))
    assert "failed · They were banned before, and I can lift only bans that I made." in said
    assert guild(play).bans[STRANGER] == "Spam"


async def test_someone_who_is_not_a_member_is_banned_without_a_message(play: Play) -> None:
    banned = await play.slash("ban", as_=MANAGER, user=STRANGER, reason=REASON)
    assert "direct message" not in await settled(banned)
    assert STRANGER in guild(play).bans


async def test_a_ban_is_removed_by_choosing_from_our_cases(play: Play) -> None:
    await settled(await play.slash("ban", as_=MANAGER, user=ALICE, reason=REASON))
    (offered,) = (await play.autocomplete("unban", "user", "", as_=MANAGER)).choices
    assert offered["name"].endswith("case #1")
    lifted = await play.slash("unban", as_=MANAGER, user=offered["value"])
    assert "**Status:** done" in await settled(lifted)
    assert ALICE not in guild(play).bans
    assert (await play.autocomplete("unban", "user", "", as_=MANAGER)).choices == []


async def test_a_ban_that_others_removed_is_closed_and_one_that_never_was_is_said_so(play: Play) -> None:
    never = await play.slash("unban", as_=MANAGER, user=str(ALICE))
    assert never.content == f"<@{ALICE}> isn't banned."
    unread = await play.slash("unban", as_=MANAGER, user="somebody")
    assert "enter their ID" in unread.content
    await settled(await play.slash("ban", as_=MANAGER, user=ALICE, reason=REASON, duration="1d"))
    del guild(play).bans[ALICE]
    closed = await play.slash("unban", as_=MANAGER, user=f"<@{ALICE}>")
    assert "removed this ban already" in closed.content
    assert await cases() == 1
    assert not await jobs()


async def test_a_nickname_is_changed_and_reset(play: Play) -> None:
    named = await play.slash("nick", as_=MANAGER, member=BRUNA, name="Bruna T")
    assert "**Nickname:** Bruna T" in await settled(named)
    assert member(play, BRUNA).nick == "Bruna T"
    await settled(await play.slash("nick", as_=MANAGER, member=BRUNA))
    assert member(play, BRUNA).nick is None


async def test_a_role_is_given_for_a_while_and_removed(play: Play) -> None:
    given = await play.slash("role temp", as_=MANAGER, member=ALICE, role=KEEPER, duration="1d")
    said = await settled(given)
    assert f"**Role given:** <@&{KEEPER}>" in said
    assert "**Until:** <t:" in said
    assert KEEPER in member(play).role_ids
    removed = await play.slash("role remove", as_=MANAGER, member=ALICE, role=KEEPER)
    assert f"**Role removed:** <@&{KEEPER}>" in await settled(removed)
    assert KEEPER not in member(play).role_ids
    await settled(await play.slash("role give", as_=MANAGER, member=ALICE, role=KEEPER))
    assert KEEPER in member(play).role_ids


DENIED: list[tuple[str, dict[str, Any]]] = [
    ("warn", {"member": OWNER, "reason": REASON}),
    ("timeout", {"member": MANAGER, "duration": "1h", "reason": REASON}),
    ("untimeout", {"member": OWNER}),
    ("kick", {"member": OWNER, "reason": REASON}),
    ("kick", {"member": MANAGER, "reason": REASON, "delete_messages": "1h"}),
    ("ban", {"user": OWNER, "reason": REASON}),
    ("ban", {"user": MANAGER, "reason": REASON}),
    ("nick", {"member": OWNER, "name": "Nobody"}),
    ("role give", {"member": ALICE, "role": CAPTAIN}),
    ("role remove", {"member": BOB, "role": BOOSTER}),
    ("role temp", {"member": ALICE, "role": CAPTAIN, "duration": "1d"}),
]


async def test_what_is_denied_opens_no_case_and_calls_nothing(play: Play) -> None:
    for command, options in DENIED:
        refused = await play.slash(command, as_=MANAGER, **options)
        assert refused.ephemeral, command
        assert "Status" not in refused.content, command
    assert await cases() == 0
    assert guild(play).audit_log == []


async def test_whoever_goes_too_fast_costs_no_call_to_discord(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cooldowns, "FLOOD", 0)
    await play.settle()
    journal = play._state.journal.calls
    journal.clear()
    assert "That was a lot" in (await play.slash("warn", as_=MANAGER, member=ALICE, reason=REASON)).content
    assert [call.path for call in journal if f"/guilds/{HARBOUR}" in call.path] == []
    assert await cases() == 0


async def test_a_duration_that_is_unclear_is_refused_and_changes_nothing(play: Play) -> None:
    unclear: list[tuple[str, dict[str, Any]]] = [
        ("timeout", {"member": ALICE, "duration": "perm", "reason": REASON}),
        ("ban", {"user": ALICE, "duration": "soon", "reason": REASON}),
        ("warn", {"member": ALICE, "expires": "10", "reason": REASON}),
        ("role temp", {"member": ALICE, "role": SAILOR, "duration": "1M"}),
    ]
    for command, options in unclear:
        refused = await play.slash(command, as_=MANAGER, **options)
        assert re.search("permanent|can't read|unit|minutes", refused.content), command
    assert await cases() == 0
    assert guild(play).audit_log == []


async def test_the_same_command_delivered_twice_opens_one_case(play: Play) -> None:
    banned = await play.slash("ban", as_=MANAGER, user=ALICE, reason=REASON)
    await play.redeliver(banned)
    await settled(banned)
    assert not await jobs()
    assert await cases() == 1
    assert len(guild(play).audit_log) == 1


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en-US", ("Timeout · case #1", "**Until:**", "active · direct message sent")),
        ("pt-BR", ("Castigo · caso #1", "**Até:**", "em vigor · mensagem direta enviada")),
        ("es-ES", ("Aislamiento temporal · caso #1", "**Hasta:**", "en vigor · mensaje directo enviado")),
    ],
)
async def test_the_moderator_reads_the_case_in_their_language(play: Play, locale: str, words: tuple[str, ...]) -> None:
    play.world.users[MANAGER].locale = locale
    answer = await play.slash("timeout", as_=MANAGER, member=ALICE, duration="1h", reason=REASON)
    await until(lambda: all(word in answer.content for word in words))


async def test_durations_and_reasons_are_suggested(play: Play) -> None:
    async def offered(command: str, option: str, typed: str) -> list[str]:
        return [choice["name"] for choice in (await play.autocomplete(command, option, typed, as_=MANAGER)).choices]

    assert (await offered("ban", "duration", ""))[:3] == ["permanent", "10 minutes", "1 hour"]
    assert "permanent" not in await offered("timeout", "duration", "")
    assert await offered("timeout", "duration", "90") == ["1 hour 30 minutes", "3 days 18 hours", "90 days"]
    assert await offered("timeout", "duration", "1h30") == ["1 hour 30 minutes"]
    assert (await offered("timeout", "duration", "soon"))[0].startswith("I can't read soon as a duration")
    assert await offered("warn", "reason", "") == []
    await play.slash("config set", as_=OWNER, module="moderation", key="reasons", value="Spam; Insults")
    assert await offered("warn", "reason", "SP") == ["Spam"]
