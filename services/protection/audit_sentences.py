"""Entries of the audit log in words, as the area of each declares them."""

from __future__ import annotations

from collections.abc import Sequence

from locales import Text
from services.core.audit_actions import ACTIONS, Detail, Event, Subject, plain_details


def act(event: Event) -> Text | str:
    """What was done; an action that this release does not know is called by its name."""
    action = ACTIONS.get(event.action)
    return action.sentence(event) or action.label if action else event.action


def person(event: Event) -> int | None:
    """Whom it was done to, if it was done to a person."""
    action = ACTIONS.get(event.action)
    return int(event.target) if action and action.of_member and event.target.isdecimal() else None


def thing(event: Event) -> Subject | None:
    """What it was done to, if that is no person and says something to people."""
    if action := ACTIONS.get(event.action):
        return action.thing(event)
    return Subject(event.target) if event.target else None


def details(event: Event, guild_id: int) -> Sequence[Detail]:
    """Everything else that was noted."""
    action = ACTIONS.get(event.action)
    return (action.details if action else plain_details)(event, guild_id)
