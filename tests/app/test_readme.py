"""The README's first command is written as it says, in a copy of the checkout; style and its test agree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.installation import ROOT

SECTION = (ROOT / "README.md").read_text().partition("### Your first command")[2].partition("\n## ")[0]
COMMAND, NAMED, TEST = re.findall(r"```python\n(.*?)```", SECTION, re.DOTALL)
MODULE, TRIED = "interactions/commands/core/greetings.py", "tests/interactions/core/test_greetings.py"
LIST = "interactions/commands/core/__init__.py"
COPIED = ("app", "discord_api", "interactions", "locales", "models", "playground", "services", "tests", "web")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in COPIED:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for one in ("pyproject.toml", "migrations"):
        (tmp_path / one).symlink_to(ROOT / one)
    return tmp_path


def run(copy: Path, server_url: str, *arguments: str) -> None:
    environ = {"PATH": os.environ["PATH"], "TEST_DATABASE_URL": server_url}
    found = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=copy, env=environ, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_a_newcomers_first_command_works_as_the_readme_writes_it(copy: Path, server_url: str) -> None:
    assert MODULE in SECTION
    assert TRIED in SECTION
    assert LIST in SECTION
    (copy / TRIED).parent.mkdir(exist_ok=True)
    for path, text in ((MODULE, COMMAND), (LIST, NAMED), (TRIED, TEST)):
        (copy / path).write_text(text)
    run(copy, server_url, "ruff", "check", ".")
    run(copy, server_url, "ruff", "format", "--check", ".")
    run(copy, server_url, "pytest", "-q", TRIED)
