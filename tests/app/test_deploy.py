"""A release that is never ready is taken back by itself; Docker alone is played."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.app.installation import ROOT

# Notes what it is asked, with the image that .env names; one image starts, but is never healthy. `webs` names the web
# processes that run.
DOCKER = """#!/bin/sh
echo "$@ $(grep '^TATIANA_IMAGE=' .env)" >> asked
case "$1 $4" in
    pull*) [ "$3" != tatiana:missing ];;
    "compose ps") cat webs;;
    "compose up")
        case "$*" in *--no-recreate*) sed -n 's/.*/new-&/p' webs >> webs;; esac
        ! grep -q '^TATIANA_IMAGE=tatiana:broken$' .env;;
esac
"""


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """A folder as it is on a server."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/deploy", tmp_path / "scripts/deploy")
    (tmp_path / "docker").write_text(DOCKER)
    (tmp_path / "docker").chmod(0o755)
    (tmp_path / ".env").write_text("SECRET_KEY=kept\nTATIANA_IMAGE=tatiana:v1\n")
    (tmp_path / "webs").touch()
    return tmp_path


def deploy(server: Path, image: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": f"{server}:{os.environ['PATH']}", "KNOWN_WITHIN": "0"}
    command = [str(server / "scripts/deploy"), image]
    return subprocess.run(command, env=environ, cwd="/", capture_output=True, text=True, check=False)


def asked(server: Path) -> list[str]:
    return (server / "asked").read_text().splitlines()


def test_a_release_that_becomes_ready_stays_and_is_named_for_later(server: Path) -> None:
    done = deploy(server, "tatiana:v2")
    assert (done.returncode, done.stdout) == (0, "tatiana:v2 is in service.\n")
    assert (server / ".env").read_text() == "SECRET_KEY=kept\nTATIANA_IMAGE=tatiana:v2\n"
    assert (server / ".env").stat().st_mode & 0o077 == 0
    assert "up -d --no-build --wait" in asked(server)[-1]


def test_a_release_that_is_never_ready_makes_way_for_the_one_before(server: Path) -> None:
    done = deploy(server, "tatiana:broken")
    assert (done.returncode, done.stderr) == (1, "tatiana:broken never became ready: going back to tatiana:v1.\n")
    assert (server / ".env").read_text() == "SECRET_KEY=kept\nTATIANA_IMAGE=tatiana:v1\n"
    assert asked(server)[-1].endswith("--no-deps --scale web=1 web worker nginx TATIANA_IMAGE=tatiana:v1")


def test_old_web_processes_stop_once_as_many_new_ones_are_ready(server: Path) -> None:
    (server / "webs").write_text("one\ntwo\n")
    assert deploy(server, "tatiana:v2").returncode == 0
    started, *stopped, last = [line for line in asked(server) if re.search(r" up | stop |^stop|^rm", line)]
    assert "--no-deps --no-recreate --scale web=4 web" in started
    assert [line.split(" TATIANA")[0] for line in stopped] == ["stop one", "rm one", "stop two", "rm two"]
    assert "--scale web=2" in last
    assert asked(server).index(started) > [" migrate " in line for line in asked(server)].index(True)


def test_while_new_web_processes_are_never_ready_the_old_ones_go_on(server: Path) -> None:
    (server / "webs").write_text("one\ntwo\n")
    done = deploy(server, "tatiana:broken")
    assert (done.returncode, done.stderr) == (1, "tatiana:broken never became ready: tatiana:v1 stays.\n")
    assert (server / ".env").read_text() == "SECRET_KEY=kept\nTATIANA_IMAGE=tatiana:v1\n"
    ended = [line.split(" TATIANA")[0] for line in asked(server) if line.startswith(("stop", "rm"))]
    assert ended == ["rm -f new-one", "rm -f new-two"]


def test_an_image_that_is_not_there_changes_nothing(server: Path) -> None:
    assert deploy(server, "tatiana:missing").returncode == 1
    assert (server / ".env").read_text() == "SECRET_KEY=kept\nTATIANA_IMAGE=tatiana:v1\n"
    assert len(asked(server)) == 1
