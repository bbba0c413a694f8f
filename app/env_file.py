"""Reads `.env` as docker compose does; a line that compose would read differently is refused, never guessed."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dotenv.parser import Binding

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WRITTEN = re.compile(r"=[^\S\r\n]*(.*)", re.DOTALL)


class Unreadable(ValueError):
    """A line that can't be read: file, line and reason in a sentence."""


def assignments(file: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The values in a file; `${NAME}` is looked up in `environ`, then in the lines above."""
    from dotenv.parser import parse_stream

    values: dict[str, str] = {}
    for binding in parse_stream(_opened(file)):
        try:
            values |= _assigned(binding, {**values, **environ})
        except ValueError as error:
            raise Unreadable(f"{file}, line {_line(binding)}: {error}.") from None
    return values


def _opened(file: Path) -> io.StringIO:
    try:
        return io.StringIO(file.read_bytes().decode())
    except UnicodeDecodeError:
        raise Unreadable(f"{file} is not in UTF-8: save it in that encoding.") from None
    except OSError as error:
        raise Unreadable(f"{file} can't be read ({error.strerror}): correct its owner or its mode.") from None


def _assigned(binding: Binding, known: Mapping[str, str]) -> dict[str, str]:
    """The value of one line; none for a comment, an empty line, or a name alone, which the environment may set."""
    if binding.error:
        raise ValueError("this is not NAME=value, or a quote is missing")
    if binding.key is not None and not _NAME.fullmatch(binding.key):
        raise ValueError("a name has letters, digits and underscores only")
    if binding.key is None or binding.value is None:
        return {}
    written = _WRITTEN.search(binding.original.string)
    assert written, "a value has a = before it"
    return {binding.key: _meant(binding.value, written[1].rstrip(), known)}


def _meant(value: str, written: str, known: Mapping[str, str]) -> str:
    """The value as compose reads it; python-dotenv differs on backslashes, comments without a space, and `$`."""
    quoted = written[:1] in ("'", '"')
    if quoted and "\\" in written:
        raise ValueError("a value in quotes can't hold a backslash")
    if not quoted and value != written.partition(" #")[0].rstrip():
        raise ValueError("put quotes around this value, or a space before its comment")
    return value if written.startswith("'") else _filled_in(value, known)


def _filled_in(value: str, known: Mapping[str, str]) -> str:
    """The value with `${NAME}` and `${NAME:-default}` expanded."""
    from dotenv.variables import Literal, Variable, parse_variables

    not_empty = {name: text for name, text in known.items() if text}
    filled = ""
    for part in parse_variables(value):
        if isinstance(part, Literal) and "$" in part.value:
            raise ValueError("put single quotes around a value with a $")
        if isinstance(part, Variable):
            if not _NAME.fullmatch(part.name) or "$" in (part.default or ""):
                raise ValueError("only ${NAME} and ${NAME:-default} are understood; single quotes keep a $ as it is")
            if part.default is None and part.name not in known:
                raise ValueError(f"${{{part.name}}} is not set; single quotes keep a $ as it is")
        filled += part.resolve(not_empty)
    return filled


def _line(binding: Binding) -> int:
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")
