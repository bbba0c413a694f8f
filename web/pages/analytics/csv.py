"""Figures as a file for spreadsheets (RFC 4180)."""

from __future__ import annotations

import csv as writing
import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from starlette.responses import Response

# A spreadsheet would take a cell that begins so for a formula (OWASP: CSV Injection).
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class Table(NamedTuple):
    """What stands in a file: the heads of its columns, and its lines."""

    head: Sequence[str]
    lines: Iterable[Sequence[object]]


def csv(name: str, table: Table) -> Response:
    """A file of this name, one line for each, with their heads above; nothing in it is a formula."""
    text = io.StringIO()
    writer = writing.writer(text)
    writer.writerow(table.head)
    writer.writerows([_cell(value) for value in line] for line in table.lines)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(text.getvalue(), headers=headers, media_type="text/csv")


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULAS):
        return f"'{value}"
    return "" if value is None else value
