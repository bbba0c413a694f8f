"""Audit log entries in words, as their areas declare them."""

from __future__ import annotations

from collections.abc import Sequence

from locales import Text
from services.core.audit_actions import ACTIONS, Detail, Event, Subject, plain_details


def act(event: Event) -> Text | str:
    """What was done; an action unknown to this release is shown by its stored name."""
    action = ACTIONS.get(event.action)
    return action.sentence(event) or action.label if action else event.action


def person(event: Event) -> int | None:
    """The person it was done to, if any."""
    action = ACTIONS.get(event.action)
    return int(event.target) if action and action.of_member and event.target.isdecimal() else None


def thing(event: Event) -> Subject | None:
    """The thing it was done to, if it is not a person and means something to people."""
    if action := ACTIONS.get(event.action):
        return action.thing(event)
    return Subject(event.target) if event.target else None


def details(event: Event, guild_id: int) -> Sequence[Detail]:
    """All other recorded details."""
    action = ACTIONS.get(event.action)
    return (action.details if action else plain_details)(event, guild_id)
