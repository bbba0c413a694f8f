"""A command that a text names is the one that the reader's client lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from interactions.declare import COMMANDS, GROUPS, Kind
from interactions.payloads import payloads
from locales import TRANSLATED, command_name, render
from locales.extract import read

_MENTION = re.compile(r"(?<![\w/.}])/([a-z_]+(?: [a-z_]+)*)")


def known() -> set[str]:
    """The path of every command, subcommand and group."""
    payloads()  # declares them
    paths = {path for kind, path in COMMANDS if kind is Kind.CHAT} | set(GROUPS)
    return paths | {path.split(" ")[0] for path in paths}


PATHS = known()


def mentioned(text: str) -> Iterator[str]:
    """The commands that a text names, each by its longest path."""
    for mention in _MENTION.findall(text):
        words = mention.split(" ")
        beginnings = (" ".join(words[:count]) for count in range(len(words), 0, -1))
        yield from [path for path in beginnings if path in PATHS][:1]


def texts(locale: str) -> Iterator[tuple[str, str]]:
    """Each text of a catalogue with its translation, all plural forms together."""
    for message in read(locale):
        yield "\n".join(_forms(message.id)), "\n".join(_forms(message.string))


def _forms(text: Any) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_translation_names_commands_as_its_readers_see_them(locale: str) -> None:
    wrong = [
        (path, translated)
        for source, translated in texts(locale)
        for path in mentioned(source)
        if f"/{render(command_name(path), locale)}" not in translated
    ]
    assert wrong == []


def test_commands_are_found_in_texts_and_addresses_are_not_commands() -> None:
    assert list(mentioned("See what's on sale with `/shop view`, or use /work.")) == ["shop view", "work"]
    assert list(mentioned("Open /servers/1/settings or https://bot.test/shop.")) == []
