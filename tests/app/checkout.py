"""A checkout whose scripts install two packages made here, and start an `app` that says so."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

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


STARTED = "started run now 1\n"
