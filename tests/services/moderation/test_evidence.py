"""Evidence is hashed when it is given, copied to the log channel, and kept with its case."""

from __future__ import annotations

from hashlib import sha256

import pytest

from discord_api import current, messages
from discord_api.message_bodies import File
from discord_api.permissions import Overwrite, Permissions
from interactions.context import Attachment
from models.moderation import CaseKind
from playground.world.cast import BOB, GENERAL, HARBOUR, MANAGER, WATCH_ROOM
from services import settings
from services.core.erasure_steps import Erased
from services.core.errors import Conflict, UserError
from services.core.transactions import rows
from services.moderation import erasing, evidence, evidence_files
from services.moderation.evidence import Copy
from services.settings import Source
from tests.support.bot import GUILD
from tests.support.cases import STAFF, opened
from tests.support.waiting import until
from tests.support.whole import Whole

PICTURE = b"a picture of paint"


async def _offered(size: int = len(PICTURE)) -> Attachment:
    """A file on the playground's CDN."""
    made = await messages.send(current.client(), GENERAL, {"content": "Look"}, files=[File("wall.png", PICTURE)])
    return Attachment(1, "wall.png", size, made["attachments"][0]["url"], "image/png")


async def _choose_log_channel(channel_id: int) -> None:
    await settings.save(HARBOUR, MANAGER, {"general.log_channel_id": str(channel_id)}, source=Source.COMMAND)


@pytest.mark.within
async def test_a_file_is_copied_to_the_log_channel_once_and_deleted_with_the_person(whole: Whole) -> None:
    await _choose_log_channel(WATCH_ROOM)
    offered = await _offered()
    for _ in range(2):
        secured = await evidence_files.secure(HARBOUR, [offered], key="interaction:1")
    assert secured.kept
    (copy,) = secured.copies
    assert (copy.size, copy.sha256, copy.channel_id) == (len(PICTURE), sha256(PICTURE).digest(), WATCH_ROOM)
    log = whole.play.world.channel(WATCH_ROOM).messages
    assert [file.content for message in log.values() for file in message.attachments] == [PICTURE]
    case = await opened(CaseKind.WARN, user_id=BOB, guild_id=HARBOUR)
    await evidence.attach(HARBOUR, STAFF, case.number, secured.copies)
    await erasing.STEPS["cases"].run(Erased(1, BOB))
    await until(_deleted)
    assert copy.message_id not in log


async def _deleted() -> bool:
    return not await rows("SELECT FROM jobs WHERE kind = $1", erasing.FORGET_COPY)


@pytest.mark.within
async def test_without_a_log_channel_only_the_digest_is_kept(whole: Whole) -> None:
    secured = await evidence_files.secure(HARBOUR, [await _offered()], key="interaction:1")
    assert not secured.kept
    assert [(copy.sha256, copy.message_id) for copy in secured.copies] == [(sha256(PICTURE).digest(), None)]
    await _choose_log_channel(WATCH_ROOM)
    silent = Overwrite(whole.play.world.bot.id, Permissions(0), Permissions.SEND_MESSAGES)
    whole.play.world.channel(WATCH_ROOM).overwrites.append(silent)
    assert not (await evidence_files.secure(HARBOUR, [await _offered()], key="interaction:2")).kept


@pytest.mark.within
async def test_a_file_that_is_too_large_or_elsewhere_is_refused_in_a_sentence(whole: Whole) -> None:
    offered = await _offered()
    for bad in (
        Attachment(1, "wall.png", 11 * 2**20, offered.url, "image/png"),
        Attachment(1, "wall.png", 5, "https://example.com/attachments/1/2/wall.png", "image/png"),
    ):
        with pytest.raises(UserError):
            await evidence_files.secure(HARBOUR, [bad], key="interaction:1")
    with pytest.raises(UserError):
        await evidence_files.secure(HARBOUR, [offered] * 11, key="interaction:1")


async def test_a_case_has_ten_files_at_most_and_each_once(database: str) -> None:
    case = await opened()
    files = [Copy(f"{n}.png", "image/png", 1, sha256(bytes([n])).digest()) for n in range(11)]
    with pytest.raises(Conflict):
        await evidence.attach(GUILD, STAFF, case.number, files)
    await evidence.attach(GUILD, STAFF, case.number, files[:10])
    await evidence.attach(GUILD, STAFF, case.number, files[:3])
    assert [file.filename for file in await evidence.of(GUILD, case.number)] == [f"{n}.png" for n in range(10)]
