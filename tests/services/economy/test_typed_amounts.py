"""What people type as amounts, in three languages: each entry is read as its reader means it, or refused."""

from __future__ import annotations

import re

import pytest

from locales import number, render
from services.core import amounts
from services.core.amounts import Amount, UnclearAmount
from services.economy import typed_amounts
from tests.support.bot import GUILD
from tests.support.rules import rule

EN, PT, ES, LATIN, DE = "en-US", "pt-BR", "es-ES", "es-419", "de"
ALL, HALF = "all", "half"

# Typed, and what it means to readers of English, Portuguese and Spanish; None is refused.
TABLE: list[tuple[str, int | str | None, int | str | None, int | str | None]] = [
    ("250", 250, 250, 250),
    (" 250 ", 250, 250, 250),
    ("007", 7, 7, 7),
    # Between thousands
    ("1,000", 1000, None, None),
    ("1.000", None, 1000, 1000),
    ("1,500", 1500, None, None),
    ("1.500", None, 1500, 1500),
    ("1,234,567", 1234567, 1234567, 1234567),
    ("1.234.567", 1234567, 1234567, 1234567),
    ("1 000", 1000, 1000, 1000),
    ("1 234 567", 1234567, 1234567, 1234567),
    ("1\u00a0000", 1000, 1000, 1000),
    ("1\u202f000", 1000, 1000, 1000),
    ("1'000", None, None, None),
    ("1_000", None, None, None),
    ("1,00", None, None, None),
    ("1,0000", None, None, None),
    ("10,00,000", None, None, None),
    ("1 00", None, None, None),
    # Thousands and millions
    ("2k", 2000, 2000, 2000),
    ("2K", 2000, 2000, 2000),
    ("2 k", 2000, 2000, 2000),
    ("1.5k", 1500, 1500, 1500),
    ("1,5k", 1500, 1500, 1500),
    ("1.25k", 1250, 1250, 1250),
    ("0.5k", 500, 500, 500),
    ("1.000k", None, 1000000, 1000000),
    ("1,000k", 1000000, None, None),
    ("1.500k", None, 1500000, 1500000),
    ("1,500k", 1500000, None, None),
    ("1,234.5k", 1234500, 1234500, 1234500),
    ("1.234,5k", 1234500, 1234500, 1234500),
    ("1.2345k", None, None, None),
    ("3m", 3000000, 3000000, 3000000),
    ("1.5M", 1500000, 1500000, 1500000),
    ("2 mil", None, 2000, 2000),
    ("1,5 mil", None, 1500, 1500),
    ("2 mi", None, 2000000, None),
    ("1 milhão", None, 1000000, None),
    ("2 milhões", None, 2000000, None),
    ("2 milhoes", None, 2000000, None),
    ("1 millón", None, None, 1000000),
    ("2 millones", None, None, 2000000),
    ("2 thousand", 2000, None, None),
    ("2 million", 2000000, None, None),
    ("1b", 10**9, 10**9, None),
    ("1 bilhão", None, 10**9, None),
    ("1 billón", None, None, None),
    ("1 kk", None, None, None),
    # Shares
    ("all", ALL, ALL, ALL),
    ("ALL", ALL, ALL, ALL),
    ("everything", ALL, ALL, ALL),
    ("max", ALL, ALL, ALL),
    ("tudo", ALL, ALL, ALL),
    ("todo", ALL, ALL, ALL),
    ("todos", ALL, ALL, ALL),
    ("half", HALF, HALF, HALF),
    ("metade", HALF, HALF, HALF),
    ("a metade", HALF, HALF, HALF),
    ("mitad", HALF, HALF, HALF),
    ("la mitad", HALF, HALF, HALF),
    ("all coins", ALL, ALL, ALL),
    ("½", None, None, None),
    ("50%", None, None, None),
    ("all-1", None, None, None),
    # What is counted
    ("5 coins", 5, 5, 5),
    ("1 coin", 1, 1, 1),
    ("5 moedas", 5, 5, 5),
    ("1 moeda", 1, 1, 1),
    ("5 monedas", 5, 5, 5),
    ("1 Moneda", 1, 1, 1),
    ("1.5k coins", 1500, 1500, 1500),
    ("5coins", 5, 5, 5),
    ("5 🪙", 5, 5, 5),
    ("🪙 5", 5, 5, 5),
    ("5🪙\ufe0f", 5, 5, 5),
    ("$5", None, None, None),
    ("5 coins coins", None, None, None),
    ("coins", None, None, None),
    ("5 apples", None, None, None),
    # Digits of other keyboards, and what only looks like a number
    ("１００", 100, 100, 100),
    ("１．５k", 1500, 1500, 1500),
    ("٣", None, None, None),
    ("²", None, None, None),
    ("Ⅷ", None, None, None),
    ("+5", None, None, None),
    ("-5", None, None, None),
    ("−5", None, None, None),
    ("1e3", None, None, None),
    ("0x10", None, None, None),
    ("5\u200b", None, None, None),
    ("\u202e5", None, None, None),
    ("1.5", None, None, None),
    ("1,5", None, None, None),
    ("5.00", None, None, None),
    ("", None, None, None),
    ("lots", None, None, None),
    ("0", None, None, None),
    ("1000000000001", None, None, None),
]
CASES = [(typed, locale, row[place]) for typed, *row in TABLE for place, locale in enumerate((EN, PT, ES))]
_ADVICE = re.compile(r"`([^`]+)`")

