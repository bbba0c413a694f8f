"""A file that comes with a command is fetched at once and kept with the case, even if a confirmation lies between."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from nacl.signing import SigningKey

from discord_api import current, messages
from discord_api.message_bodies import File
from discord_api.permissions import Permissions
from playground.world.cast import BOB, GENERAL, HARBOUR, MANAGER
from services.moderation import evidence
from tests.support.bot import Answer, Bot
from tests.support.whole import Whole

PICTURE = b"a picture of paint"


class Hand(Bot):
    """The manager's hand: attaches a file, which the playground's client can't."""

    def __init__(self, whole: Whole) -> None:
        identity = whole.play._state.identity
        super().__init__(whole.app, SigningKey(identity.signing_key))
        self.application_id = str(identity.application_id)

    async def send(self, payload: Any) -> Answer:
        member = payload["member"] | {"permissions": str(int(Permissions.ADMINISTRATOR))}
        return await super().send(payload | {"application_id": self.application_id, "member": member})


@pytest.mark.within
async def test_evidence_is_kept_with_the_case_that_it_was_given_for(whole: Whole) -> None:
    made = await messages.send(current.client(), GENERAL, {"content": "Look"}, files=[File("wall.png", PICTURE)])
    file = {"id": "1", "filename": "wall.png", "size": len(PICTURE), "url": made["attachments"][0]["url"]}
    hand = Hand(whole)
    payload = hand.command("kick", by=MANAGER, guild=HARBOUR, member=BOB, reason="Painted the wall", evidence=1)
    payload["data"]["resolved"]["attachments"] = {"1": file}
    asked = await hand.send(payload)
    done = await hand.press(asked.button("Kick"), by=MANAGER, guild=HARBOUR, on=asked)
    await hand.close()
    assert "only its digest (SHA-256) is kept" in done.content, "there is no log channel"
    (kept,) = await evidence.of(HARBOUR, 1)
    assert (kept.filename, kept.sha256) == ("wall.png", sha256(PICTURE).digest())
