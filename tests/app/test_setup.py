"""Whatever state an installation is in, wherever it lies, `scripts/run` mends it or says in a sentence what to do."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.checkout import LOCK, STARTED, Checkout


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    return folder


@pytest.fixture
def checkout(tmp_path: Path, wheels: Path) -> Checkout:
    return Checkout(tmp_path / "checkout", wheels)


def test_a_second_start_installs_nothing(checkout: Checkout) -> None:
    assert checkout.run() == (0, STARTED, f"Installing what {LOCK} names …\n")
    assert checkout.run() == (0, STARTED, "")
    assert checkout.run(PYTHON="") == (0, STARTED, "")


def _half_made(made: Checkout) -> None:
    (made.folder / ".venv/.installed").unlink()
    shutil.rmtree(made.packages / "thing.py", ignore_errors=True)


def _without_pip(made: Checkout) -> None:
    shutil.rmtree(made.packages / "pip")
    made.require(1)
    (made.folder / LOCK).write_text((made.folder / LOCK).read_text() + "# changed\n")


def _uv_is_no_program(made: Checkout) -> None:
    (made.folder / ".venv/bin/uv").chmod(0o644)
    (made.folder / LOCK).write_text((made.folder / LOCK).read_text() + "# changed\n")


def _without_its_python(made: Checkout) -> None:
    for name in ("python", "python3"):
        (made.folder / ".venv/bin" / name).unlink(missing_ok=True)
        (made.folder / ".venv/bin" / name).symlink_to("/nowhere/python3")


def _of_another_python(made: Checkout) -> None:
    made.packages.parent.rename(made.packages.parent.with_name("python3.9"))


def _a_package_is_gone(made: Checkout) -> None:
    (made.packages / "thing.py").unlink()


def _the_command_is_gone(made: Checkout) -> None:
    (made.folder / ".venv/bin/tatiana").unlink()


def _a_torn_stamp(made: Checkout) -> None:
    stamp = made.folder / ".venv/.installed"
    stamp.write_text(stamp.read_text()[:40])


def _a_file_in_its_place(made: Checkout) -> None:
    shutil.rmtree(made.folder / ".venv")
    (made.folder / ".venv").write_text("")


def _a_link_to_nowhere(made: Checkout) -> None:
    shutil.rmtree(made.folder / ".venv")
    (made.folder / ".venv").symlink_to("/nowhere")


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """One checkout for all that is broken and mended, since making it takes seconds."""
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "wheels").mkdir()
    return Checkout(folder / "checkout", folder / "wheels")


@pytest.mark.parametrize(
    "damage",
    [
        _the_command_is_gone,
        _without_pip,
        _without_its_python,
        pytest.param(_a_package_is_gone, marks=pytest.mark.full),
        pytest.param(_a_torn_stamp, marks=pytest.mark.full),
        pytest.param(_half_made, marks=pytest.mark.full),
        pytest.param(_uv_is_no_program, marks=pytest.mark.full),
        pytest.param(_of_another_python, marks=pytest.mark.full),
        pytest.param(_a_file_in_its_place, marks=pytest.mark.full),
        pytest.param(_a_link_to_nowhere, marks=pytest.mark.full),
    ],
)
def test_whatever_is_broken_is_mended_by_the_next_start(damaged: Checkout, damage: Callable[[Checkout], None]) -> None:
    damaged.run()
    damage(damaged)
    assert damaged.run()[:2] == (0, STARTED)
    assert damaged.run() == (0, STARTED, "")


@pytest.mark.full
def test_what_is_locked_anew_is_installed(checkout: Checkout) -> None:
    checkout.run()
    checkout.require(2)
    assert checkout.run()[:2] == (0, "started run now 2\n")


def test_interrupted_twice_it_starts_the_third_time(checkout: Checkout) -> None:
    for seen in (".venv/bin", ".venv/bin/pip"):
        process = checkout.open()
        while not (checkout.folder / seen).exists() and process.poll() is None:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        _, complaint = process.communicate(timeout=30)
        assert b"Traceback" not in complaint
    assert checkout.run()[:2] == (0, STARTED)


@pytest.mark.full
def test_killed_hard_it_starts_the_next_time(checkout: Checkout) -> None:
    process = checkout.open()
    while not (checkout.folder / ".venv/bin/pip").exists() and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    assert checkout.run()[:2] == (0, STARTED)


def test_two_at_once_install_one_after_the_other(checkout: Checkout) -> None:
    processes = [checkout.open() for _ in range(3)]
    said = [process.communicate(timeout=60) for process in processes]
    assert [out.decode() for out, _ in said] == [STARTED] * 3
    assert sum(err.decode().count("Installing") for _, err in said) == 1


FOLDERS = [
    'it\'s a "Größe" of 100%s, $HOME #1 `id`',
    "-dash back\\slash\ntwo lines",
    "x" * 200,
]


@pytest.mark.parametrize(
    "name",
    [FOLDERS[0], *(pytest.param(name, marks=pytest.mark.full) for name in FOLDERS[1:])],
    ids=[ascii(name)[:20] for name in FOLDERS],
)
def test_it_starts_in_a_folder_of_any_name(tmp_path: Path, wheels: Path, name: str) -> None:
    made = Checkout(tmp_path / name, wheels)
    assert made.run()[:2] == (0, STARTED)
    command = subprocess.run([made.folder / ".venv/bin/tatiana", "web"], cwd="/", capture_output=True, check=False)
    assert (command.returncode, command.stdout) == (0, b"started web 1\n")
    elsewhere = made.environ | {"CDPATH": str(tmp_path / "wheels")}
    named = subprocess.run(
        [f"./{name}/scripts/run", "now"], cwd=tmp_path, env=elsewhere, capture_output=True, check=False
    )
    assert named.stdout.decode() == STARTED


@pytest.mark.parametrize("name", ["a:b", os.fsdecode(b"latin-\xe4")], ids=ascii)
def test_a_folder_in_which_python_makes_no_environment_is_refused_in_a_sentence(
    tmp_path: Path, wheels: Path, name: str
) -> None:
    status, _, complaint = Checkout(tmp_path / name, wheels).run()
    said = complaint.removeprefix(f"Installing what {LOCK} names …\n")
    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith("Python makes no environment in a folder of this name: move ")


@pytest.mark.full
def test_what_is_set_for_other_programs_leads_nothing_elsewhere(checkout: Checkout) -> None:
    python = {"PYTHONPATH": "/nowhere", "PYTHONHOME": "/nowhere", "LC_ALL": "C"}
    checkout.run(PIP_USER="1", PIP_TARGET="/nowhere", TMPDIR="/nowhere", **python)
    assert checkout.run() == (0, STARTED, "")


def test_a_full_disk_is_said_in_a_sentence_and_what_was_there_is_made_again(checkout: Checkout) -> None:
    full = "The disk is full, so the packages can't be installed: free some space and start again.\n"
    status, _, complaint = checkout.run(NO_SPACE="1")
    assert (status, complaint) == (1, f"Installing what {LOCK} names …\n{full}")
    assert checkout.run()[:2] == (0, STARTED)


def test_a_package_that_is_not_to_be_had_is_one_sentence(checkout: Checkout) -> None:
    (checkout.wheels / "thing-1-py3-none-any.whl").unlink()
    status, _, complaint = checkout.run()
    said = complaint.removeprefix(f"Installing what {LOCK} names …\n")
    assert status == 1
    assert said.startswith("The packages can't be installed (")
    assert said.endswith("): check the network, and start again.\n")
    assert said.count("\n") == 1


def test_without_a_python_that_is_new_enough_it_says_which_ones_are(checkout: Checkout) -> None:
    only = checkout.folder.parent / "bin"
    only.mkdir()
    for name in ("dirname", "sh", "env"):
        (only / name).symlink_to(shutil.which(name) or "")
    status, _, complaint = checkout.run(PATH=str(only), PYTHON="/nowhere")
    assert (status, complaint.startswith("Tatiana needs Python 3.11, 3.12 or 3.13")) == (1, True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_in_a_folder_of_somebody_else_it_says_so(checkout: Checkout) -> None:
    for folder in [checkout.folder, *checkout.folder.parents]:
        if folder.stat().st_uid == 0 and str(folder).startswith("/tmp/pytest"):
            folder.chmod(0o755)
    nobody = pwd.getpwnam("nobody").pw_uid
    python = "/usr/bin/python3"
    done = subprocess.run(
        ["scripts/run"],
        cwd=checkout.folder,
        env=checkout.environ | {"PYTHON": python, "PATH": "/usr/bin:/bin"},
        user=nobody,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Nothing can be installed in '{checkout.folder}' (Permission denied): ")
    assert done.stderr.count("\n") == 1
