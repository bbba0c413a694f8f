"""Code asks the one clock for the time; who needs real time is listed here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LAYERS = ("app", "discord_api", "interactions", "models", "playground", "services", "web")
# Sessions, tokens, keys, leases, limits, caches and live updates; docs/decisions/0018-the-clock.md says why.
REAL_TIME = (
    "app/doctor.py",
    "app/moved_clock.py",
    "playground/client/delivery.py",
    "playground/rest/rates.py",
    "playground/world/clock.py",
    "playground/world/identity.py",
    "playground/world/oauth_grants.py",
    "services/core/clock.py",
    "services/core/foreign_guilds.py",
    "services/core/jobs.py",
    "services/core/languages.py",
    "services/core/personal_data.py",
    "services/core/rate_limits.py",
    "services/core/token_refusals.py",
    "services/core/unknown_outcomes.py",
    "services/core/worker.py",
    "services/health/probes.py",
    "services/identity/",
    "services/live/",
    "services/settings/storage.py",
    "web/api/identity/api_keys.py",
    "web/frame/access.py",
    "web/frame/rate_limits.py",
    "web/pages/identity/api_keys.py",
)
ASKS = {
    *(("datetime", name) for name in ("now", "utcnow", "today")),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("timezone", "now"),
}
SQL = re.compile(
    r"(?<![\w.])(now\(\)|(clock|statement|transaction)_timestamp\(\)|current_(date|time|timestamp)\b|localtime)",
    re.IGNORECASE,
)


def asked(path: Path) -> Iterator[str]:
    """Where this file asks for the time by itself, in Python or in SQL."""
    tree = ast.parse(path.read_text())
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in ASKS:
            yield f"line {node.lineno}: {node.value.id}.{node.attr}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield from (f"line {node.lineno}: {found[0]}" for found in SQL.finditer(node.value))


@pytest.fixture(scope="module")
def asking() -> dict[str, list[str]]:
    """Where each file asks for the time by itself."""
    files = [path for layer in LAYERS for path in (ROOT / layer).rglob("*.py")]
    found = {path.relative_to(ROOT).as_posix(): list(asked(path)) for path in files}
    return {name: places for name, places in found.items() if places}


def test_nothing_else_asks_for_the_time_by_itself(asking: dict[str, list[str]]) -> None:
    others = {name: places for name, places in asking.items() if not name.startswith(REAL_TIME)}
    assert not others, "ask clock.now(), or tatiana_now() in SQL"


def test_the_list_names_only_files_that_ask(asking: dict[str, list[str]]) -> None:
    assert [entry for entry in REAL_TIME if not any(name.startswith(entry) for name in asking)] == []


@pytest.mark.parametrize(
    "line",
    [
        '"SELECT now()"',
        'f"WHERE at < now() - {x}"',
        "datetime.now(UTC)",
        "time.time()",
        "date.today()",
        "field(default_factory=time.time)",
    ],
)
def test_each_way_of_asking_is_found(line: str, tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.write_text(f'"""As now() does."""\nlate = {line}\nfine = "tatiana_now()", clock.now()\n')
    assert len(list(asked(file))) == 1
