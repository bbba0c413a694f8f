"""Exports: a copy of everything stored about one person, for them alone, kept for a day."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from jinja2 import Environment

from locales import t
from services.core import areas, audit, clock, jobs, vault
from services.core.errors import NotFound
from services.core.tags import Table
from services.core.transactions import Row, fetch, rows, transaction

JOB = "privacy.export"
LIFE = timedelta(hours=24)
PAGE = 1_000  # rows per statement
FILE = vault.Column("exports", "id", "file")

_REQUEST = """
INSERT INTO exports (user_id, expires_at) VALUES ($1, $2)
RETURNING id, file IS NOT NULL AS ready, requested_at, expires_at"""
_NEWEST = """
SELECT id, file IS NOT NULL AS ready, requested_at, expires_at FROM exports
 WHERE user_id = $1 AND expires_at > tatiana_now() ORDER BY id DESC LIMIT 1"""
_DOCUMENTS = """
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = current_schema() AND data_type = 'jsonb'"""
_OF = """
SELECT id, file IS NOT NULL AS ready, requested_at, expires_at FROM exports
 WHERE user_id = $1 AND id = $2 AND expires_at > tatiana_now()"""
_FILE = """
SELECT file FROM exports WHERE user_id = $1 AND id = $2 AND expires_at > tatiana_now() AND file IS NOT NULL"""
_WAITING = "SELECT user_id FROM exports WHERE id = $1 AND file IS NULL"
_KEEP = "UPDATE exports SET file = $2 WHERE id = $1"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('exports:' || $1::bigint, 0))"


@dataclass(frozen=True, slots=True)
class Copy:
    """A requested export; it can be downloaded once ready."""

    id: int
    ready: bool
    requested_at: datetime
    expires_at: datetime


async def request(user_id: int, *, request_id: str = "") -> Copy:
    """Request an export; while a valid one exists, that one is returned."""
    async with transaction():
        await rows(_LOCK, user_id)
        if known := await newest(user_id):
            return known
        (made,) = await fetch(Copy, _REQUEST, user_id, clock.now() + LIFE)
        await jobs.enqueue(JOB, {"export": made.id}, key=f"{JOB}:{made.id}")
        await audit.record(0, user_id, "export.requested", str(user_id), request_id=request_id)
    return made


async def newest(user_id: int) -> Copy | None:
    """The latest export that is still stored."""
    found = await fetch(Copy, _NEWEST, user_id)
    return found[0] if found else None


async def find(user_id: int, export_id: int) -> Copy:
    """One of this person's exports; NotFound otherwise."""
    found = await fetch(Copy, _OF, user_id, export_id)
    if not found:
        raise _none()
    return found[0]


async def file(user_id: int, export_id: int, *, request_id: str = "") -> bytes:
    """The zip file; refused while it is being made, and to anyone else."""
    found = await rows(_FILE, user_id, export_id)
    if not found:
        raise _none()
    await audit.record(0, user_id, "export.fetched", str(export_id), request_id=request_id)
    return base64.b64decode(vault.unseal(found[0]["file"], FILE, export_id))


async def run(export_id: int) -> None:
    """Make the export; does nothing if it exists or was deleted."""
    for row in await rows(_WAITING, export_id):
        made = base64.b64encode(await archive(row["user_id"])).decode()
        await rows(_KEEP, export_id, vault.seal(made, FILE, export_id))


async def archive(user_id: int) -> bytes:
    """A zip with one JSON file per table and a readable page, about one person and nobody else."""
    documents = {(row["table_name"], row["column_name"]) for row in await rows(_DOCUMENTS)}
    found = {
        name: await _found(name, table, user_id, frozenset(column for where, column in documents if where == name))
        for name, table in areas.tables().items()
        if table.rows_of()
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as together:
        for name, data in found.items():
            if data:
                together.writestr(f"{name}.json", orjson.dumps(data, option=orjson.OPT_INDENT_2))
        together.writestr("index.html", _page(found))
    return packed.getvalue()


async def counted(user_id: int) -> dict[str, int]:
    """The number of rows per table about one person, up to 1,000; ids inside texts are not counted."""
    found = {}
    for name, table in areas.tables().items():
        if condition := " OR ".join(f"{column} = $1" for column in table.named()):
            sql = f"SELECT count(*)::int AS rows FROM (SELECT FROM {name} WHERE {condition} LIMIT {PAGE}) AS found"  # noqa: S608  # nosec B608  (our own names)
            (row,) = await rows(sql, user_id)
            found[name] = row["rows"]
    return found


async def _found(name: str, table: Table, user_id: int, documents: frozenset[str]) -> list[dict[str, Any]]:
    shown, sealed = table.shown(), {column.name: column for column in areas.sealed() if column.table == name}
    listed, condition, key = ", ".join(shown), table.rows_of(), table.key
    made: list[dict[str, Any]] = []
    last = -(2**62)
    while True:
        # Our own names, never user input.
        sql = (
            f"SELECT {listed}, {key} AS at FROM {name} WHERE ({condition}) AND {key} > $2 "  # noqa: S608  # nosec B608  (our own names)
            f"ORDER BY {key} LIMIT {PAGE}"
        )
        page = await rows(sql, user_id, last)
        made += [
            {column: _told(_legible(row, sealed, column), document=column in documents) for column in shown}
            for row in page
        ]
        if len(page) < PAGE:
            return made
        last = page[-1]["at"]


def _legible(row: Row, sealed: Mapping[str, vault.Column], column: str) -> Any:
    """A stored value, decrypted if it is sealed; None if it was altered."""
    if column not in sealed or row[column] is None:
        return row[column]
    try:
        return vault.unseal(row[column], sealed[column], row["at"])
    except vault.Unreadable:
        return None


def _told(value: Any, *, document: bool) -> Any:
    """A value as JSON; ids as strings, so that no program rounds them."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, UUID):  # the driver's own kind of UUID, which isn't JSON
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
        return str(value)
    return orjson.loads(value) if document and isinstance(value, str) else value


def _page(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    known = areas.tables()
    tables = [(name, known[name], data) for name, data in found.items() if data]
    empty = [known[name].about for name, data in found.items() if not data]
    return _template.render(tables=tables, empty=empty, made=clock.now())


def _none() -> NotFound:
    return NotFound(t("This copy doesn't exist or is more than a day old. Please request a new one."))


_template = Environment(autoescape=True).from_string("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What Tatiana stores about you</title>
</head>
<body>
<h1>What Tatiana stores about you</h1>
<p>Made on {{ made.strftime("%d %B %Y, %H:%M UTC") }}. The files beside this page hold the same for programs.</p>
{% for name, table, rows in tables %}
<h2>{{ table.about }}</h2>
<p>{{ table.basis }} Kept: {{ table.kept }}.</p>
<table border="1">
<tr>{% for column in table.shown() %}<th>{{ column }}</th>{% endfor %}</tr>
{% for row in rows %}<tr>{% for value in row.values() %}<td>{{ value }}</td>{% endfor %}</tr>
{% endfor %}
</table>
{% endfor %}
{% if empty %}<h2>Nothing is stored of these</h2>
<ul>{% for about in empty %}<li>{{ about }}</li>{% endfor %}</ul>{% endif %}
</body>
</html>
""")
