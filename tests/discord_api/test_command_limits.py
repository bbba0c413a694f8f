"""Declarations that Discord would refuse are found before it is asked."""

from __future__ import annotations

import unicodedata

import pytest
import regex  # type: ignore[import-untyped]  # it ships none

from discord_api import command_names
from discord_api.command_sync import check
from tests.discord_api.declared import SHOP, Json, command, option

PROFILE: Json = {"type": 2, "name": "Show Profile"}
LAUNCH: Json = {"type": 4, "name": "launch", "description": "", "handler": 2, "contexts": [0, 1, 2]}


def test_good_declarations_pass() -> None:
    nested = option("admin", 2, options=[option("set", 1, options=[option(kind=3, max_length=6000)])])
    numbers = [
        option("a", min_value=-(2**53) + 1),
        option("b", 10, max_value=2.5, choices=[{"name": "Two", "value": 2}]),
    ]
    assert check([SHOP, PROFILE, LAUNCH, command(options=[nested]), command("sum", options=numbers)]) == []
    assert check([command(f"c{index}") for index in range(100)]) == []


MANY = [option(f"o{index}") for index in range(26)]
CHOICES = [{"name": f"C{index}", "value": index} for index in range(26)]
SIX = [
    option(f"o{index}", 3, choices=[{"name": "n" * 50, "value": f"{n:050}"} for n in range(25)]) for index in range(4)
]


@pytest.mark.parametrize(
    ("declared", "word"),
    [
        ([command(f"c{index}") for index in range(101)], "101 slash commands"),
        ([{"type": 2, "name": f"U{index}"} for index in range(16)], "16 user menu commands"),
        ([{"type": 3, "name": f"M{index}"} for index in range(16)], "16 message menu commands"),
        ([command(), command()], "stands 2 times"),
        ([command("Pay")], "lower case"),
        ([command("pay me")], "' '"),
        ([command("p" * 33)], "33 characters"),
        ([command(name_localizations={"es-ES": "Pagar"})], "lower case"),
        ([command(name_localizations={"es": "pagar"})], "no language es"),
        ([command(description="")], "description has 0"),
        ([command(description="d" * 101)], "description has 101"),
        ([command(description_localizations={"de": "d" * 101})], "description has 101"),
        ([{"type": 2, "name": "User", "description": "no"}], "neither description nor options"),
        ([{"type": 2, "name": "u" * 33}], "name has 33"),
        ([command(type=9)], "type 9"),
        ([command(default_member_permissions="many")], "no number"),
        ([command(options=MANY)], "26 options"),
        ([command(options=[option("a"), option("b", required=True)])], "required option after"),
        ([command(options=[option("a"), option("a", 3)])], "'a' stands 2 times"),
        (
            [command(options=[option("a", name_localizations={"de": "b"}), option("b")])],
            "'b' stands 2 times in de",
        ),
        ([command(options=[option("sub", 1), option("a")])], "mixes"),
        ([command(options=[option("g", 2, options=[option("h", 2, options=[option("s", 1)])])])], "nested"),
        ([command(options=[option("s", 1, options=[option("t", 1)])])], "nested"),
        ([command(options=[option("g", 2)])], "one at least"),
        ([command(options=[option("a", options=[option("b")])])], "options of its own"),
        ([command(options=[option(choices=CHOICES)])], "26 choices"),
        ([command(options=[option(choices=CHOICES[:2], autocomplete=True)])], "both choices and autocompletion"),
        ([command(options=[option(kind=6, autocomplete=True)])], "cannot have choices or autocompletion"),
        ([command(options=[option(choices=[{"name": "A", "value": "a"}])])], "wrong type"),
        ([command(options=[option(choices=[{"name": "A", "value": True}])])], "wrong type"),
        ([command(options=[option(choices=[{"name": "A", "value": 2**53}])])], "too large"),
        ([command(options=[option(kind=3, choices=[{"name": "A", "value": "a" * 101}])])], "101 characters"),
        ([command(options=[option(kind=3, choices=[{"name": "", "value": "a"}])])], "name has 0"),
        ([command(options=[option(min_value=-(2**53))])], "min_value"),
        ([command(options=[option(min_value=5, max_value=4)])], "minimum above"),
        ([command(options=[option(min_length=1)])], "cannot have a min_length"),
        ([command(options=[option(kind=3, max_length=6001)])], "max_length of 6001"),
        ([command(options=[option(kind=3, min_value=1)])], "cannot have a min_value"),
        ([command(options=[option(kind=6, channel_types=[0])])], "takes no channel"),
        ([command(options=SIX)], "characters in all"),
    ],
)
def test_what_discord_would_refuse_is_told_before(declared: list[Json], word: str) -> None:
    problems = check(declared)
    assert [problem for problem in problems if word in problem]
    assert len(problems) <= 2, "one fault is not told as many"


def test_of_each_text_the_longest_translation_counts_towards_8000() -> None:
    texts = {"de": "d" * 100}
    # 3 + 100 for the command, 100 characters for each choice, 10 + 1 for each option's own texts.
    options = [
        option(f"o{index}", 3, choices=[{"name": "n", "name_localizations": texts, "value": "v" * 60}] * 12)
        for index in range(4)
    ]
    fitting = command(description_localizations=texts, options=options)
    used = 3 + 100 + 4 * (2 + 9 + 12 * 160)
    assert used < 8000
    assert check([fitting]) == []
    options.append(option("rest", 3, choices=[{"name": "n", "value": "v" * 80}]))
    options.append(option("last", description="x" * (8000 - used - 4 - 9 - 81 - 4)))
    assert check([fitting]) == []
    options[-1]["name"] = "last1"
    assert check([fitting]) == ["/pay has 8001 characters in all; Discord takes 8000."]


def test_names_are_judged_as_by_discords_own_pattern() -> None:
    pattern = regex.compile(r"^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$")
    assigned = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) != "Cn"]
    assert [char for char in assigned if bool(pattern.match(char)) != command_names.allowed(char)] == []


@pytest.mark.parametrize("name", ["a", "pagar-já", "บัญชี", "खाता", "口座", "o'clock", "a_1", "x" * 32])
def test_names_of_many_scripts_are_taken(name: str) -> None:
    assert command_names.fault(name) == ""
