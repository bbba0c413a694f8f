"""Makes .venv with what a lock names, whatever state it is in; what can't be done is said in a sentence.

Run by scripts/setup in the checkout, by the system's Python or that of .venv; only the standard library is there.
"""

import fcntl
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

HOME = Path(".venv")
STAMP = HOME / ".installed"  # written last: without it, an installation was interrupted
PYTHON, PROGRAM = HOME / "bin" / "python", HOME / "bin" / "tatiana"
BASE = Path(sys.executable).resolve()  # not the link in .venv, which may have to go
EMBEDDED, DEVELOPMENT, TOOL = "requirements-embedded.lock", "requirements-dev.lock", "scripts/uv.lock"
NOTHING = 4 * 1024 * 1024  # bytes: so little is left where something could not be written
# Set for other installations of the same person, they would lead these packages elsewhere.
ELSEWHERE = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PYTHONHOME", "PYTHONPATH")


class Failed(Exception):
    """What is in the way, and what to do about it."""


def main(lock: str) -> None:
    """Leave at once if all is as the lock says; else install, for one process at a time."""
    if up_to_date(lock):
        return
    # The programs we start hold the lock too: one that outlives us still writes.
    with Path(".venv.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not up_to_date(lock):
            install(wanted(lock), file.fileno())


def up_to_date(lock: str) -> bool:
    """Whether what is there is whole, and is what the lock names."""
    return whole() and stamped()["lock_hash"] == hashed(wanted(lock)) and PROGRAM.exists()


def whole() -> bool:
    """Whether an installation by this Python in this folder was finished, and nothing of it is missing."""
    packages = site_packages()
    made = PYTHON.exists() and stamped().get("made") == maker()
    return made and all((packages / name).exists() for name in stamped()["packages"])


def wanted(lock: str) -> str:
    """The development lock holds all that running needs, so starting must not take it away again."""
    return DEVELOPMENT if lock == EMBEDDED and stamped().get("lock") == DEVELOPMENT else lock


def stamped() -> dict:
    """What was installed; empty if that is not known."""
    try:
        stamp = json.loads(STAMP.read_bytes())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and stamp.keys() == {"lock", "lock_hash", "made", "packages"} else {}


def hashed(lock: str) -> str:
    """Another one whenever something else is to be installed, or in another way."""
    contents = (Path(name).read_bytes() for name in (lock, TOOL, "scripts/environment.py"))
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def maker() -> str:
    """Who makes it, and where: programs in it name both."""
    return f"{BASE} {sys.version_info[:2]} in {Path.cwd()}"


def site_packages() -> Path:
    """Where the packages of .venv are, whichever Python asks."""
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(HOME), "platbase": str(HOME)}))


def install(lock: str, held: int) -> None:
    """In place where there is something whole; anew where not, or where that fails."""
    sys.stderr.write(f"Installing what {lock} names …\n")
    if whole():
        STAMP.unlink()
        try:
            fill(lock, held)
        except Failed:
            pass
        else:
            return
    if ":" in str(Path.cwd()) or not_text(str(Path.cwd())):
        raise Failed(f"Python makes no environment in a folder of this name: move {str(Path.cwd())!r} to another one.")
    clear()
    run(held, str(BASE), "-I", "-m", "venv", str(HOME))
    try:
        fill(lock, held)
    except Failed:
        # The cache may be broken, or belong to somebody else.
        fill(lock, held, "--no-cache")


def fill(lock: str, held: int, *options: str) -> None:
    """Install the packages, then what makes the checkout importable and `tatiana` a command, then the stamp."""
    pip = (str(PYTHON), "-I", "-m", "pip", "--disable-pip-version-check", "-q", "install", "--require-hashes")
    run(held, *pip, "-r", TOOL)
    run(held, str(HOME / "bin" / "uv"), "pip", "sync", "-q", *options, "--require-hashes", lock, TOOL)
    packages = site_packages()
    # Relative, so that no letter in the folder's name matters.
    (packages / "tatiana.pth").write_text(f"{os.path.relpath('.', packages)}\n")
    python = os.fsencode(shlex.quote(str(PYTHON.absolute())))  # in a #! line no space may stand
    PROGRAM.write_bytes(b'#!/bin/sh\nexec %s -P -m app.cli "$@"\n' % python)
    PROGRAM.chmod(0o755)
    names = sorted(entry.name for entry in packages.iterdir() if entry.name != "__pycache__")
    stamp = {"lock": lock, "lock_hash": hashed(lock), "made": maker(), "packages": names}
    STAMP.write_text(json.dumps(stamp))


def not_text(path: str) -> bool:
    """Whether a path holds bytes that are no letters."""
    return any("\udc80" <= sign <= "\udcff" for sign in path)


def clear() -> None:
    """Take away what is there: a folder, a file or a link to elsewhere."""
    if HOME.is_symlink() or HOME.is_file():
        HOME.unlink()
    elif HOME.exists():
        shutil.rmtree(HOME)


def run(held: int, *command: str) -> None:
    """Run a program to its end; Failed with the last thing it said if that is not a good one."""
    environ = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    environ |= {"VIRTUAL_ENV": str(HOME.absolute()), "TMPDIR": tempfile.gettempdir()}
    try:
        done = subprocess.run(
            command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False, pass_fds=(held,)
        )
    except OSError as error:
        raise Failed(sentence(f"{command[0]}: {error.strerror}")) from None
    if done.returncode:
        said = (done.stdout + done.stderr).decode(errors="replace").strip()
        raise Failed(sentence(said))


def sentence(said: str) -> str:
    if "No space left" in said or "Disk quota" in said or shutil.disk_usage(".").free < NOTHING:
        return "The disk is full, so the packages can't be installed: free some space and start again."
    last = said.splitlines()[-1].strip() if said else "no reason was given"
    return f"The packages can't be installed ({last}): check the network, and start again."


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
    except Failed as error:
        sys.exit(str(error))
    except OSError as error:
        why = error.strerror or error
        sys.exit(
            f"Nothing can be installed in {str(Path.cwd())!r} ({why}): free some space, or use a folder of your own."
        )
