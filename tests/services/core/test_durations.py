"""Durations are understood as people of three languages type them, or refused with a sentence."""

from __future__ import annotations

import contextlib

import pytest

from locales import render
from services.core import durations
from services.core.durations import DAY, HOUR, MINUTE, UnclearDuration
from tests.support.hostile import MESSAGE, TEXTS
from tests.support.steps import Held

READ = {
    "30s": 30, "10m": 10 * MINUTE, "2h": 2 * HOUR, "1d": DAY, "1w": 7 * DAY, "1mo": 30 * DAY, "1y": 365 * DAY,
    "1d12h": 36 * HOUR, " 1D 12H ": 36 * HOUR, "90min": 90 * MINUTE, "1.5h": 90 * MINUTE, "1,5h": 90 * MINUTE,
    "1h30": 90 * MINUTE, "1h 30m": 90 * MINUTE, "10 mins": 10 * MINUTE, "45 sec": 45,
    "1 hour 30 minutes": 90 * MINUTE, "1 hour and 30 minutes": 90 * MINUTE, "1 day, 2 hours": 26 * HOUR,
    "an hour": HOUR, "half an hour": 30 * MINUTE, "a week": 7 * DAY, "3 months": 90 * DAY,
    "1 hora e 30 minutos": 90 * MINUTE, "um dia": DAY, "uma semana": 7 * DAY, "meia hora": 30 * MINUTE,
    "2 meses": 60 * DAY, "1 mês": 30 * DAY, "1 ano": 365 * DAY, "20 segundos": 20,
    "1 hora y 30 minutos": 90 * MINUTE, "un día": DAY, "una semana": 7 * DAY, "media hora": 30 * MINUTE,
    "2 días": 2 * DAY, "1 mes": 30 * DAY, "2 años": 730 * DAY, "1y 2d": 367 * DAY,
}  # fmt: skip
PERMANENT = ("perm", "Permanent", "forever", "permanente", "para sempre", "sempre", "para siempre", "siempre")
UNREADABLE = ("tomorrow", "amanhã", "mañana", "-1h", "1:30", "1.5s", "1dd", "half", "h", "1h or 2h", "` `", "10 10m")


@pytest.mark.parametrize(("typed", "seconds"), READ.items())
def test_a_duration_is_read_as_it_was_meant(typed: str, seconds: int) -> None:
    assert durations.parse(typed) == seconds


@pytest.mark.parametrize("typed", PERMANENT)
def test_a_permanent_one_is_named_in_three_languages(typed: str) -> None:
    assert durations.parse(typed) is None


@pytest.mark.parametrize("typed", UNREADABLE)
def test_anything_else_is_refused_with_examples(typed: str) -> None:
    assert _refusal(typed).startswith("I can't read `")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("10", "`10` needs a unit: `10m`, `10h`, or `10d`?"),
        ("1M", "Do you mean minutes (`1m`) or months (`1mo`)?"),
        ("0m", "The duration must be between 10 seconds and 3,650 days."),
        ("9s", "The duration must be between 10 seconds and 3,650 days."),
        ("11 years", "The duration must be between 10 seconds and 3,650 days."),
    ],
)
def test_an_unclear_duration_is_asked_about(typed: str, sentence: str) -> None:
    assert _refusal(typed) == sentence


def test_what_must_end_refuses_a_permanent_duration() -> None:
    with pytest.raises(UnclearDuration, match="can't be permanent"):
        durations.limited("perm")
    assert durations.limited("1d", most=DAY) == DAY


@pytest.mark.parametrize(
    ("locale", "shown"),
    [
        ("en-US", "1 day 1 hour 2 minutes 3 seconds"),
        ("pt-BR", "1 dia 1 hora 2 minutos 3 segundos"),
        ("es-ES", "1 día 1 hora 2 minutos 3 segundos"),
    ],
)
def test_a_duration_is_shown_in_words_that_can_be_typed_again(locale: str, shown: str) -> None:
    seconds = DAY + HOUR + 2 * MINUTE + 3
    assert render(durations.words(seconds), locale) == shown
    assert durations.parse(shown) == durations.parse(durations.typed(seconds)) == seconds


async def test_no_text_takes_long_to_read(held: Held) -> None:
    for name, text in TEXTS.items():

        async def read(typed: str = text[:MESSAGE]) -> None:
            with contextlib.suppress(UnclearDuration):
                durations.parse(typed)

        await held.look(name, read)


def _refusal(typed: str) -> str:
    with pytest.raises(UnclearDuration) as refused:
        durations.parse(typed)
    return str(refused.value.text)
