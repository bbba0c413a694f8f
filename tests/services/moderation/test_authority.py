"""Who may do what to whom: every row of the truth table, and how the facts are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from discord_api.permissions import Permissions
from services.core.errors import UserError
from services.directory.hierarchy import Hierarchy
from services.moderation.authority import Action, decide, feasible
from services.permissions import Kind, Rule, Target
from tests.services.moderation import crew, truth_table
from tests.services.moderation.truth_table import COMMANDS, SAYS
from tests.support.bot import GUILD

NONE = Permissions(0)
CHANNEL, PARENT, OTHER = 61, 62, 63
EVERY_ACTION = pytest.mark.parametrize("action", list(Action))

Outcome = tuple[str, str, str]  # the case, the expected letter and the actual one


@EVERY_ACTION
def test_everyone_may_act_on_exactly_those_whom_the_table_says(action: Action) -> None:
    own, ruled = crew.facts(), crew.facts(staff=NONE)
    by_rule = [_rule("allow", Target(Kind.ROLE, GUILD), crew.OWNER, action)]
    _compare(
        (f"{actor} on {target} {how}", wanted, _asked(facts, rules, actor, action, target))
        for actor, *halves in _rows(truth_table.ON_WHOM, action)
        for how, half, facts, rules in zip(("", "by rule"), halves, (own, ruled), ([], by_rule), strict=True)
        for target, wanted in zip(truth_table.TARGETS.split(), half, strict=True)
    )


@EVERY_ACTION
def test_the_bot_acts_on_exactly_those_whom_the_table_says(action: Action) -> None:
    _compare(
        (f"{bot} on {target}", wanted, _asked(crew.facts(bot), [], "owner", action, target))
        for bot, row in _rows(truth_table.BY_WHICH_BOT, action)
        for target, wanted in zip(truth_table.BOT_TARGETS.split(), row, strict=True)
    )


def test_lifting_depends_on_the_bot_alone() -> None:
    _compare(
        (f"{action} by {bot} on {target}", wanted, _outcome(feasible, crew.facts(bot), action, crew.target_id(target)))
        for actions in truth_table.LIFTED
        for action in actions
        for bot, row in _rows(truth_table.LIFTED, action)
        for target, wanted in zip(truth_table.LIFT_TARGETS.split(), row, strict=True)
    )


@EVERY_ACTION
def test_each_action_needs_its_own_permission(action: Action) -> None:
    by_mate, by_bot = truth_table.BY_PERMISSION[action].split()
    held = [NONE if name == "none" else Permissions[name] for name in truth_table.PERMISSIONS.split()]
    _compare(
        (f"a mate with {one!r}", wanted, _asked(crew.facts(staff=one), [], "mate", action, "deckhand"))
        for one, wanted in zip(held, by_mate, strict=True)
    )
    _compare(
        (f"a bot with {one!r}", wanted, _asked(crew.facts(bot_may=one), [], "owner", action, "deckhand"))
        for one, wanted in zip(held, by_bot, strict=True)
    )


@EVERY_ACTION
def test_rules_allow_and_deny_as_the_table_says(action: Action) -> None:
    lacking, holding = crew.facts(staff=NONE), crew.facts()
    # No rule lets anyone change the cases of others.
    alone = action is Action.CHANGE_OTHERS_CASE
    outcomes: list[Outcome] = []
    for line in truth_table.RULES.strip().splitlines():
        *words, without, with_it = line.split()
        text = " ".join(words)
        rules = [] if text == "no rule" else [_told(rule, action) for rule in text.removesuffix(" in it").split(", ")]
        channels = (CHANNEL, PARENT) if text.endswith("in it") else ()
        asked = (rules, "mate", action, "watch", channels)
        outcomes.append((f"{text}, without", "P" if alone else without, _asked(lacking, *asked)))
        outcomes.append((f"{text}, with", with_it, _asked(holding, *asked)))
    _compare(outcomes)


def test_a_role_is_given_by_exactly_those_whom_the_table_says() -> None:
    by_rule = [_rule("allow", Target(Kind.ROLE, GUILD), crew.OWNER, Action.ROLE)]
    asked = [
        *((name, row, crew.facts(), [], name, "top") for name, row in _lines(truth_table.WHICH_ROLE)),
        *(
            (name, row, crew.facts(staff=NONE), by_rule, name, "top")
            for name, row in _lines(truth_table.WHICH_ROLE_BY_RULE)
        ),
        *((name, row, crew.facts(name), [], "owner", name) for name, row in _lines(truth_table.WHICH_ROLE_BY_BOT)),
    ]
    _compare(
        (
            f"{name}: {role}",
            wanted,
            _asked(facts, rules, actor, Action.ROLE, "deckhand", role_id=crew.role_id(role, bot)),
        )
        for name, row, facts, rules, actor, bot in asked
        for role, wanted in zip(truth_table.ROLES.split(), row, strict=True)
    )


def test_nobody_is_above_the_owner_whatever_their_roles() -> None:
    users = crew.facts().users
    owner, admiral = users[crew.OWNER], users[crew.actor_id("admiral")]
    assert (owner.above(admiral), admiral.above(owner), owner.above(owner)) == (True, False, False)


def _asked(
    facts: Hierarchy,
    rules: Sequence[Rule],
    actor: str,
    action: Action,
    target: str,
    channel_ids: Sequence[int] = (),
    **more: Any,
) -> str:
    who, whom = crew.actor_id(actor), crew.target_id(target, actor)
    return _outcome(decide, facts, rules, who, action, whom, command=COMMANDS[action], channel_ids=channel_ids, **more)


def _outcome(decision: Any, *args: Any, **more: Any) -> str:
    """The letter for what comes of a decision."""
    try:
        decision(*args, **more)
    except UserError as error:
        return letter(error)
    return "."


def letter(error: UserError) -> str:
    """The letter of the one refusal that this is."""
    (found,) = [letter for letter, says in SAYS.items() if says in str(error.text)]
    return found


def _compare(outcomes: Iterator[Outcome] | list[Outcome]) -> None:
    """Every outcome at once, so that a wrong table shows as a whole."""
    outcomes = list(outcomes)
    assert outcomes
    assert [(case, wanted, got) for case, wanted, got in outcomes if wanted != got] == []


def _rows(tables: Mapping[tuple[Action, ...], str], action: Action) -> list[list[str]]:
    (table,) = [table for actions, table in tables.items() if action in actions]
    return _lines(table)


def _lines(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


def _told(text: str, action: Action) -> Rule:
    """A rule as the table writes it, such as `allow my by captain`."""
    effect, target, _, author = text.split()
    mate = crew.actor_id("mate")
    targets = {
        "me": Target(Kind.MEMBER, mate),
        "my": Target(Kind.ROLE, crew.role_id("mate")),
        "all": Target(Kind.ROLE, GUILD),
        "channel": Target(Kind.CHANNEL, CHANNEL),
        "parent": Target(Kind.CHANNEL, PARENT),
        "other-role": Target(Kind.ROLE, crew.role_id("bosun")),
        "other-member": Target(Kind.MEMBER, crew.actor_id("bosun")),
    }
    return _rule(effect, targets[target], -5 if author == "erased" else crew.actor_id(author), action)


def _rule(effect: str, target: Target, author_id: int, action: Action) -> Rule:
    return Rule(COMMANDS[action], target, effect == "allow", author_id, datetime(2026, 1, 1, tzinfo=UTC))
