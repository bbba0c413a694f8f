"""What an operation demands of whoever calls it."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from services.core.scopes import Scope
from services.identity.authority import Role


class CallerKind(Enum):
    """Callers that are told apart without looking at any guild."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"


# As route lines say it.
ANYONE, SIGNED_IN = CallerKind.ANYONE, CallerKind.SIGNED_IN
MEMBER, MODERATOR, ADMIN = Role.MEMBER, Role.MODERATOR, Role.ADMIN


class Rule(NamedTuple):
    """Who may: callers outside of any guild, or members of the guild in the path from a role upwards.

    `scope` is what a guild's API key must hold; without one no key will do. `recent` asks people to have signed in
    within the last ten minutes (ASVS 7.5.3).
    """

    least: CallerKind | Role
    scope: Scope | None = None
    recent: bool = False

    @property
    def open(self) -> bool:
        """Whether nobody has to be signed in."""
        return self.least is CallerKind.ANYONE


# By name: operations of the API and, apart from them, pages with their forms; web/routes.py fills them.
POLICY: dict[str, Rule] = {}
PAGES: dict[str, Rule] = {}
