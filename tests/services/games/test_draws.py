"""Chance is fair, and returns exactly what `/bet odds` says."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from services.games import draws
from services.games.draws import Side

DRAWS = 40_000
# The values that chance exceeds once in a million runs, by degrees of freedom.
CHI_SQUARE = {2: 27.63, 5: 35.89, 6: 38.26}


def _exactly(game: Callable[[draws.Draw], Any], *bounds: int) -> list[Any]:
    """Every way a game can end, once for each combination of its draws."""
    return [game(_fixed(drawn, bounds)) for drawn in product(*map(range, bounds))]


def _fixed(drawn: Iterable[int], bounds: Iterable[int]) -> draws.Draw:
    left = iter(list(zip(drawn, bounds, strict=True)))

    def draw(bound: int) -> int:
        value, expected = next(left)
        assert bound == expected
        return value

    return draw


def _chi_square(seen: Counter[Any], expected: Mapping[Any, Fraction]) -> float:
    assert set(seen) <= set(expected)
    total = sum(seen.values())
    return sum((seen[one] - total * float(share)) ** 2 / (total * float(share)) for one, share in expected.items())


def _shares(ways: list[Any]) -> dict[Any, Fraction]:
    return {one: Fraction(many, len(ways)) for one, many in Counter(ways).items()}


def test_a_coin_returns_exactly_39_parts_in_40() -> None:
    shares = _shares(_exactly(draws.flip, 80))
    assert shares == {Side.HEADS: Fraction(39, 80), Side.TAILS: Fraction(39, 80), None: Fraction(1, 40)}
    assert shares[Side.HEADS] * draws.COIN_PAYS == Fraction(39, 40)


def test_a_die_returns_exactly_39_parts_in_40_on_every_number() -> None:
    shares = _shares(_exactly(draws.roll, 240))
    assert shares == {number: Fraction(39, 240) for number in range(1, 7)} | {None: Fraction(1, 40)}
    assert shares[1] * draws.DIE_PAYS == Fraction(39, 40)


def test_the_reels_return_exactly_499_parts_in_512() -> None:
    ways = _exactly(draws.spin, 16, 16, 16)
    returned = Fraction(sum(map(draws.pays, ways)), len(ways))
    assert returned == Fraction(499, 512)
    assert Fraction(97, 100) <= returned <= Fraction(98, 100)


def test_no_outcome_pays_back_just_the_stake() -> None:
    # Such a bet would move no coin of its player, and their statement would not know of it.
    assert 1 not in {draws.pays(reels) for reels in _exactly(draws.spin, 16, 16, 16)}


@pytest.mark.parametrize(("game", "bounds"), [(draws.flip, (80,)), (draws.roll, (240,))])
def test_many_throws_fall_as_often_as_they_should(game: Callable[..., Any], bounds: tuple[int, ...]) -> None:
    expected = _shares(_exactly(game, *bounds))
    seen = Counter(game() for _ in range(DRAWS))
    assert _chi_square(seen, expected) < CHI_SQUARE[len(expected) - 1]


def test_many_spins_stop_as_often_as_they_should_on_each_reel() -> None:
    expected = {sign: Fraction(often, 16) for sign, often in draws.REEL.items()}
    spins = [draws.spin() for _ in range(DRAWS)]
    for reel in range(3):
        assert _chi_square(Counter(reels[reel] for reels in spins), expected) < CHI_SQUARE[5]


def test_chance_comes_from_the_operating_system() -> None:
    for game in (draws.flip, draws.roll, draws.spin):
        assert game.__defaults__ == (secrets.randbelow,)
