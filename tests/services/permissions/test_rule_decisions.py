"""Which of several command rules counts, and for whom."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discord_api.permissions import Permissions
from services.permissions import Asker, Kind, Rule, Target, decide
from tests.support.bot import ALICE, BOB, CHANNEL, GUILD, MANAGER

SAILOR, KEEPER, THREAD = 501, 502, 503
NOBODY, MANAGES = Permissions.SEND_MESSAGES, Permissions.MANAGE_GUILD
MADE = datetime(2026, 1, 2, tzinfo=UTC)
EVERYONE = Target(Kind.ROLE, GUILD)
ROLE = Target(Kind.ROLE, SAILOR)
OTHER_ROLE = Target(Kind.ROLE, KEEPER)
HERE = Target(Kind.CHANNEL, CHANNEL)
SHE = Target(Kind.MEMBER, ALICE)


def alice(permissions: Permissions = NOBODY, channels: tuple[int, ...] = (CHANNEL,)) -> Asker:
    return Asker(GUILD, ALICE, (SAILOR, KEEPER), permissions, channels)


def rule(command: str, target: Target, *, allowed: bool) -> Rule:
    return Rule(command, target, allowed, MANAGER, MADE)


def test_without_rules_the_commands_own_permission_decides() -> None:
    assert decide("bet dice", Permissions(0), alice(), []).allowed
    assert not decide("economy grant", MANAGES, alice(), []).allowed
    assert decide("economy grant", MANAGES, alice(MANAGES), []).allowed


@pytest.mark.parametrize(
    ("strong", "weak"), [(SHE, HERE), (HERE, ROLE), (ROLE, EVERYONE), (SHE, EVERYONE), (SHE, ROLE), (HERE, EVERYONE)]
)
@pytest.mark.parametrize("allowed", [True, False])
def test_the_more_specific_target_decides_however_broad_its_words(strong: Target, weak: Target, allowed: bool) -> None:
    rules = [rule("bet dice", weak, allowed=not allowed), rule("bet", strong, allowed=allowed)]
    assert decide("bet dice", Permissions(0), alice(), rules).allowed is allowed
    assert decide("bet dice", Permissions(0), alice(), rules[::-1]).allowed is allowed


@pytest.mark.parametrize("allowed", [True, False])
def test_for_one_target_the_more_specific_words_decide(allowed: bool) -> None:
    rules = [rule("economy item", ROLE, allowed=not allowed), rule("economy item create", ROLE, allowed=allowed)]
    assert decide("economy item create", Permissions(0), alice(), rules).allowed is allowed
    assert decide("economy item edit", Permissions(0), alice(), rules).allowed is not allowed


def test_where_two_roles_say_the_opposite_it_is_denied() -> None:
    rules = [rule("bet", ROLE, allowed=True), rule("bet", OTHER_ROLE, allowed=False)]
    assert not decide("bet", Permissions(0), alice(), rules).allowed
    assert not decide("bet", Permissions(0), alice(), rules[::-1]).allowed


def test_everyone_but_one_role_can_be_denied() -> None:
    rules = [rule("bet", EVERYONE, allowed=False), rule("bet", ROLE, allowed=True)]
    assert decide("bet dice", Permissions(0), alice(), rules).allowed
    stranger = Asker(GUILD, BOB, (), NOBODY, (CHANNEL,))
    assert not decide("bet dice", Permissions(0), stranger, rules).allowed


def test_an_allowance_stands_in_for_a_permission_and_a_denial_binds_admins_too() -> None:
    assert decide("economy grant", MANAGES, alice(), [rule("economy grant", ROLE, allowed=True)]).allowed
    assert not decide("economy take", MANAGES, alice(), [rule("economy grant", ROLE, allowed=True)]).allowed
    assert not decide("economy grant", MANAGES, alice(MANAGES), [rule("economy", EVERYONE, allowed=False)]).allowed


def test_a_rule_is_about_whole_words() -> None:
    rules = [rule("bet", EVERYONE, allowed=False), rule("economy item", EVERYONE, allowed=False)]
    assert decide("better", Permissions(0), alice(), rules).allowed
    assert decide("economy items", Permissions(0), alice(), rules).allowed
    assert decide("", Permissions(0), alice(), rules).allowed


def test_a_thread_is_in_its_channel_and_others_are_not() -> None:
    rules = [rule("bet", HERE, allowed=False)]
    assert not decide("bet", Permissions(0), alice(channels=(THREAD, CHANNEL)), rules).allowed
    assert decide("bet", Permissions(0), alice(channels=(THREAD,)), rules).allowed


_targets = st.sampled_from(
    [EVERYONE, ROLE, OTHER_ROLE, HERE, SHE, Target(Kind.ROLE, 9), Target(Kind.MEMBER, BOB), Target(Kind.CHANNEL, 9)]
)
_words = st.sampled_from(["bet", "bet dice", "economy", "permissions", "permissions deny", "config", "setup", "doctor"])
_rules = st.lists(st.builds(rule, _words, _targets, allowed=st.booleans()), max_size=12)


@given(_rules)
def test_no_rule_ever_locks_an_admin_out_or_lets_anybody_else_in(rules: list[Rule]) -> None:
    for name in ("permissions deny", "permissions reset", "config set", "setup", "doctor"):
        assert decide(name, MANAGES, alice(MANAGES), rules).allowed
        assert decide(name, MANAGES, alice(Permissions.ADMINISTRATOR), rules).allowed
        assert not decide(name, MANAGES, alice(), rules).allowed


@given(_rules)
def test_nobody_gains_by_rules_unless_one_of_them_allows_it(rules: list[Rule]) -> None:
    denials = [one for one in rules if not one.allowed]
    for name, held in product(("bet dice", "economy", "setup"), (NOBODY, MANAGES)):
        if decide(name, MANAGES, alice(held), denials).allowed:
            assert decide(name, MANAGES, alice(held), []).allowed


@given(_rules, st.permutations(range(12)))
def test_the_order_in_which_rules_were_made_decides_nothing(rules: list[Rule], order: list[int]) -> None:
    single = list({(one.command, one.target): one for one in rules}.values())
    mixed = [single[place] for place in order if place < len(single)]
    for name in ("bet dice", "economy", "setup"):
        assert decide(name, MANAGES, alice(), single).allowed is decide(name, MANAGES, alice(), mixed).allowed