pytestmark = pytest.mark.usefixtures("database")


async def _read(typed: str, locale: str) -> int | str | None:
    try:
        amount = await typed_amounts.parse(GUILD, typed, locale)
    except UnclearAmount:
        return None
    return amount.coins if amount.coins is not None else HALF if amount.share == 2 else ALL


async def test_every_entry_of_the_table_is_read_as_its_reader_means_it_or_refused() -> None:
    read = {(typed, locale): await _read(typed, locale) for typed, locale, _ in CASES}
    assert read == {(typed, locale): meant for typed, locale, meant in CASES}


async def test_a_number_alone_is_read_alike_where_there_can_be_no_share() -> None:
    for typed, locale, meant in CASES:
        if isinstance(meant, int):
            assert await typed_amounts.whole(GUILD, typed, locale) == meant, typed
        else:
            with pytest.raises(UnclearAmount):
                await typed_amounts.whole(GUILD, typed, locale)


async def test_every_advice_is_accepted_by_who_gave_it() -> None:
    for typed, locale, meant in CASES:
        for read in (amounts.parse, amounts.whole):
            if meant is None or (read is amounts.whole and isinstance(meant, str)):
                with pytest.raises(UnclearAmount) as refused:
                    read(typed, locale)
                said = render(refused.value.text, locale).replace(f"`{amounts.quoted(typed)}`", "")
                advised = _ADVICE.findall(said)
                assert advised or "1.000.000.000.000" in said or "1,000,000,000,000" in said, said
                assert all(read(word, locale) for word in advised), said


async def test_a_reading_that_would_cost_a_thousand_times_too_much_is_asked_about() -> None:
    with pytest.raises(UnclearAmount) as refused:
        amounts.parse("1.500k", EN)
    assert (
        str(refused.value.text) == "`1.500k` could mean two different amounts. If you mean 1,500,000, enter `1500000`."
    )


@pytest.mark.parametrize(
    ("symbol", "typed"),
    [
        ("Doubloon", "5 doubloons"),
        ("Doubloon", "5 DOUBLOON"),
        ("Monedas de oro", "5 monedas de  oro"),
        ("€", "€5"),
        ("€", "5 €"),
        ("$", "$ 5"),
        ("<:gold:123456789012345678>", "5 <:gold:123456789012345678>"),
        ("7", "5 7"),
    ],
)
async def test_the_servers_own_name_for_its_coins_is_understood(symbol: str, typed: str) -> None:
    await rule(GUILD, symbol=symbol)
    assert await typed_amounts.whole(GUILD, typed, EN) == 5
    assert await typed_amounts.parse(GUILD, f"all {symbol}", EN) == Amount(None)


async def test_the_name_of_the_coins_never_takes_digits_from_an_amount() -> None:
    await rule(GUILD, symbol="0")
    assert await typed_amounts.whole(GUILD, "100", EN) == 100


@pytest.mark.parametrize("locale", [LATIN, DE])
def test_readers_of_other_languages_are_read_as_numbers_are_shown_to_them(locale: str) -> None:
    assert number(1_234_567, locale) == "1,234,567"
    assert amounts.whole("1,500", locale) == 1500
    with pytest.raises(UnclearAmount):
        amounts.whole("1.500", locale)
