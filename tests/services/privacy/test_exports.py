"""Copies of what is stored about a person: complete, theirs alone, and encrypted at rest."""

from __future__ import annotations

import io
import zipfile
from uuid import UUID

import orjson
import pytest

from services.core import jobs
from services.core.errors import NotFound
from services.core.transactions import rows
from services.economy import corrections
from services.privacy import exports
from tests.services.privacy.alices_life import CANARY, ELSES, NOTE, admin, live
from tests.support.bot import ALICE, BOB, CAROL, GUILD, MANAGER
from tests.support.coins import person

pytestmark = pytest.mark.usefixtures("keys")


async def test_a_copy_holds_all_of_a_person_and_nothing_that_is_only_somebody_elses(database: str) -> None:
    await live()
    found = _unpacked(await exports.archive(ALICE))
    counts = {name: len(data) for name, data in found.items()}
    assert counts.keys() >= {
        "users", "user_guild_data", "user_economy", "transfers", "postings", "offers", "command_usage", "audit_log",
        "sessions", "refresh_families", "api_keys", "change_sets", "moderation_logs",
    }  # fmt: skip
    (mine,) = await rows("SELECT count(*) AS n FROM command_usage WHERE user_id = $1", ALICE)
    assert counts["command_usage"] == mine["n"]
    assert {row["user_id"] for row in found["user_economy"]} == {str(ALICE)}
    assert CANARY in orjson.dumps(found).decode()
    everything = orjson.dumps(found).decode()
    assert ELSES not in everything
    assert [row["text"] for row in found["case_events"] if row["text"]] == [NOTE]
    assert [row["filename"] for row in found["case_evidence"]] == [CANARY]
    assert all("digest" not in row for name in ("sessions", "api_keys") for row in found[name])


async def test_a_copy_is_made_while_a_job_about_the_person_is_running(database: str) -> None:
    await jobs.enqueue("finish", {"who": str(ALICE)}, key="answer")
    await rows("UPDATE jobs SET leased_by = gen_random_uuid(), leased_until = now() + interval '1 minute'")
    (job,) = _unpacked(await exports.archive(ALICE))["jobs"]
    assert UUID(str(job["leased_by"]))


@pytest.mark.parametrize("words", ["[1, 2]", "[[[", '{"a": ', "{}"])
async def test_words_that_look_like_a_document_are_copied_as_they_were_written(words: str, database: str) -> None:
    await corrections.grant(GUILD, admin(MANAGER), person(ALICE), 20, words, key="grant")
    (transfer,) = _unpacked(await exports.archive(ALICE))["transfers"]
    assert transfer["reason"] == words
    assert transfer["details"] == {}


async def test_a_copy_is_made_once_read_by_its_owner_alone_and_kept_unreadable(database: str) -> None:
    await live()
    first, second = await exports.request(ALICE), await exports.request(ALICE)
    assert (first.id, first.ready) == (second.id, False)
    with pytest.raises(NotFound):
        await exports.file(ALICE, first.id)
    await exports.run(first.id)
    with pytest.raises(NotFound):
        await exports.file(BOB, first.id)
    assert _unpacked(await exports.file(ALICE, first.id))["users"][0]["username"] == "alice"
    (stored,) = await rows("SELECT file FROM exports WHERE id = $1", first.id)
    assert b"alice" not in bytes(stored["file"])


async def test_what_is_stored_can_be_counted(database: str) -> None:
    await live()
    counts = await exports.counted(ALICE)
    assert (counts["users"], counts["user_economy"], counts["command_usage"]) == (1, 2, 1)
    assert (await exports.counted(CAROL))["users"] == 0


def _unpacked(made: bytes) -> dict[str, list[dict[str, object]]]:
    with zipfile.ZipFile(io.BytesIO(made)) as together:
        assert "index.html" in together.namelist()
        names = [name for name in together.namelist() if name.endswith(".json")]
        return {name.removesuffix(".json"): orjson.loads(together.read(name)) for name in names}
