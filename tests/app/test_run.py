"""`tatiana run` on a machine where nothing is set up: it starts whole, says where it is, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from app import database, doctor, settings
from playground.world.cast import HARBOUR
from tests.app.installation import READY, Installation


def application(installation: Installation) -> dict[str, Any]:
    headers = {"Authorization": f"Bot {installation.token()}", "User-Agent": "DiscordBot (https://example.org, 1)"}
    found: dict[str, Any] = httpx.get(f"{installation.page}/api/v10/applications/@me", headers=headers).json()
    return found


def test_one_command_starts_a_bot_that_anyone_can_try_and_ctrl_c_ends_all_of_it(installation: Installation) -> None:
    said = installation.start()
    assert installation.page in said
    assert installation.url in said
    assert httpx.get(f"{installation.url}/readyz").status_code == 200
    assert httpx.get(installation.page).status_code == 200
    assert application(installation)["interactions_endpoint_url"] == f"{installation.url}/interactions"

    again = installation.tatiana("run")
    assert again.returncode == 1
    assert again.stderr == f"Tatiana is running already, at {installation.url}: stop her there with Ctrl-C first.\n"

    assert installation.stop(signal.SIGINT) == 0
    assert installation.leftovers() == []
    for secret in ("secret", "playground.json"):
        assert installation.kept(secret).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_a_service_manager_and_a_closed_terminal_end_all_of_it(
    installation: Installation, ending: signal.Signals
) -> None:
    installation.start()
    assert installation.stop(ending) == 0
    assert installation.leftovers() == []


def test_told_twice_to_stop_it_leaves_at_once_without_a_traceback(installation: Installation) -> None:
    installation.start()
    process = installation.running
    assert process
    for number in (signal.SIGINT, signal.SIGTERM):  # two of one kind could arrive as one
        os.killpg(process.pid, number)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert installation.leftovers() == []


def test_killed_hard_it_starts_again_with_the_same_keys(installation: Installation) -> None:
    installation.start()
    before = installation.token(), installation.kept("secret").read_text()
    installation.stop(signal.SIGKILL)
    assert READY in installation.start()
    assert (installation.token(), installation.kept("secret").read_text()) == before
    assert installation.stop(signal.SIGINT) == 0
    assert installation.leftovers() == []


@pytest.mark.parametrize("beside", [0, 1], ids=["ours", "the playground's"])
def test_a_taken_port_is_said_in_a_sentence_and_nothing_is_left(installation: Installation, beside: int) -> None:
    with socket.create_server(("127.0.0.1", installation.port + beside)):
        said = installation.start()
        assert installation.running is not None
        assert installation.running.wait(30) == 1
    taken = f"Port {installation.port + beside} on 127.0.0.1 can't be used (Address already in use)"
    assert said == f"{taken}; set PORT to another one.\n"
    assert installation.leftovers() == []


def test_a_folder_of_ours_that_can_t_be_used_is_one_sentence(installation: Installation) -> None:
    (installation.folder / ".tatiana").write_text("")
    said = installation.start()
    assert said.startswith(f"{installation.folder}/.tatiana can't be used (File exists): ")
    assert said.count("\n") == 1


def test_a_torn_secret_is_made_anew_and_torn_keys_of_the_playground_are_named(installation: Installation) -> None:
    (installation.folder / ".tatiana").mkdir()
    installation.kept("secret").write_text("")
    installation.kept("playground.json").write_text('{"application_id": ')
    said = installation.start()
    assert said.endswith("isn't a valid playground identity. Delete it to get a new one.\n")
    assert said.count("\n") == 1
    assert len(installation.kept("secret").read_text()) == 64


@pytest.mark.parametrize(
    ("command", "environ", "said"),
    [
        ("web", {}, "DATABASE_URL is missing"),
        ("web", {"DATABASE_URL": "postgresql://a@127.0.0.1:9/b"}, "REDIS_URL is missing"),
        (
            "web",
            {"DATABASE_URL": "postgresql://a@127.0.0.1:9/b", "REDIS_URL": "redis://127.0.0.1:9"},
            "SECRET_KEY is missing",
        ),
        ("worker", {}, "DATABASE_URL is missing"),
        ("run", {"PORT": "eighty"}, "PORT must be a number"),
        ("commands diff", {}, "DISCORD_BOT_TOKEN is missing"),
    ],
)
def test_what_keeps_a_command_from_starting_is_one_sentence(
    installation: Installation, command: str, environ: dict[str, str], said: str
) -> None:
    done = installation.tatiana(*command.split(), **environ)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


async def test_migrating_twice_has_nothing_to_do_the_second_time(installation: Installation, server_url: str) -> None:
    url = urlsplit(server_url)._replace(path=f"/migrated_{installation.port}").geturl()
    await database.create(url)
    first, second = [await asyncio.to_thread(installation.tatiana, "migrate", DATABASE_URL=url) for _ in range(2)]
    assert first.stdout.splitlines()[0] == "0001_initial"
    assert second.stdout == "nothing to do\n"


async def test_the_doctor_finds_nothing_wrong_and_then_each_fault(installation: Installation) -> None:
    await asyncio.to_thread(installation.start)
    right = {
        "DISCORD_BOT_TOKEN": installation.token(),
        "DISCORD_API_URL": f"{installation.page}/api/v10",
        "PUBLIC_URL": installation.url,
        "DISCORD_CLIENT_SECRET": "whatever",
    }
    assert await examined(right) == []
    for fault, said in (
        ({"DISCORD_BOT_TOKEN": "wrong"}, "DISCORD_BOT_TOKEN is not accepted"),
        ({"DISCORD_PUBLIC_KEY": "ab" * 32}, "DISCORD_PUBLIC_KEY belongs to another application"),
        ({"PUBLIC_URL": installation.page}, "must answer 401"),
        ({"PUBLIC_URL": "http://127.0.0.1:9"}, "can't be reached"),
        ({"PUBLIC_URL": "http://127.0.0.1:9"}, "Discord sends nobody back to http://127.0.0.1:9/login/callback"),
        ({"DATABASE_URL": "postgresql://a@127.0.0.1:9/b"}, "PostgreSQL at 127.0.0.1:9 does not answer"),
        ({"REDIS_URL": "redis://127.0.0.1:9"}, "Redis at REDIS_URL can't be used"),
    ):
        assert any(said in line for line in await examined(right | fault)), said
    newcomer = await asyncio.to_thread(installation.tatiana, "doctor")
    assert (newcomer.returncode, "playground" in newcomer.stdout) == (0, True)
    printed = await asyncio.to_thread(installation.tatiana, "doctor", **(right | {"PUBLIC_URL": installation.page}))
    assert printed.returncode == 1
    assert "!!  Door" in printed.stdout
    same = await asyncio.to_thread(installation.tatiana, "commands", "diff", **right)
    assert same.stdout == "nothing differs\n"
    await leave_a_command_in_the_harbour(installation)
    assert any("1 things differ" in line for line in await examined(right))
    leftover = f"- /old of the server The Harbour ({HARBOUR})\n"
    for action, said in (("diff", leftover), ("sync", leftover), ("diff", "nothing differs\n")):
        assert (await asyncio.to_thread(installation.tatiana, "commands", action, **right)).stdout == said


async def leave_a_command_in_the_harbour(installation: Installation) -> None:
    """Register a command for one server, as people do while they try things out."""
    headers = {"Authorization": f"Bot {installation.token()}", "User-Agent": "DiscordBot (https://example.org, 1)"}
    async with httpx.AsyncClient(base_url=f"{installation.page}/api/v10", headers=headers) as rest:
        application_id = (await rest.get("/applications/@me")).json()["id"]
        path = f"/applications/{application_id}/guilds/{HARBOUR}/commands"
        made = await rest.post(path, json={"name": "old", "description": "Left over"})
        assert made.status_code == 201


async def examined(environ: dict[str, str]) -> list[str]:
    """What the doctor finds wrong."""
    lines: list[str] = []
    well = await doctor.examine(settings.read(environ), lines.append)
    wrong = [line for line in lines if line.startswith("!!")]
    assert well == (not wrong)
    return wrong
