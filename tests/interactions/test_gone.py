"""Whoever was erased or left, and whatever was deleted: every command and its buttons have a sentence for it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from nacl.signing import SigningKey

from discord_api.permissions import Permissions
from interactions.declare import COMMANDS, Command, Kind
from playground.world.cast import ALICE, BOB, HARBOUR, OWNER, WATCH_ROOM
from tests.support.bot import Answer, Bot, envelope, people
from tests.support.callers import Patient
from tests.support.gone import NOBODY_WE_KNOW, Gone, gone
from tests.support.whole import Whole

FAULTS = ("Something went wrong on my side", "can't reach my database", "couldn't read", "<@-", "@-")
MAX_SUGGESTIONS_TRIED = 4  # suggestions of one option that are tried
NOT_HERE = (ALICE, NOBODY_WE_KNOW)  # Discord describes them as users only
_ROOM = {"id": str(WATCH_ROOM), "type": 0, "name": "watch-room", "permissions": "0", "parent_id": None}
DEPTH = 3  # presses after a command


class Hand(Bot):
    """The owner's hand: sends what no client of Discord's would offer any more."""

    def __init__(self, whole: Whole) -> None:
        identity = whole.play._state.identity
        super().__init__(whole.app, SigningKey(identity.signing_key))
        self.application_id = str(identity.application_id)
        self.wrong: list[str] = []
        self.pressed_already: set[str] = set()

    async def send(self, payload: Any) -> Answer:
        member = payload["member"] | {"permissions": str(int(Permissions.ADMINISTRATOR | Permissions.MANAGE_GUILD))}
        resolved = payload["data"].get("resolved")
        if resolved is not None:
            here = {user_id: one for user_id, one in resolved["members"].items() if int(user_id) not in NOT_HERE}
            payload["data"]["resolved"] = resolved | {"members": here, "channels": {str(WATCH_ROOM): _ROOM}}
        return await super().send(payload | {"application_id": self.application_id, "member": member})

    async def look(self, answer: Answer, where: str, depth: int = DEPTH) -> None:
        """Note what is wrong with an answer, and press everything on it."""
        said = f"{answer.content} {answer.data}"
        self.wrong += [f"{where}: {answer.content[:300]}" for fault in FAULTS if fault in said]
        if answer.status != 200:
            self.wrong.append(f"{where}: {answer.status}")
        if answer.type == 9:
            await self.look(await self.submit(answer, dict(_fields(answer)), by=OWNER, guild=HARBOUR), where, depth)
            return
        for component in answer.components if depth else ():
            custom_id = component["custom_id"]
            kind = custom_id.rsplit(".", 1)[0]
            if kind in self.pressed_already:
                continue
            self.pressed_already.add(kind)
            values = [option["value"] for option in component.get("options", ())][:1] or None
            payload = self.pressed(custom_id, by=OWNER, guild=HARBOUR, on=answer, values=values)
            await self.look(await self.send(payload), f"{where} → {component.get('label', custom_id)}", depth - 1)


async def test_every_command_and_button_answers_about_who_and_what_is_gone(
    whole: Whole, capsys: pytest.CaptureFixture[str]
) -> None:
    whole.play._state.rates = Patient()
    left = await gone(whole)
    hand = Hand(whole)
    tried = 0
    for (kind, name), command in COMMANDS.items():
        if kind is not Kind.CHAT:
            for user_id in (ALICE, BOB):
                payload = envelope(2, _menu(name, kind, user_id), OWNER, HARBOUR)
                await hand.look(await hand.send(payload), f"{name} on {user_id}")
            continue
        for options in await _filled(hand, command, left):
            answer = await hand.send(hand.command(name, by=OWNER, guild=HARBOUR, **options))
            tried += 1
            await hand.look(answer, f"/{name} {options}")
    await hand.close()
    assert hand.wrong == [], "\n".join(hand.wrong)
    assert "handler failed" not in capsys.readouterr().out, "nor later, after thinking"
    assert tried > len(COMMANDS)
    assert any("/economy/reverse" in one for one in hand.pressed_already), "a plan was confirmed"


async def _filled(hand: Hand, command: Command, left: Gone) -> list[dict[str, Any]]:
    """All that can be asked about who and what is gone: each value of each option at least once."""
    pools: dict[str, list[Any]] = {}
    for parameter in command.parameters:
        name, typed = parameter.name, parameter.type.__name__
        if name in left.pools or typed.lower() in left.pools:
            pools[name] = list(left.pools.get(name) or left.pools[typed.lower()])
        elif parameter.choices:
            pools[name] = [parameter.choices[0].value]
        elif parameter.option.autocomplete:
            offered = await hand.complete(command.name, name, "", by=OWNER, guild=HARBOUR)
            pools[name] = [choice["value"] for choice in offered.choices[:MAX_SUGGESTIONS_TRIED]] or ["5"]
        elif typed == "bool":
            pools[name] = [False]
        else:
            pools[name] = [parameter.option.min or 1] if typed in ("int", "float") else ["5"]
        if typed in ("int", "Member", "Role", "Channel"):
            pools[name] = [int(value) for value in pools[name]]
    optional = {parameter.name for parameter in command.parameters if not parameter.required}
    made = []
    for names in (set(pools), set(pools) - optional):
        most = max((len(pools[name]) for name in names), default=1)
        made += [{name: pools[name][turn % len(pools[name])] for name in names} for turn in range(most)]
    # What shuts another out, such as a receipt and a member, is asked for by itself too.
    for name in optional & left.pools.keys():
        made += [{name: value} for value in pools[name]] if optional == set(pools) else []
    return made


def _menu(name: str, kind: Kind, user_id: int) -> dict[str, Any]:
    """A menu entry used on a user, or on a message that they wrote."""
    message = {"id": str(user_id), "channel_id": str(WATCH_ROOM), "content": "5", "author": {"id": str(user_id)}}
    resolved = people(user_id) | {"messages": {str(user_id): message}}
    return {"id": "1", "name": name, "type": int(kind), "target_id": str(user_id), "resolved": resolved}


def _fields(modal: Answer) -> itertools.chain[tuple[str, Any]]:
    """What a form holds, and something where it holds nothing."""
    parts = [
        part.get("component") or part["components"][0]
        for part in modal.data["components"]
        if part.get("type") in (1, 18)
    ]
    texts = ((one["custom_id"], one.get("value") or "5") for one in parts if one["type"] == 4)
    menus = ((one["custom_id"], [one["options"][0]["value"]]) for one in parts if one["type"] == 3)
    return itertools.chain(texts, menus)
