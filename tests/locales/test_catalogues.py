"""Nobody reads half a sentence in a language that is not theirs."""

from __future__ import annotations

import string

import pytest

from discord_api.command_sync import check
from interactions.payloads import names, payloads
from locales import TRANSLATED, n, number, render, t
from locales.extract import read, template, whole
from tests.support.bot import ALICE, Bot


def holes(pattern: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name}


@pytest.mark.parametrize("locale", TRANSLATED)
def test_every_text_of_the_code_is_translated(locale: str) -> None:
    catalogue = read(locale)
    wanted = [message for message in template(names()) if message.id]
    missing = []
    for message in wanted:
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        found = catalogue.get(key, message.context)
        if found is None or not whole(found):
            missing.append(key)
    assert missing == [], "run scripts/texts and translate what it adds"


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_translation_fills_in_what_the_original_does(locale: str) -> None:
    for message in read(locale):
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        words = message.string if isinstance(message.string, tuple) else (message.string,)
        allowed = holes(str(sources[-1]))
        if message.id:
            assert all(holes(str(translated)) == allowed for translated in words[-1:]), message.id
            assert all(holes(str(translated)) <= allowed for translated in words), message.id


def test_discord_takes_every_translated_name_and_description() -> None:
    assert check(payloads()) == []


def test_numbers_are_grouped_as_the_reader_does() -> None:
    assert number(1234567, "en-US") == "1,234,567"
    assert number(1234567, "pt-BR") == "1.234.567"
    assert render(t("You don't have a receipt #{number}.", number="12"), "xx") == "You don't have a receipt #12."


def test_a_number_decides_between_one_and_many() -> None:
    text = "{count} entry", "{count} entries"
    assert [render(n(*text, count), "es-ES") for count in (1, 2)] == [
        "1 entrada",
        "2 entradas",
    ]


async def test_private_answers_speak_the_members_language_and_public_ones_the_servers(bot: Bot) -> None:
    private = await bot.send(bot.command("balance", by=ALICE) | {"locale": "pt-BR"})
    public = await bot.send(bot.command("daily", by=ALICE) | {"locale": "pt-BR", "guild_locale": "es-419"})
    assert private.content.startswith("Você tem **0**")
    assert "ha ganado **200**" in public.content
