"""The bot's identity in the playground, which survives restarts."""

from __future__ import annotations

from pathlib import Path

import pytest
from nacl.signing import VerifyKey

from discord_api import snowflakes
from playground.world.cast import build, newcomer_id
from playground.world.clock import Clock
from playground.world.identity import Identity


def test_a_restart_keeps_id_token_and_key(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "identity.json"
    assert Identity.load(file) == Identity.load(file)


def test_nobody_else_on_the_machine_reads_the_token(tmp_path: Path) -> None:
    file = tmp_path / "identity.json"
    Identity.load(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["identity.json"]


def test_a_damaged_file_is_named_in_the_error(tmp_path: Path) -> None:
    file = tmp_path / "identity.json"
    file.write_text("{")
    with pytest.raises(ValueError, match=r"identity\.json isn't a valid playground identity"):
        Identity.load(file)


def test_neither_token_nor_key_shows_when_it_is_printed() -> None:
    identity = Identity.new()
    assert identity.token not in repr(identity)
    assert "signing_key" not in repr(identity)


def test_its_signatures_verify_with_the_published_key() -> None:
    identity = Identity.new()
    signature = identity.sign("1700000000", b"{}")
    VerifyKey(bytes.fromhex(identity.verify_key)).verify(b"1700000000{}", bytes.fromhex(signature))


def test_people_and_channels_have_the_same_ids_at_every_start() -> None:
    identity = Identity.new()
    first, second = build(identity.application_id, Clock()), build(identity.application_id, Clock())
    assert first.users.keys() == second.users.keys()
    assert first.guilds.keys() == second.guilds.keys()
    assert first.channels.keys() == second.channels.keys()


def test_the_newcomers_account_is_a_day_older_than_the_bots() -> None:
    application_id = Identity.new().application_id
    between = snowflakes.made_at(application_id) - snowflakes.made_at(newcomer_id(application_id))
    assert between.total_seconds() == pytest.approx(86400, abs=1)
