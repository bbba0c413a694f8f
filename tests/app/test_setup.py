"""Whatever state an installation is in, wherever it lies, `scripts/run` mends it or says in a sentence what to do."""

from __future__ import annotations

import base64
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.installation import ROOT

LOCK = "requirements-embedded.lock"
# In the place of the real one, which would have to be fetched: does with pip what `uv pip sync` is asked to do.
UV = """#!/bin/sh
exec "$(dirname "$0")/python" - "$@" <<'END'
import os, subprocess, sys
if "NO_SPACE" in os.environ:
    sys.exit("error: failed to write: No space left on device (os error 28)")
locks = [part for part in sys.argv if part.endswith(".lock")]
where = [part for lock in locks for part in ("-r", lock)]
sys.exit(subprocess.run([sys.executable, "-m", "pip", "-q", "install", "--require-hashes", *where]).returncode)
END
"""
CLI = 'import sys, thing\n\nprint("started", *sys.argv[1:], thing.NUMBER)\n'


class Checkout:
    """The scripts, two packages that they install, and an `app` that says that it was started."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        self.folder, self.wheels = folder, wheels
        (folder / "scripts").mkdir(parents=True)
        for name in ("run", "setup", "environment.py"):
            shutil.copy(ROOT / "scripts" / name, folder / "scripts" / name)
        (folder / "app").mkdir()
        (folder / "app/__init__.py").touch()
        (folder / "app/cli.py").write_text(CLI)
        self.wheel("uv", {"uv-1.data/scripts/uv": UV})
        self.require(1)
        self.environ = {
            "PATH": os.environ["PATH"],
            "PYTHON": sys.executable,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": wheels.as_uri(),
            "HOME": str(folder.parent),
        }

    def require(self, number: int) -> None:
        """Lock the package with that number in it."""
        (self.folder / LOCK).write_text(self.wheel("thing", {"thing.py": f"NUMBER = {number}\n"}, number))
        (self.folder / "scripts/uv.lock").write_text(self.wheel("uv", {"uv-1.data/scripts/uv": UV}))

    def wheel(self, name: str, files: dict[str, str], number: int = 1) -> str:
        """Make a wheel, and the line that locks it."""
        info = f"{name}-{number}.dist-info"
        files = {path.replace("uv-1", f"uv-{number}"): text for path, text in files.items()} | {
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{path},sha256={_digest(text)},{len(text.encode())}\n" for path, text in files.items())
        file = self.wheels / f"{name}-{number}-py3-none-any.whl"
        with zipfile.ZipFile(file, "w") as archive:
            for path, text in (files | {f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}).items():
                entry = zipfile.ZipInfo(path)
                entry.external_attr = 0o100755 << 16
                archive.writestr(entry, text)
        return f"{name}=={number} --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"

    def open(self, **environ: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["scripts/run", "now"],
            cwd=self.folder,
            env=self.environ | environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, **environ: str) -> tuple[int | None, str, str]:
        """The exit status of scripts/run, what it said, and what it complained of."""
        process = self.open(**environ)
        out, err = process.communicate(timeout=60)
        return process.returncode, out.decode(errors="replace"), err.decode(errors="replace")

    @property
    def packages(self) -> Path:
        (found,) = self.folder.glob(".venv/lib/python*/site-packages")
        return found


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    return folder


@pytest.fixture
def checkout(tmp_path: Path, wheels: Path) -> Checkout:
    return Checkout(tmp_path / "checkout", wheels)


STARTED = "started run now 1\n"


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
