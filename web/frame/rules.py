"""Access rules of operations and pages."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from services.core.scopes import Scope
from services.identity.authority import Role


class CallerKind(Enum):
    """Kinds of callers that don't depend on a guild."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"


# Names used on route lines.
ANYONE, SIGNED_IN = CallerKind.ANYONE, CallerKind.SIGNED_IN
MEMBER, MODERATOR, ADMIN = Role.MEMBER, Role.MODERATOR, Role.ADMIN


class Rule(NamedTuple):
    """Who may call: a kind of caller, or members of the path's guild from a role upwards.

    `scope` is what an API key needs; without a scope, no key may call. `recent` requires people to have signed in
    within the last ten minutes (ASVS 7.5.3).
    """

    least: CallerKind | Role
    scope: Scope | None = None
    recent: bool = False

    @property
    def open(self) -> bool:
        """Whether no sign-in is needed."""
        return self.least is CallerKind.ANYONE

    def lets_in(self, role: Role) -> bool:
        """Whether somebody with this role in the guild may."""
        return self.open or (isinstance(self.least, Role) and role >= self.least)


# Rules by name, of API operations and of pages with their forms; filled by web/routes.py.
POLICY: dict[str, Rule] = {}
PAGES: dict[str, Rule] = {}
