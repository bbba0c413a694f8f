"""Untrusted YAML: plain values only, no duplicate keys, and bounded parsing work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

LONGEST = 64 * 1024  # characters
MAX_VALUES = 4000  # values, keys, and ends of lists and mappings
DEEPEST = 16  # nesting depth
LONGEST_NUMBER = 20  # characters

# The words that the dumper quotes when they are meant as text (YAML 1.1).
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FRACTION = re.compile(r"[-+]?[0-9]+\.[0-9]+")


class BadYaml(Exception):
    """The text is not YAML that we accept."""


class _Dumper(yaml.SafeDumper):
    pass


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if "`" in text else None)


_Dumper.add_representer(str, _text)


def load(text: str) -> Any:
    """Parse a text; BadYaml for invalid YAML and for constructs nobody writes by hand.

    The C parser reports one event at a time, so a text that grows too deep or too long is abandoned
    right there; PyYAML's own loader would take seconds for a few thousand brackets.
    """
    if len(text) > LONGEST:
        raise BadYaml
    try:
        events = _bounded(yaml.parse(text, Loader=yaml.CSafeLoader))
        _expect(events, yaml.StreamStartEvent)
        if isinstance(next(events), yaml.StreamEndEvent):
            return None
        value = _value(events, next(events))
        _expect(events, yaml.DocumentEndEvent)
        _expect(events, yaml.StreamEndEvent)
    except (yaml.YAMLError, ValueError, StopIteration) as error:
        raise BadYaml from error
    return value


def dump(values: Any) -> str:
    """Values as YAML without any backtick, which would end the code block around it in a chat."""
    text = yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
    return text.replace("`", "\\x60")


def _bounded(events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    depth = 0
    for number, event in enumerate(events):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if number > MAX_VALUES or depth > DEEPEST:
            raise BadYaml
        yield event


def _expect(events: Iterator[yaml.Event], kind: type[yaml.Event]) -> None:
    if not isinstance(next(events), kind):
        raise BadYaml


def _value(events: Iterator[yaml.Event], event: yaml.Event) -> Any:
    # Nested aliases blow a small text up into a large one; tags create objects other than plain values.
    if getattr(event, "anchor", None) or getattr(event, "tag", None):
        raise BadYaml
    match event:
        case yaml.ScalarEvent(value=text, implicit=(plain, _)):
            return _scalar(text) if plain else text
        case yaml.SequenceStartEvent():
            return [_value(events, one) for one in _until(events, yaml.SequenceEndEvent)]
        case yaml.MappingStartEvent():
            return _mapping(events)
    raise BadYaml


def _mapping(events: Iterator[yaml.Event]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for event in _until(events, yaml.MappingEndEvent):
        key = _value(events, event)
        if not isinstance(key, str) or key in made:
            raise BadYaml
        made[key] = _value(events, next(events))
    return made


def _until(events: Iterator[yaml.Event], end: type[yaml.Event]) -> Iterator[yaml.Event]:
    while not isinstance(event := next(events), end):
        yield event


def _scalar(text: str) -> Any:
    """An unquoted scalar: a keyword, a number, or text."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= LONGEST_NUMBER:
        if _WHOLE.fullmatch(text):
            return int(text)
        if _FRACTION.fullmatch(text):
            return float(text)
    return text
